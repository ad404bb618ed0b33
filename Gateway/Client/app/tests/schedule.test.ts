import { describe, expect, it } from 'vitest';
import { scheduleOf, toInstant, toLocal } from '../src/schedule.ts';

describe('times of a zone', () => {
  it.each([
    ['2030-06-01T11:00', 'Europe/Berlin', '2030-06-01T09:00:00.000Z'],
    ['2030-01-15T11:00', 'America/New_York', '2030-01-15T16:00:00.000Z'],
    ['2030-01-15T11:00', 'Asia/Kolkata', '2030-01-15T05:30:00.000Z'],
    ['2030-01-01T00:00', 'Pacific/Auckland', '2029-12-31T11:00:00.000Z'],
    ['2030-03-31T01:30', 'Europe/Berlin', '2030-03-31T00:30:00.000Z'],
    ['2030-03-31T03:30', 'Europe/Berlin', '2030-03-31T01:30:00.000Z'],
    // Twice: the first counts.
    ['2030-10-27T02:30', 'Europe/Berlin', '2030-10-27T00:30:00.000Z'],
  ])('%s in %s is %s', (local, zone, instant) => {
    expect(toInstant(local, zone)?.toISOString()).toBe(instant);
    expect(toLocal(new Date(instant), zone)).toBe(local);
  });

  it('what clocks skip is the time after the gap', () => {
    expect(toInstant('2030-03-31T02:30', 'Europe/Berlin')?.toISOString()).toBe('2030-03-31T01:30:00.000Z');
  });

  it('what is none is none', () => {
    expect(toInstant('', 'Europe/Berlin')).toBeUndefined();
    expect(toInstant('2030-13-01T00:00', 'Europe/Berlin')).toBeUndefined();
    expect(toInstant('2030-01-01T00:00', 'Nowhere/Land')).toBeUndefined();
  });
});

function form(values: Record<string, string>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
}

describe('a schedule', () => {
  it('is read from its fields', () => {
    expect(scheduleOf(form({ start: '2030-06-01T11:00', minutes: '45', zone: 'Europe/Berlin', repeats: 'Weekly' })))
      .toEqual({ start: '2030-06-01T09:00:00.000Z', end: '2030-06-01T09:45:00.000Z', timeZone: 'Europe/Berlin', repeats: 'Weekly' });
    expect(scheduleOf(form({ start: '2030-06-01T11:00', end: '2030-06-01T12:00', zone: 'Asia/Tokyo', repeats: '' })))
      .toEqual({ start: '2030-06-01T02:00:00.000Z', end: '2030-06-01T03:00:00.000Z', timeZone: 'Asia/Tokyo' });
    expect(scheduleOf(form({ start: '', minutes: '45' }))).toBeUndefined();
    expect(scheduleOf(form({ start: '2030-06-01T11:00', end: '2030-06-01T11:00', zone: 'Asia/Tokyo' }))).toBeUndefined();
  });
});
