import { LitElement, css, html, nothing } from 'lit';
import { ApiError, ambientEnvironment, calendarUrl, createMeeting, newLinkKey, type CreateMeetingResponse, type MeetingSchedule } from '@conference/client';
import { brandMark, icon } from '../icons.ts';
import { joinLink, parseDestination, pathOf } from '../links.ts';
import { fieldStyles, planFields, requestOf, settingFields } from '../meeting-fields.ts';
import { repeatText } from '../schedule.ts';
import { controls, pages } from '../styles/shared.ts';
import { joinProblem, scheduleText, signInText } from '../texts.ts';
import '../account/account-bar.ts';
import { createOwnMeeting, readAccount, type Account } from '../account/account-api.ts';
import './language-choice.ts';
import { around, t } from '../i18n/language.ts';

/** The front door: a new meeting, or the code of one. Emits `go` (detail: a path). */
export class StartPage extends LitElement {
  static override properties = {
    busy: { state: true }, created: { state: true }, problem: { state: true }, needsKey: { state: true }, codeProblem: { state: true }, copied: { state: true },
    options: { state: true }, schedule: { state: true }, account: { state: true }, refused: { state: true },
  };

  declare busy: boolean;
  declare created: CreateMeetingResponse | undefined;
  /** The key of the meeting that was made, where it is encrypted; made here, and told to nobody but in the link. */
  #key: string | undefined;
  declare schedule: MeetingSchedule | undefined;
  declare problem: string;
  declare needsKey: boolean;
  declare codeProblem: boolean;
  declare copied: boolean;
  declare options: boolean;
  declare account: Account | undefined;
  /** Why signing in did not work, just now. */
  declare refused: string;

  constructor() {
    super();
    this.busy = this.needsKey = this.codeProblem = this.copied = this.options = false;
    this.problem = this.refused = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.refused = new URLSearchParams(location.search).get('signin') ?? '';
    if (this.refused) history.replaceState(null, '', location.pathname);
    // Where that is not to be had, nobody can sign in.
    void readAccount().then((account) => (this.account = account), () => undefined);
  }

  static override styles = [controls, pages, fieldStyles, css`
    .right { display: inline-flex; align-items: center; gap: var(--space-2); min-width: 0; }
    .hero { width: min(1040px, 100%); display: grid; grid-template-columns: 1.1fr 1fr; gap: clamp(32px, 6vw, 88px); align-items: center; }
    h1 { font-size: var(--text-2xl); line-height: 1.06; letter-spacing: -0.035em; font-weight: 720; text-wrap: balance; }
    .lead { margin-top: var(--space-4); color: var(--text-soft); font-size: 1.0625rem; max-width: 42ch; text-wrap: pretty; }
    .points { display: flex; flex-wrap: wrap; gap: 10px 22px; margin-top: var(--space-5); color: var(--text-soft); font-size: var(--text-sm); font-weight: 550; }
    .points li { display: flex; align-items: center; gap: 8px; }
    .points svg.icon { width: 16px; height: 16px; color: var(--accent-text); stroke-width: 2.6; }
    .hero > * { min-width: 0; }
    .card { grid-template-columns: minmax(0, 1fr); padding: clamp(20px, 3vw, 32px); display: grid; gap: var(--space-4); box-shadow: var(--shadow-lg); }
    .or { display: flex; align-items: center; gap: var(--space-3); color: var(--text-soft); font-size: var(--text-xs); }
    .or::before, .or::after { content: ''; flex: 1; height: 1px; background: var(--line); }
    form { display: grid; gap: var(--space-3); }
    .row { display: flex; gap: var(--space-2); align-items: stretch; }
    .row .input { flex: 1; min-width: 0; }
    .row .button { min-height: 46px; }
    details summary { cursor: pointer; font-size: var(--text-sm); color: var(--text-soft); font-weight: 550; border-radius: 6px; width: fit-content; }
    details[open] summary { margin-bottom: var(--space-3); }
    .linkbox { display: flex; align-items: center; gap: 8px; padding: 6px 6px 6px 14px; border-radius: var(--radius-md); background: var(--surface-sunken); }
    .linkbox output { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-size: var(--text-sm); font-weight: 550; }
    .card p.sealed { display: grid; grid-template-columns: auto 1fr; gap: 10px; color: var(--accent-text); }
    .card p.sealed svg.icon { width: 20px; height: 20px; margin-top: 1px; }
    .card h2 { font-size: var(--text-lg); letter-spacing: -0.015em; }
    .card p { color: var(--text-soft); font-size: var(--text-sm); }
    @media (max-width: 800px) { .hero { grid-template-columns: 1fr; gap: var(--space-6); } .lead { font-size: var(--text-md); } main { align-items: start; padding-top: 24px; } }
  `];

  override render() {
    return html`
      <header class="top"><a class="brand" href="/">${brandMark}Conference</a><span class="right"><language-choice></language-choice><account-bar .account=${this.account} @go=${(event: CustomEvent<string>) => this.#go(event.detail)}></account-bar></span></header>
      <main>
        <div class="hero">
          <div>
            <h1>${t('start.title')}</h1>
            <p class="lead">${t('start.lead')}</p>
            <ul class="points"><li>${icon('check')}${t('start.openSource')}</li><li>${icon('check')}${t('start.encrypted')}</li><li>${icon('check')}${t('start.reconnects')}</li></ul>
          </div>
          ${this.created ? this.#ready(this.created) : this.#choices()}
        </div>
      </main>
    `;
  }

  #choices() {
    return html`<section class="card" aria-label=${t('start.section')}>
      ${this.refused ? html`<div class="notice error" role="alert" data-testid="sign-in-problem" data-reason=${this.refused}>${icon('warning')}<div><strong>${t('signIn.failed')}</strong>${signInText(this.refused)}</div></div>` : nothing}
      <form @submit=${this.#create}>
        <button class="button primary large wide" data-testid="new-meeting-button" ?disabled=${this.busy}>${this.busy ? html`<span class="spinner"></span>` : icon('plus')}${t('start.new')}</button>
        ${this.needsKey ? html`<label class="field"><span>${t('start.key')}</span><input class="input" name="key" type="password" autocomplete="off" required data-testid="key-input" /></label>` : nothing}
        <details ?open=${this.options}>
          <summary>${t('start.options')}</summary>
          <div class="options">
            ${planFields()}${settingFields()}
          </div>
        </details>
        ${this.problem ? html`<div class="notice error" role="alert" data-testid="create-problem">${this.problem}</div>` : nothing}
      </form>
      <div class="or">${t('start.or')}</div>
      <form class="join" @submit=${this.#join}>
        <label class="visually-hidden" for="code">${t('start.code')}</label>
        <div class="row">
          <input id="code" class="input ${this.codeProblem ? 'invalid' : ''}" name="code" placeholder=${t('start.code')} autocomplete="off" autocapitalize="off" spellcheck="false" data-testid="code-input" @input=${() => (this.codeProblem = false)} />
          <button class="button" data-testid="join-code-button">${t('join')}</button>
        </div>
        ${this.codeProblem ? html`<div class="notice error" role="alert">${t('start.badCode')}</div>` : nothing}
      </form>
    </section>`;
  }

  #ready(created: CreateMeetingResponse) {
    const link = joinLink(created.code, this.#key);
    const hostPath = this.#hostPath(created);
    const hostNote = around('start.hostNote', 'link');
    return html`<section class="card" aria-label=${t('start.yours')}>
      <h2>${this.schedule ? t('start.planned') : t('start.ready')}</h2>
      ${this.schedule ? html`<p><strong data-testid="schedule">${scheduleText(this.schedule)}${repeatText(this.schedule)}</strong> · <a data-testid="calendar-link" href=${calendarUrl(created.code)} download="meeting.ics">${t('addToCalendar')}</a></p>` : nothing}
      <p>${t('start.send')}</p>
      ${this.#key ? html`<p class="sealed" data-testid="encrypted">${icon('shield')}<span>${t('encryption.ready')}</span></p>` : nothing}
      <div class="linkbox"><output data-testid="join-link" title=${link}>${link}</output>
        <button class="button small" data-testid="copy-join-link" @click=${() => this.#copy(link)}>${icon(this.copied ? 'check' : 'copy')}${this.copied ? t('copied') : t('copy')}</button></div>
      <button class="button primary large wide" data-testid="enter-button" autofocus @click=${() => this.#go(hostPath)}>${t('start.enter')}${icon('arrow')}</button>
      <p>${hostNote[0]}<a data-testid="host-link" href=${hostPath} @click=${this.#keepHost}>${t('start.hostLink')}</a>${hostNote[1]}</p>
    </section>`;
  }

  async #create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const request = requestOf(data);
    if (typeof request === 'string') {
      this.problem = request;
      return;
    }
    this.busy = true;
    this.problem = '';
    try {
      this.#key = request.settings?.encrypted ? newLinkKey() : undefined;
      this.created = await (this.account?.person ? createOwnMeeting(request) : createMeeting(request, ambientEnvironment(), String(data.get('key') ?? '').trim() || undefined));
      this.schedule = request.schedule;
    } catch (error) {
      this.needsKey ||= error instanceof ApiError && (error.status === 401 || error.status === 403);
      const { title, help } = joinProblem(error);
      this.problem = `${title}. ${help}`;
    } finally {
      this.busy = false;
    }
  }

  #join(event: SubmitEvent): void {
    event.preventDefault();
    const destination = parseDestination(String(new FormData(event.target as HTMLFormElement).get('code') ?? ''));
    if (destination) this.#go(pathOf(destination));
    else this.codeProblem = true;
  }

  async #copy(text: string): Promise<void> {
    await navigator.clipboard?.writeText(text).then(() => (this.copied = true), () => undefined);
  }

  #keepHost(event: Event): void {
    event.preventDefault();
    if (this.created) this.#go(this.#hostPath(this.created));
  }

  #hostPath({ code, hostKey }: CreateMeetingResponse): string {
    return pathOf({ code, hostKey, ...(this.#key ? { key: this.#key } : {}) });
  }

  #go(path: string): void {
    this.dispatchEvent(new CustomEvent('go', { detail: path }));
  }
}

customElements.define('start-page', StartPage);
