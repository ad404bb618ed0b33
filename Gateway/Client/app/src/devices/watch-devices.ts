import { t } from '../i18n/language.ts';
import { prefer, preferences } from '../preferences.ts';
import type { LocalMedia } from './local-media.ts';
import type { DeviceKind } from './problems.ts';

type Say = (text: string, action?: { readonly label: string; readonly run: () => void }) => void;

/**
 * What is plugged in (or comes near, by Bluetooth) during a meeting is offered; what goes away is replaced, and that is said. A chosen speaker that goes away
 * leaves its work to the system's, and gets it back when it returns. Returns how to stop.
 */
export function watchDevices(local: LocalMedia, say: Say, useSpeaker: (deviceId: string) => void): () => void {
  const speaker = (deviceId: string): void => {
    prefer({ speakerId: deviceId });
    useSpeaker(deviceId);
  };
  const plugged = (event: Event): void => {
    const { kind, deviceId, label } = (event as CustomEvent<MediaDeviceInfo>).detail;
    if (kind === 'audiooutput') {
      if (deviceId === preferences().speakerId) return useSpeaker(deviceId);
      if ('setSinkId' in HTMLMediaElement.prototype) say(t('device.new.speaker', { name: label }), { label: t('device.use'), run: () => speaker(deviceId) });
      return;
    }
    const own: DeviceKind = kind === 'videoinput' ? 'camera' : 'microphone';
    // It took over already, or nobody was without.
    if (local.chosen(own) === deviceId || !local[own].track) return;
    say(t(`device.new.${own}`, { name: label }), { label: t('device.use'), run: () => void local.choose(own, deviceId) });
  };
  const replaced = (event: Event): void => {
    const kind = (event as CustomEvent<DeviceKind>).detail;
    say(t(`device.other.${kind}`, { name: local[kind].track?.label || t('device.default') }));
  };
  const changed = (): void => {
    const { speakerId } = preferences();
    const isGone = speakerId !== '' && local.devices.length > 0 && !local.devices.some(({ kind, deviceId }) => kind === 'audiooutput' && deviceId === speakerId);
    if (isGone !== wasGone) {
      wasGone = isGone;
      useSpeaker(isGone ? '' : speakerId);
    }
  };
  let wasGone = false;
  local.addEventListener('plugged', plugged);
  local.addEventListener('replaced', replaced);
  local.addEventListener('change', changed);
  return () => {
    local.removeEventListener('plugged', plugged);
    local.removeEventListener('replaced', replaced);
    local.removeEventListener('change', changed);
  };
}
