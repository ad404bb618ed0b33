import { LitElement, css, html, type TemplateResult } from 'lit';
import type { ClientCommandBody, MeetingModel, MeetingSettings } from '@conference/client';
import { controls } from '../styles/shared.ts';
import './modal-dialog.ts';
import { knownKey, t } from '../i18n/language.ts';

/** The settings that are on or off, and have a text. */
type ShownSwitch = 'lobby' | 'webinar' | 'removedNamesStayOut' | 'unmuteForAll' | 'cameraForAll' | 'shareForAll' | 'renameForAll' | 'questions' | 'muteOnEntry';

/** Who may write to whom, as the settings say it and as people choose it. */
const chatModes = [
  { value: 'anyone', chat: true, chatForAll: true, privateChat: true },
  { value: 'public', chat: true, chatForAll: true, privateChat: false },
  { value: 'toHosts', chat: true, chatForAll: false, privateChat: true },
  { value: 'hosts', chat: true, chatForAll: false, privateChat: false },
  { value: 'off', chat: false, chatForAll: true, privateChat: true },
] as const;

/** How the meeting is run, for hosts: every change applies at once. Emits `command` (detail: a command of the protocol) and `close`. */
export class HostDialog extends LitElement {
  static override properties = { meeting: { attribute: false } };

  declare meeting: MeetingModel;

  static override styles = [controls, css`
    fieldset { border: 0; margin: 0; padding: 0; display: grid; gap: 2px; }
    legend { padding: 0 0 6px; font-size: var(--text-xs); font-weight: 650; text-transform: uppercase; letter-spacing: 0.06em; color: var(--text-soft); }
    .all { display: grid; gap: var(--space-4); }
    label.switch { display: flex; align-items: center; gap: 12px; min-height: 42px; cursor: pointer; }
    label.switch span { flex: 1; }
    label.switch small { display: block; color: var(--text-soft); font-size: var(--text-xs); }
    label.switch input { appearance: none; flex: none; width: 42px; height: 24px; margin: 0; border-radius: 99px; background: var(--line-strong); position: relative; cursor: pointer; transition: background var(--quick); }
    label.switch input::after { content: ''; position: absolute; top: 3px; left: 3px; width: 18px; height: 18px; border-radius: 50%; background: #fff; box-shadow: var(--shadow-sm); transition: translate var(--quick) var(--ease); }
    label.switch input:checked { background: var(--accent); }
    label.switch input:checked::after { translate: 18px 0; }
    @media (forced-colors: active) { label.switch input { appearance: auto; } }
  `];

  override render() {
    const { settings, locked } = this.meeting;
    const mode = chatModes.find((m) => m.chat === settings.chat && (!m.chat || (m.chatForAll === settings.chatForAll && m.privateChat === settings.privateChat)));
    return html`<modal-dialog heading=${t('host.title')} data-testid="host-dialog" @close=${() => this.dispatchEvent(new Event('close'))}><div class="all">
      <fieldset><legend>${t('host.entry')}</legend>
        ${this.#toggle(t('host.lock'), t('host.lock.help'), 'lock', locked, (on) => this.#command({ type: 'host.lock', locked: on }))}
        ${this.#setting('lobby')}
        ${this.#setting('webinar')}
        ${this.#setting('removedNamesStayOut')}
      </fieldset>
      <fieldset><legend>${t('host.may')}</legend>
        ${this.#setting('unmuteForAll')}
        ${this.#setting('cameraForAll')}
        ${this.#setting('shareForAll')}
        ${this.#setting('renameForAll')}
        ${this.#setting('questions')}
      </fieldset>
      <fieldset><legend>${t('host.joining')}</legend>${this.#setting('muteOnEntry')}</fieldset>
      <label class="field"><span>${t('chat')}</span>
        <select class="input" data-testid="setting-chat" @change=${this.#chooseChat}>
          ${chatModes.map(({ value }) => html`<option value=${value} ?selected=${value === mode?.value}>${t(`host.chat.${value}`)}</option>`)}
        </select></label>
    </div></modal-dialog>`;
  }

  #setting(name: ShownSwitch): TemplateResult {
    const help = knownKey(`host.${name}.help`);
    return this.#toggle(t(`host.${name}`), help ? t(help) : '', name, this.meeting.settings[name], (on) => this.#change({ [name]: on }));
  }

  #toggle(text: string, help: string, name: string, on: boolean, set: (on: boolean) => void): TemplateResult {
    return html`<label class="switch"><span>${text}${help ? html`<small>${help}</small>` : ''}</span>
      <input type="checkbox" role="switch" data-testid=${`setting-${name}`} .checked=${on} @change=${(event: Event) => set((event.target as HTMLInputElement).checked)} /></label>`;
  }

  #chooseChat(event: Event): void {
    const mode = chatModes.find(({ value }) => value === (event.target as HTMLSelectElement).value);
    if (mode) this.#change({ chat: mode.chat, chatForAll: mode.chatForAll, privateChat: mode.privateChat });
  }

  #change(settings: Partial<MeetingSettings>): void {
    this.#command({ type: 'host.settings', title: this.meeting.title, settings: { ...this.meeting.settings, ...settings } });
  }

  #command(command: ClientCommandBody): void {
    this.dispatchEvent(new CustomEvent('command', { detail: command }));
  }
}

customElements.define('host-dialog', HostDialog);
