import { LitElement, html, css } from 'lit';
import type { LocalMedia } from '../devices/local-media.ts';
import { prefer, preferences, type Preferences } from '../preferences.ts';
import '../pages/language-choice.ts';
import { controls } from '../styles/shared.ts';
import { deviceField, speakerField } from './device-fields.ts';
import './modal-dialog.ts';
import { t } from '../i18n/language.ts';

const qualities: readonly Preferences['quality'][] = [1080, 720, 360, 180];
const screenContents: readonly Preferences['screenContent'][] = ['detail', 'motion'];

/** Devices and quality. Emits `close`, `speaker` (detail: device id), `screen-content` and `mirror`. */
export class SettingsDialog extends LitElement {
  static override properties = { local: { attribute: false } };

  declare local: LocalMedia;
  readonly #onChange = (): void => this.requestUpdate();

  static override styles = [controls, css`
    .fields { display: grid; gap: var(--space-4); }
    fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 8px; }
    legend { padding: 0 0 8px; font-size: var(--text-sm); font-weight: 600; }
    small { color: var(--text-soft); font-size: var(--text-xs); }
    .check { display: flex; align-items: center; gap: 10px; min-height: 28px; }
    .check input { flex: none; }
    /* Where there is hardly a keyboard. */
    @media (hover: none) and (pointer: coarse) { .keys { display: none; } }
    .check input { width: 18px; height: 18px; accent-color: var(--accent); margin: 0; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.local.addEventListener('change', this.#onChange);
  }

  override disconnectedCallback(): void {
    this.local.removeEventListener('change', this.#onChange);
    super.disconnectedCallback();
  }

  override render() {
    return html`<modal-dialog heading=${t('settings.title')} data-testid="settings-dialog" @close=${() => this.dispatchEvent(new Event('close'))}><div class="fields">
      ${deviceField(this.local, 'microphone')}
      ${speakerField(this.local, (id) => this.#speaker(id))}
      ${deviceField(this.local, 'camera')}
      <label class="field"><span>${t('settings.quality')}</span>
        <select class="input" data-testid="quality-select" @change=${this.#quality}>
          ${qualities.map((lines) => html`<option value=${lines} ?selected=${lines === preferences().quality}>${t(`settings.quality.${lines}`)}</option>`)}
        </select></label>
      <label class="field"><span>${t('settings.screen')}</span>
        <select class="input" data-testid="screen-content-select" @change=${this.#screenContent}>
          ${screenContents.map((content) => html`<option value=${content} ?selected=${content === preferences().screenContent}>${t(`settings.screen.${content}`)}</option>`)}
        </select></label>
      <fieldset><legend>${t('settings.sound')}</legend>
        ${this.#sound('noiseSuppression', t('settings.noise'))}${this.#sound('echoCancellation', t('settings.echo'))}${this.#sound('autoGainControl', t('settings.gain'))}
        <small>${t('settings.sound.help')}</small>
        <label class="check keys"><input type="checkbox" data-testid="push-to-talk-input" ?checked=${preferences().pushToTalk} @change=${(event: Event) => prefer({ pushToTalk: (event.target as HTMLInputElement).checked })} />${t('settings.pushToTalk')}</label>
      </fieldset>
      <fieldset><legend>${t('settings.look')}</legend>
      <label class="check"><input type="checkbox" data-testid="mirror-input" ?checked=${preferences().mirror} @change=${this.#mirror} />${t('settings.mirror')}</label>
      <label class="check"><input type="checkbox" data-testid="captions-input" ?checked=${preferences().captions} @change=${(event: Event) => prefer({ captions: (event.target as HTMLInputElement).checked })} />${t('settings.captions')}</label>
      </fieldset>
      <div class="field"><span>${t('language')}</span><language-choice></language-choice></div>
    </div></modal-dialog>`;
  }

  #sound(name: 'noiseSuppression' | 'echoCancellation' | 'autoGainControl', text: string) {
    return html`<label class="check"><input type="checkbox" data-testid=${`sound-${name}`} ?checked=${preferences()[name]} @change=${(event: Event) => {
      prefer({ [name]: (event.target as HTMLInputElement).checked });
      void this.local.reopenMicrophone();
    }} />${text}</label>`;
  }

  #speaker(deviceId: string): void {
    prefer({ speakerId: deviceId });
    this.dispatchEvent(new CustomEvent('speaker', { detail: deviceId }));
    this.requestUpdate();
  }

  #quality(event: Event): void {
    const lines = Number((event.target as HTMLSelectElement).value);
    const quality = qualities.find((known) => known === lines);
    if (quality === undefined) return;
    prefer({ quality });
    void this.local.choose('camera', this.local.chosen('camera'));
  }

  #screenContent(event: Event): void {
    prefer({ screenContent: (event.target as HTMLSelectElement).value === 'motion' ? 'motion' : 'detail' });
    this.dispatchEvent(new Event('screen-content'));
  }

  #mirror(event: Event): void {
    prefer({ mirror: (event.target as HTMLInputElement).checked });
    this.dispatchEvent(new Event('mirror'));
  }
}

customElements.define('settings-dialog', SettingsDialog);
