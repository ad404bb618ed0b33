import { LitElement, css, html, type TemplateResult } from 'lit';
import { calendarUrl, type ClientCommandBody, type MeetingModel, type MeetingSettings } from '@conference/client';
import { ownTimeZone, repeatField, repeatText, scheduleOf, toLocal, zoneField } from '../schedule.ts';
import { scheduleText } from '../texts.ts';
import { controls } from '../styles/shared.ts';
import './modal-dialog.ts';
import { knownKey, t } from '../i18n/language.ts';

/** The settings that are on or off, and have a text. */
type ShownSwitch = 'lobby' | 'recurring' | 'webinar' | 'removedNamesStayOut' | 'unmuteForAll' | 'cameraForAll' | 'shareForAll' | 'renameForAll' | 'questions' | 'muteOnEntry';

const mostPlaces = 10_000;

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
  static override properties = { meeting: { attribute: false }, badPlan: { state: true } };

  declare meeting: MeetingModel;
  /** What was entered is no time that a meeting could have. */
  declare badPlan: boolean;

  constructor() {
    super();
    this.badPlan = false;
  }

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
    .about { gap: var(--space-3); }
    details { border-block: 1px solid var(--line); padding: 12px 0; }
    summary { cursor: pointer; font-weight: 600; border-radius: 6px; }
    summary small { display: block; color: var(--text-soft); font-weight: 450; font-size: var(--text-xs); }
    .plan { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: var(--space-3); margin-top: var(--space-3); }
    .plan > * { min-width: 0; } .wide { grid-column: 1 / -1; }
    .actions { display: flex; justify-content: flex-end; gap: 8px; }
    .none { color: var(--text-soft); font-size: var(--text-sm); }
    .person { display: flex; align-items: center; gap: 10px; min-height: 42px; } .person bdi { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    @media (forced-colors: active) { label.switch input { appearance: auto; } }
  `];

  override render() {
    const { settings, locked } = this.meeting;
    const mode = chatModes.find((m) => m.chat === settings.chat && (!m.chat || (m.chatForAll === settings.chatForAll && m.privateChat === settings.privateChat)));
    return html`<modal-dialog heading=${t('host.title')} data-testid="host-dialog" @close=${() => this.dispatchEvent(new Event('close'))}><div class="all">
      ${this.#about()}
      <fieldset><legend>${t('host.entry')}</legend>
        ${this.#toggle(t('host.lock'), t('host.lock.help'), 'lock', locked, (on) => this.#command({ type: 'host.lock', locked: on }))}
        ${this.#setting('lobby')}
        ${this.#setting('recurring')}
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
      ${this.#schedule()}
      ${this.#removed()}
    </div></modal-dialog>`;
  }

  #about(): TemplateResult {
    const { title, settings } = this.meeting;
    return html`<fieldset class="about"><legend>${t('host.about')}</legend>
      <label class="field"><span>${t('schedule.title')}</span><input class="input" required maxlength="200" data-testid="host-title" .value=${title} @change=${this.#rename} /></label>
      <label class="field"><span>${t('host.places')}</span><input class="input" type="number" min="1" max=${mostPlaces} data-testid="host-places" .value=${String(settings.maxParticipants)} @change=${this.#setPlaces} /><small>${t('host.places.help')}</small></label>
    </fieldset>`;
  }

  #schedule(): TemplateResult {
    const { schedule } = this.meeting;
    const zone = schedule?.timeZone ?? ownTimeZone();
    const next = new Date(Math.ceil(Date.now() / 1_800_000) * 1_800_000);
    const [start, end] = schedule ? [new Date(schedule.start), new Date(schedule.end)] : [next, new Date(next.getTime() + 3_600_000)];
    return html`<details data-testid="host-schedule"><summary>${t('host.plan')}<small>${schedule ? html`${scheduleText(schedule)}${repeatText(schedule)}` : t('host.unplanned')}</small></summary>
      <form class="plan" @submit=${this.#plan}>
        <label class="field wide"><span>${t('schedule.start')}</span><input class="input" type="datetime-local" name="start" required data-testid="host-start" .value=${toLocal(start, zone)} /></label>
        <label class="field wide"><span>${t('schedule.end')}</span><input class="input" type="datetime-local" name="end" required data-testid="host-end" .value=${toLocal(end, zone)} /></label>
        ${zoneField(zone)}${repeatField(schedule?.repeats)}
        ${this.badPlan ? html`<p class="notice error wide" role="alert">${t('host.badPlan')}</p>` : ''}
        <div class="actions wide">${schedule ? html`<a class="button small ghost" href=${calendarUrl(this.meeting.code)} download="meeting.ics">${t('addToCalendar')}</a>` : ''}<button class="button small primary" data-testid="host-plan">${t('save')}</button></div>
      </form></details>`;
  }

  #removed(): TemplateResult {
    const { removed = [] } = this.meeting;
    return html`<fieldset data-testid="host-removed"><legend>${t('host.removed')}</legend>
      ${removed.length === 0 ? html`<p class="none">${t('host.removed.none')}</p>` : removed.map(({ id, displayName }) => html`<div class="person"><bdi>${displayName}</bdi>
        <button class="button small" data-testid="let-back" data-participant=${id} aria-label=${t('host.letBackOf', { name: displayName })} @click=${() => this.#command({ type: 'host.letBack', participantId: id })}>${t('host.letBack')}</button></div>`)}
    </fieldset>`;
  }

  #rename(event: Event): void {
    const input = event.target as HTMLInputElement;
    const title = input.value.trim().normalize('NFC');
    if (title === '') input.value = this.meeting.title;
    else if (title !== this.meeting.title) this.#command({ type: 'host.settings', title, settings: this.meeting.settings });
  }

  #setPlaces(event: Event): void {
    const input = event.target as HTMLInputElement;
    const places = Math.round(Number(input.value));
    if (Number.isFinite(places) && places >= 1 && places <= mostPlaces) this.#change({ maxParticipants: places });
    else input.value = String(this.meeting.settings.maxParticipants);
  }

  #plan(event: SubmitEvent): void {
    event.preventDefault();
    const schedule = scheduleOf(new FormData(event.target as HTMLFormElement));
    this.badPlan = schedule === undefined;
    if (!schedule) return;
    // What repeats needs a link that goes on working.
    const settings = schedule.repeats ? { ...this.meeting.settings, recurring: true } : this.meeting.settings;
    this.#command({ type: 'host.settings', title: this.meeting.title, settings, schedule });
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
