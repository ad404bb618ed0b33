import { html, nothing, type TemplateResult } from 'lit';
import type { LocalMedia } from '../devices/local-media.ts';
import type { DeviceKind } from '../devices/problems.ts';
import { preferences } from '../preferences.ts';
import { t } from '../i18n/language.ts';

/** The choice of one device; nothing where the browser tells of none. */
export function deviceField(local: LocalMedia, kind: DeviceKind): TemplateResult | typeof nothing {
  const type = kind === 'camera' ? 'videoinput' : 'audioinput';
  const devices = local.devices.filter((device) => device.kind === type && device.deviceId !== '');
  if (devices.length === 0) return nothing;
  const chosen = local.chosen(kind);
  return html`<label class="field"><span>${t(kind)}</span>
    <select class="input" data-testid=${`${kind}-select`} @change=${(event: Event) => void local.choose(kind, (event.target as HTMLSelectElement).value)}>
      ${devices.map((device, index) => html`<option value=${device.deviceId} ?selected=${device.deviceId === chosen}>${device.label || `${t(kind)} ${index + 1}`}</option>`)}
    </select></label>`;
}

/** The choice of the output, where the browser lets a page choose it. */
export function speakerField(local: LocalMedia, choose: (deviceId: string) => void): TemplateResult | typeof nothing {
  const devices = local.devices.filter((device) => device.kind === 'audiooutput' && device.deviceId !== '');
  if (devices.length === 0 || !('setSinkId' in HTMLMediaElement.prototype)) return nothing;
  const chosen = preferences().speakerId;
  return html`<label class="field"><span>${t('speaker')}</span>
    <select class="input" data-testid="speaker-select" @change=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>
      ${devices.map((device, index) => html`<option value=${device.deviceId} ?selected=${device.deviceId === chosen}>${device.label || `${t('speaker')} ${index + 1}`}</option>`)}
    </select></label>`;
}
