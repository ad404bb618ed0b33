import { LitElement, css, html, nothing } from 'lit';
import { ApiError, Meeting, calendarUrl, meetingFacts, prepareMedia, resumableName, type JoinFacts, type MediaSession } from '@conference/client';
import { LocalMedia } from '../devices/local-media.ts';
import '../devices/connection-check.ts';
import '../devices/device-choices.ts';
import '../devices/device-preview.ts';
import { hostPass } from '../account/account-api.ts';
import { takeSecrets } from '../links.ts';
import { brandMark, icon } from '../icons.ts';
import { prefer, preferences } from '../preferences.ts';
import { repeatText } from '../schedule.ts';
import { controls, pages } from '../styles/shared.ts';
import { joinProblem, scheduleText } from '../texts.ts';
import './language-choice.ts';
import { t } from '../i18n/language.ts';

type Problem = ReturnType<typeof joinProblem>;

/** Reasons for which trying again with the same input cannot help. */
const hopeless = new Set(['UnknownCode', 'Ended', 'Removed']);

/** The last step before a meeting: who you are, and how you look and sound. Emits `joined`. */
export class JoinPage extends LitElement {
  static override properties = {
    code: { type: String }, facts: { state: true }, problem: { state: true }, busy: { state: true }, needsPasscode: { state: true }, resuming: { state: true },
  };

  declare code: string;
  declare facts: JoinFacts | undefined;
  declare problem: Problem | undefined;
  declare busy: boolean;
  declare needsPasscode: boolean;
  declare resuming: boolean;

  readonly #local = new LocalMedia();
  #prepared: MediaSession | undefined;
  #hostKey: string | undefined;
  #key: string | undefined;
  /** The meeting's id, where it is one's own. */
  #own: string | undefined;
  #handedOver = false;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.busy = this.needsPasscode = this.resuming = false;
  }

  static override styles = [controls, pages, css`
    .columns { width: min(1060px, 100%); display: grid; grid-template-columns: minmax(0, 1.45fr) minmax(300px, 1fr); gap: var(--space-4) clamp(24px, 4vw, 56px); align-items: center; grid-template-areas: 'preview form' 'choices form' 'check form'; }
    device-preview { grid-area: preview; } device-choices { grid-area: choices; } connection-check { grid-area: check; } form { grid-area: form; }
    h1 { font-size: var(--text-xl); letter-spacing: -0.025em; line-height: 1.2; overflow-wrap: anywhere; }
    .sub { color: var(--text-soft); font-size: var(--text-sm); margin-top: 4px; }
    form { display: grid; gap: var(--space-4); }
    .sealed { display: flex; align-items: center; gap: 6px; color: var(--accent-text); font-weight: 600; }
    .sealed svg.icon { width: 17px; height: 17px; }
    .alone { width: min(460px, 100%); padding: clamp(24px, 4vw, 40px); display: grid; gap: var(--space-4); text-align: center; justify-items: center; }
    .alone h1 { font-size: 1.375rem; }
    .alone p { color: var(--text-soft); }
    .alone .sign { width: 56px; height: 56px; border-radius: 50%; display: grid; place-items: center; background: var(--surface-sunken); color: var(--text-soft); }
    .alone .sign svg { width: 26px; height: 26px; }
    @media (max-width: 820px) { .columns { grid-template: 'preview' 'form' 'choices' 'check' / minmax(0, 1fr); gap: var(--space-5); } main { align-items: start; } .top { padding-block: 14px; } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    const { hostKey, key, own } = takeSecrets(this.code);
    [this.#hostKey, this.#key, this.#own] = [hostKey, key, own];
    // Now, while the person reads: the certificate, the offer and the first candidates are ready before the click.
    if (typeof RTCPeerConnection !== 'undefined') this.#prepared = prepareMedia(undefined, key !== undefined);
    const name = resumableName(this.code);
    if (name !== undefined) {
      this.resuming = true;
      void this.#join(name);
      return;
    }
    void this.#local.start();
    void this.#load();
  }

  override disconnectedCallback(): void {
    clearTimeout(this.#retry);
    if (!this.#handedOver) {
      this.#local.close();
      this.#prepared?.close();
    }
    super.disconnectedCallback();
  }

  override render() {
    return html`
      <header class="top"><a class="brand" href="/">${brandMark}Conference</a><language-choice></language-choice></header>
      <main>${this.resuming ? this.#resumingView() : this.#isHopeless ? this.#hopelessView() : this.#form()}</main>
    `;
  }

  get #isHopeless(): boolean {
    return this.facts?.ended === true || (this.problem !== undefined && hopeless.has(this.problem.reason));
  }

  get #isHost(): boolean {
    return this.#hostKey !== undefined || this.#own !== undefined;
  }

  #resumingView() {
    return html`<section class="card alone" role="status"><span class="spinner"></span><h1>${t('join.resuming')}</h1></section>`;
  }

  #hopelessView() {
    const problem = this.problem ?? joinProblem(new ApiError(410, 'Ended', ''));
    return html`<section class="card alone" role="alert" data-testid="problem" data-reason=${problem.reason}>
      <span class="sign">${icon(problem.reason === 'Ended' ? 'door' : 'warning')}</span>
      <h1 data-testid="problem-title">${problem.title}</h1><p>${problem.help}</p>
      <a class="button" href="/">${t('startPage')}</a>
    </section>`;
  }

  #form() {
    const needsPasscode = (this.needsPasscode || this.facts?.needsPasscode === true) && !this.#isHost;
    return html`<div class="columns">
      <device-preview .local=${this.#local}></device-preview>
      <device-choices .local=${this.#local}></device-choices>
      ${typeof RTCPeerConnection === 'undefined' ? nothing : html`<connection-check .code=${this.code}></connection-check>`}
      <form @submit=${this.#submit}>
        <div>
          <h1>${this.facts?.title ?? t('join.title')}</h1>
          ${this.facts?.schedule ? html`<p class="sub" data-testid="schedule">${scheduleText(this.facts.schedule)}${repeatText(this.facts.schedule)} · <a href=${calendarUrl(this.code)} download="meeting.ics">${t('addToCalendar')}</a></p>` : nothing}
          <p class="sub">${this.#isHost ? t('join.asHost') : this.facts?.locked ? t('join.locked') : this.facts?.lobby ? t('join.lobby') : this.code}</p>
          ${this.#key ? html`<p class="sub sealed" data-testid="encrypted">${icon('shield')}${t('encryption.join')}</p>` : nothing}
        </div>
        <label class="field"><span>${t('yourName')}</span>
          <input class="input" name="name" required maxlength="64" autocomplete="name" placeholder=${t('join.nameHint')} data-testid="name-input" .value=${preferences().name} ?autofocus=${!preferences().name} /></label>
        ${needsPasscode ? html`<label class="field"><span>${t('passcode')}</span>
          <input class="input ${this.problem?.reason === 'WrongPasscode' ? 'invalid' : ''}" name="passcode" type="password" required maxlength="32" autocomplete="off" data-testid="passcode-input" /></label>` : nothing}
        ${this.facts?.encrypted && !this.#key ? html`<div class="notice error" role="alert" data-testid="no-key">${icon('unlock')}<div><strong>${t('encryption.join.noKey')}</strong>${t('encryption.join.noKey.help')}</div></div>` : nothing}
        ${this.problem ? html`<div class="notice ${this.problem.reason === 'NotStarted' ? 'info' : 'error'}" role="alert" data-testid="problem" data-reason=${this.problem.reason}>${this.problem.reason === 'NotStarted' ? html`<span class="spinner"></span>` : icon('warning')}<div><strong data-testid="problem-title">${this.problem.title}</strong>${this.problem.help}</div></div>` : nothing}
        ${typeof RTCPeerConnection === 'undefined' ? html`<div class="notice error" role="alert"><div><strong>${t('join.noWebRtc')}</strong>${t('join.noWebRtc.help')}</div></div>` : nothing}
        <button class="button primary large wide" data-testid="join-button" ?disabled=${this.busy || !this.#prepared}>${this.busy ? html`<span class="spinner"></span>` : nothing}${this.busy ? t('join.joining') : t('join')}</button>
      </form>
    </div>`;
  }

  async #load(): Promise<void> {
    try {
      this.facts = await meetingFacts(this.code);
      document.title = `${this.facts.title} · Conference`;
    } catch (error) {
      this.problem = joinProblem(error);
    }
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const name = String(data.get('name') ?? '').trim();
    prefer({ name });
    void this.#join(name, String(data.get('passcode') ?? ''));
  }

  async #join(displayName: string, passcode = ''): Promise<void> {
    if (this.busy || !this.#prepared) return;
    clearTimeout(this.#retry);
    this.busy = true;
    // What the page waits for stays on it while it asks again.
    if (this.problem?.reason !== 'NotStarted') this.problem = undefined;
    try {
      // Good for a moment and one join: whoever comes back to a place they have needs none.
      const token = this.#own && !this.#hostKey && !this.resuming ? await hostPass(this.#own) : undefined;
      const meeting = await Meeting.join({
        code: this.code, displayName, prepared: this.#prepared,
        ...(passcode ? { passcode } : {}), ...(this.#hostKey ? { hostKey: this.#hostKey } : {}), ...(token ? { token } : {}), ...(this.#key ? { encryptionKey: this.#key } : {}),
      });
      this.problem = undefined;
      this.#handedOver = true;
      if (this.resuming) void this.#local.start();
      this.dispatchEvent(new CustomEvent('joined', { detail: { meeting, local: this.#local } }));
    } catch (error) {
      this.problem = joinProblem(error);
      this.needsPasscode ||= this.problem.reason === 'WrongPasscode';
      // It begins without another click.
      if (this.problem.reason === 'NotStarted') this.#retry = setTimeout(() => void this.#join(displayName, passcode), 5_000);
      if (this.problem.reason === 'Network' && this.resuming) {
        // The server is away: a reload during a restart must still end in the meeting.
        setTimeout(() => void this.#join(displayName), 1_500);
      } else if (this.resuming) {
        this.resuming = false;
        void this.#local.start();
        void this.#load();
      }
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('join-page', JoinPage);
