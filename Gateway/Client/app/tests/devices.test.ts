import { describe, expect, it } from 'vitest';
import { pluggedIn } from '../src/devices/local-media.ts';

const device = (kind: MediaDeviceKind, deviceId: string, label = deviceId): MediaDeviceInfo => ({ kind, deviceId, label, groupId: '', toJSON: () => ({}) });

describe('devices that come', () => {
  const before = [device('audioinput', 'built-in'), device('audiooutput', 'built-in')];

  it('are told by kind and id', () => {
    const headset = [device('audioinput', 'headset'), device('audiooutput', 'headset')];
    expect(pluggedIn(before, [...before, ...headset])).toEqual(headset);
    expect(pluggedIn(before, before)).toEqual([]);
    expect(pluggedIn([...before, ...headset], before)).toEqual([]);
  });

  it('are not the aliases that a browser keeps', () => {
    expect(pluggedIn(before, [...before, device('audioinput', 'default', 'Default - Headset'), device('audioinput', 'communications', 'Headset')])).toEqual([]);
  });

  it('are no news when names appear because somebody has allowed the page to see them', () => {
    expect(pluggedIn([device('audioinput', '', '')], before)).toEqual([]);
    expect(pluggedIn([], before)).toEqual([]);
  });
});
