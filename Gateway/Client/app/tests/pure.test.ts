import { describe, expect, it } from 'vitest';
import { problemOf, problemText } from '../src/devices/problems.ts';
import { parseDestination, pathOf } from '../src/links.ts';
import { hueOf, initials, joinProblem, overText, slotText } from '../src/texts.ts';
import { ApiError, NetworkError } from '@conference/client';

describe('links', () => {
  it('are read from what people paste', () => {
    expect(parseDestination(' https://meet.test/j/lusab-babad-gutih-tugad ')).toEqual({ code: 'lusab-babad-gutih-tugad' });
    expect(parseDestination('meet.test/j/abcd?x=1#host=k%2Fey')).toEqual({ code: 'abcd', hostKey: 'k/ey' });
    expect(parseDestination('Lusab babad gutih tugad')).toEqual({ code: 'lusab-babad-gutih-tugad' });
    expect(parseDestination('')).toBeUndefined();
    expect(parseDestination('https://example.org/')).toBeUndefined();
    expect(parseDestination('<script>')).toBeUndefined();
  });

  it('carry the host key in the fragment only', () => {
    expect(pathOf({ code: 'abcd', hostKey: 'a/b' })).toBe('/j/abcd#host=a%2Fb');
    expect(pathOf({ code: 'abcd' })).toBe('/j/abcd');
  });

  it('carry the key of an encrypted meeting in the fragment only', () => {
    expect(pathOf({ code: 'abcd', hostKey: 'h', key: 'k-_' })).toBe('/j/abcd#host=h&key=k-_');
    expect(parseDestination('https://meet.test/j/abcd#key=k-_')).toEqual({ code: 'abcd', key: 'k-_' });
    expect(parseDestination(`https://meet.test${pathOf({ code: 'abcd', hostKey: 'a&b', key: 'k' })}`)).toEqual({ code: 'abcd', hostKey: 'a&b', key: 'k' });
  });
});

describe('texts', () => {
  const named = (name: string): Error => Object.assign(new Error(name), { name });

  it('tell each device problem apart', () => {
    expect(['NotAllowedError', 'NotFoundError', 'NotReadableError', 'OverconstrainedError', 'TypeError'].map((name) => problemOf(named(name))))
      .toEqual(['denied', 'none', 'busy', 'none', 'failed']);
    const titles = (['denied', 'none', 'busy', 'insecure', 'ended', 'failed'] as const).map((problem) => problemText('camera', problem).title);
    expect(new Set(titles).size).toBe(titles.length);
  });

  it.each(['UnknownCode', 'Ended', 'Locked', 'Full', 'WrongPasscode', 'WrongHostKey', 'Removed', 'NotStarted', 'InvalidDisplayName', 'NoPod', 'TooManyAttempts', 'Unavailable'])(
    'have their own words for %s', (reason) => {
      expect(joinProblem(new ApiError(400, reason, '')).title).not.toBe(joinProblem(new ApiError(400, 'SomethingNew', '')).title);
    });

  it('tell a missing server from a refusal', () => {
    expect(joinProblem(new NetworkError('x')).reason).toBe('Network');
  });

  it('offer to rejoin where that can work', () => {
    expect(overText('Left').canRejoin).toBe(true);
    expect(overText('Removed').canRejoin).toBe(false);
    expect(overText('Ended').canRejoin).toBe(false);
  });

  it('name the states of a slot that people must know of', () => {
    expect(slotText('CodecNotSupported')).not.toBe('');
    expect(slotText('PausedByBandwidth')).not.toBe('');
    expect(slotText('Live')).toBe('');
  });

  it('make initials of any name', () => {
    expect(initials('Ada Lovelace')).toBe('AL');
    expect(initials('  grace  ')).toBe('G');
    expect(initials('李 小龍')).toBe('李小');
    expect(initials('👩‍🚀 Sally')).toMatch(/S$/);
    expect(initials('')).toBe('?');
    expect(hueOf('abc')).toBe(hueOf('abc'));
    expect(hueOf('abc')).toBeLessThan(361);
  });
});
