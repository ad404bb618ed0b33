import { describe, expect, it } from 'vitest';
import type { OwnMeeting } from '../src/account/account-api.ts';
import { groupsOf } from '../src/account/groups.ts';

const now = new Date('2030-03-20T12:00:00Z');

function meeting(title: string, more: Partial<OwnMeeting> = {}): OwnMeeting {
  return { id: title, code: title, title, joinUrl: '', createdAt: '2030-03-01T00:00:00Z', recurring: false, encrypted: false, ended: false, ...more };
}

function at(start: string, end: string, timeZone = 'UTC') {
  return { schedule: { start, end, timeZone } };
}

const titles = (meetings: readonly OwnMeeting[]): readonly string[] => meetings.map(({ title }) => title);

describe('the meetings of a person', () => {
  it('stand in three groups, each in its own order', () => {
    const groups = groupsOf([
      meeting('later', at('2030-04-01T10:00:00Z', '2030-04-01T11:00:00Z')),
      meeting('sooner', at('2030-03-21T10:00:00Z', '2030-03-21T11:00:00Z')),
      meeting('now', { createdAt: '2030-03-20T11:00:00Z' }),
      meeting('going on', at('2030-03-20T11:30:00Z', '2030-03-20T12:30:00Z')),
      meeting('over', { ended: true }),
      meeting('missed', at('2030-03-19T10:00:00Z', '2030-03-19T11:00:00Z')),
      meeting('Zoo', { recurring: true }), meeting('My own', { recurring: true }),
      meeting('ended series', { recurring: true, ended: true, createdAt: '2030-01-01T00:00:00Z' }),
    ], now);
    expect(titles(groups.upcoming)).toEqual(['now', 'going on', 'sooner', 'later']);
    expect(titles(groups.lasting)).toEqual(['My own', 'Zoo']);
    expect(titles(groups.past)).toEqual(['missed', 'over', 'ended series']);
  });

  it('show when a series takes place next, on the clocks of its zone', () => {
    const weekly = { start: '2030-02-04T08:00:00Z', end: '2030-02-04T09:00:00Z', timeZone: 'Europe/Berlin', repeats: 'Weekly' } as const;
    const next = (schedule: OwnMeeting['schedule'], date: Date) => groupsOf([meeting('series', { recurring: true, ...(schedule ? { schedule } : {}) })], date).lasting[0]?.schedule?.start;
    expect(next(weekly, now)).toBe('2030-03-25T08:00:00.000Z');
    // Summer time has begun: nine o'clock is an hour earlier in UTC.
    expect(next(weekly, new Date('2030-04-02T00:00:00Z'))).toBe('2030-04-08T07:00:00.000Z');
    expect(next({ ...weekly, start: '2030-01-31T10:00:00Z', end: '2030-01-31T11:00:00Z', repeats: 'Monthly' }, new Date('2030-02-10T00:00:00Z'))).toBe('2030-03-31T09:00:00.000Z');
    expect(next({ ...weekly, start: '2030-03-22T08:00:00Z', end: '2030-03-22T09:00:00Z', repeats: 'Weekdays' }, new Date('2030-03-23T00:00:00Z'))).toBe('2030-03-25T08:00:00.000Z');
    expect(next(weekly, new Date('2030-02-01T00:00:00Z'))).toBe('2030-02-04T08:00:00.000Z');
  });
});
