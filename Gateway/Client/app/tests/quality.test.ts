import { describe, expect, it } from 'vitest';
import type { FilledSlot } from '@conference/client';
import { judge, qualityText, sampleOf, steady, type Quality } from '../src/meeting/quality.ts';

const slot = (mid: string, state: FilledSlot['state'] = 'Live', kind: FilledSlot['kind'] = 'video'): FilledSlot =>
  ({ mid, kind, participantId: `of-${mid}`, source: kind === 'video' ? 'Camera' : 'Microphone', state, track: undefined as unknown as MediaStreamTrack });
const inbound = (mid: string, packetsReceived: number, packetsLost: number, totalFreezesDuration = 0) => ({ type: 'inbound-rtp', mid, packetsReceived, packetsLost, totalFreezesDuration });
const sent = (fractionLost: number, milliseconds: number, qualityLimitationReason = 'none') => [
  { type: 'remote-inbound-rtp', fractionLost }, { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: milliseconds / 1000 }, { type: 'outbound-rtp', qualityLimitationReason },
];

describe('quality', () => {
  it.each([
    [0, 20, 'none', 'good', 'own.fine'], [0.03, 20, 'none', 'fair', 'own.loss'], [0.1, 900, 'none', 'poor', 'own.loss'], [0, 350, 'none', 'fair', 'own.roundTrip'],
    [0.03, 700, 'bandwidth', 'poor', 'own.roundTrip'], [0, 20, 'bandwidth', 'fair', 'own.bandwidth'], [0, 20, 'cpu', 'fair', 'own.cpu'],
  ])('Q1 to Q3: oneself with loss %d and %d ms, held back by %s, is %s', (loss, milliseconds, limit, level, reason) => {
    const sample = sampleOf(sent(loss, milliseconds, limit), 2000);
    expect(judge(sample, sample, [], 'me').get('me')).toMatchObject({ level, reason });
  });

  it('Q4 to Q6: others, by what arrived since the last look', () => {
    const before = sampleOf([inbound('1', 1000, 500), inbound('2', 1000, 0), inbound('3', 100, 0), inbound('4', 100, 0), inbound('5', 10, 0)], 0);
    const now = sampleOf([inbound('1', 1100, 500), inbound('2', 1095, 5), inbound('3', 200, 0, 1), inbound('4', 100, 0), inbound('5', 12, 1)], 2000);
    const slots = [slot('1'), slot('2'), slot('3'), slot('4', 'PausedByBandwidth'), slot('5'), slot('6', 'PublisherSilent')];
    const judged = judge(before, now, slots, 'me');
    expect(judged.get('of-1')).toMatchObject({ level: 'good', reason: 'fine' });
    expect(judged.get('of-2')).toMatchObject({ level: 'fair', reason: 'theirs.loss', value: 5 });
    expect(judged.get('of-3')).toMatchObject({ level: 'poor', reason: 'theirs.stutter' });
    expect(judged.get('of-4')).toMatchObject({ level: 'poor', reason: 'theirs.paused' });
    expect(judged.get('of-5')).toMatchObject({ level: 'good' });
    expect(judged.get('of-6')).toMatchObject({ level: 'poor', reason: 'theirs.silent' });
  });

  it('Q7: a bad moment is not told, what lasts is', () => {
    const fine: Quality = { level: 'good', reason: 'fine', value: 0 };
    const bad: Quality = { level: 'poor', reason: 'theirs.stutter', value: 0 };
    const paused: Quality = { level: 'poor', reason: 'theirs.paused', value: 0 };
    const late: Quality = { level: 'fair', reason: 'own.roundTrip', value: 400 };
    const shown = (before: Quality | undefined, now: Quality): Quality | undefined => steady(new Map(before ? [['ada', before]] : []), new Map([['ada', now]])).get('ada');
    expect([shown(fine, bad), shown(undefined, bad), shown(bad, bad), shown(bad, fine), shown(fine, paused)]).toEqual([fine, fine, bad, fine, paused]);
    expect(shown(undefined, late)).toEqual({ level: 'good', reason: 'own.fine', value: 0 });
  });

  it('is the worse of sound and picture, and says so in words', () => {
    const both = [slot('1'), { ...slot('2', 'Live', 'audio'), participantId: 'of-1' }];
    const judged = judge(sampleOf([inbound('1', 0, 0), inbound('2', 0, 0)], 0), sampleOf([inbound('1', 100, 0), inbound('2', 90, 10)], 2000), both, 'me').get('of-1');
    expect(judged).toMatchObject({ level: 'poor', reason: 'theirs.loss' });
    expect(judged && qualityText(judged, 'Ada')).toBe('10 % of the sound and picture of Ada is lost on the way to you.');
  });
});
