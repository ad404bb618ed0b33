import { describe, expect, it } from 'vitest';
import { defaultSettings } from '@conference/client';
import { minutesLeft } from '../src/meeting/time-left.ts';

describe('the time left', () => {
  const start = Date.parse('2030-01-02T03:00:00Z');
  const left = (maxMinutes: number, afterMinutes: number, startedAt: string | undefined = '2030-01-02T03:00:00Z') =>
    minutesLeft({ settings: { ...defaultSettings, maxMinutes }, ...(startedAt ? { startedAt } : {}) }, start + afterMinutes * 60_000);

  it('is said in the last five minutes', () => {
    expect([left(30, 24), left(30, 25), left(30, 28.5), left(30, 29.5), left(30, 31)]).toEqual([undefined, 5, 2, 1, 0]);
  });

  it('is not limited unless somebody limited it, or before the first came', () => {
    expect(left(0, 100)).toBeUndefined();
    expect(left(30, 29, '')).toBeUndefined();
  });
});
