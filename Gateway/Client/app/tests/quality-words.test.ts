import { describe, expect, it } from 'vitest';
import type { LayerQuality, PersonQuality } from '../src/admin/admin-api.ts';
import { healthOf, topLayer } from '../src/admin/quality-words.ts';

const layer = (change: Partial<LayerQuality> = {}): LayerQuality => ({ width: 640, height: 360, kbps: 500, lossPercent: 0, jitterMs: 3, off: false, ...change });
const person = (change: Partial<PersonQuality> = {}): PersonQuality => ({
  id: 'p1', podId: 'pod-1', connected: true, roundTripMs: 30, lossPercent: 0, sentKbps: 900, estimateKbps: 2000, wantedKbps: 900,
  sends: [{ source: 'Camera', codec: 'Vp8', muted: false, layers: [layer()] }], sees: [], ...change,
});

describe('health of a participant', () => {
  it('is good while nothing is lost or late', () => expect(healthOf(person())).toBe('good'));
  it('is unknown without a connection', () => {
    expect(healthOf(undefined)).toBe('unknown');
    expect(healthOf(person({ connected: false, lossPercent: 50 }))).toBe('unknown');
  });
  it('follows the worst of loss and round trip', () => {
    expect(healthOf(person({ lossPercent: 2 }))).toBe('fair');
    expect(healthOf(person({ roundTripMs: 250 }))).toBe('fair');
    expect(healthOf(person({ lossPercent: 1, roundTripMs: 500 }))).toBe('poor');
    expect(healthOf(person({ sends: [{ source: 'Camera', muted: false, layers: [layer(), layer({ lossPercent: 9 })] }] }))).toBe('poor');
  });
  it('does not count an encoding that was switched off', () =>
    expect(healthOf(person({ sends: [{ source: 'Camera', muted: false, layers: [layer(), layer({ lossPercent: 40, off: true })] }] }))).toBe('good'));
  it('counts pictures that are paused', () => {
    const seen = (height: number) => ({ from: 'p2', source: 'Camera', height, framesPerSecond: 30, kbps: 300, limit: 'None' });
    expect(healthOf(person({ sees: [seen(360), seen(0)] }))).toBe('fair');
    expect(healthOf(person({ sees: [seen(0), seen(0)] }))).toBe('poor');
  });
});

describe('the encoding that is shown', () => {
  it('is the largest that arrives', () => {
    const sent = { source: 'Camera', muted: false, layers: [layer({ rid: 'l', height: 180 }), layer({ rid: 'm' }), layer({ rid: 'h', height: 720, off: true })] };
    expect(topLayer(sent)?.rid).toBe('m');
    expect(topLayer({ ...sent, layers: [layer({ rid: 'h', kbps: 0 })] })?.rid).toBe('h');
    expect(topLayer({ ...sent, layers: [] })).toBeUndefined();
  });
});
