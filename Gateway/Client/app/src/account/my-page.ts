import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { ApiError, calendarUrl } from '@conference/client';
import { brandMark, icon } from '../icons.ts';
import { locale, t } from '../i18n/language.ts';
import { joinLink, pathOf } from '../links.ts';
import '../pages/language-choice.ts';
import { prefer, preferences } from '../preferences.ts';
import { repeatText } from '../schedule.ts';
import { controls, pages } from '../styles/shared.ts';
import { joinProblem, scheduleText } from '../texts.ts';
import { signInText } from './account-bar.ts';
import { createOwnMeeting, endOwnMeeting, ownMeetings, readAccount, signInPath, type Account, type OwnMeeting } from './account-api.ts';
import { groupsOf } from './groups.ts';
import './meeting-editor.ts';
import type { Made } from './meeting-editor.ts';

type Dialog = { readonly kind: 'plan' } | { readonly kind: 'edit' | 'cancel'; readonly meeting: OwnMeeting } | null;

/** The meetings of whoever is signed in. Emits `go` (detail: a path). */
export class MyPage extends LitElement {
  static override properties = {
    account: { state: true }, meetings: { state: true }, problem: { state: true }, dialog: { state: true }, copied: { state: true }, sealed: { state: true }, busy: { state: true },
  };

  declare account: Account | undefined;
  declare meetings: readonly OwnMeeting[] | undefined;
  declare problem: string;
  declare dialog: Dialog;
  /** Whose link is in the clipboard. */
  declare copied: string;
  /** The link of the encrypted meeting that was just planned: nobody can show it again. */
  declare sealed: string;
  declare busy: boolean;

  constructor() {
    super();
    this.problem = this.copied = this.sealed = '';
    this.dialog = null;
    this.busy = false;
  }

  static override styles = [controls, pages, css`
    .right { display: inline-flex; align-items: center; gap: var(--space-2); min-width: 0; }
    main.desk { place-items: stretch; align-content: start; gap: var(--space-5); width: min(880px, 100%); margin: 0 auto; }
    .headline { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: var(--space-3); }
    h1 { font-size: 1.75rem; letter-spacing: -0.03em; }
    h2 { margin-bottom: var(--space-2); font-size: var(--text-sm); font-weight: 650; color: var(--text-soft); }
    .make { display: flex; flex-wrap: wrap; gap: var(--space-2); }
    ul { margin: 0; padding: 0; list-style: none; }
    .card { box-shadow: var(--shadow-sm); overflow: hidden; }
    li.meeting { display: grid; grid-template-columns: auto minmax(0, 1fr) auto; align-items: center; gap: var(--space-3) var(--space-4); padding: 14px 18px; }
    li.meeting + li.meeting { border-top: 1px solid var(--line); }
    .day { width: 52px; padding: 7px 0 8px; border-radius: var(--radius-md); background: var(--accent-soft); color: var(--accent-text); text-align: center; line-height: 1.15; }
    .day b { display: block; font-size: 1.25rem; letter-spacing: -0.02em; }
    .day span { font-size: var(--text-xs); font-weight: 600; }
    .day svg.icon { display: block; width: 24px; height: 24px; margin: 7px auto 6px; }
    .past .day { background: var(--surface-sunken); color: var(--text-soft); }
    .what strong { display: block; overflow-wrap: anywhere; font-weight: 620; }
    .what span { color: var(--text-soft); font-size: var(--text-sm); }
    .what .sealed { display: flex; align-items: center; gap: 6px; color: var(--accent-text); }
    .what .sealed svg.icon { width: 16px; height: 16px; flex: none; }
    .do { display: flex; align-items: center; gap: 6px; }
    .do a.button { text-decoration: none; }
    .empty { display: grid; justify-items: center; gap: 6px; padding: 52px 20px; color: var(--text-soft); text-align: center; }
    .empty svg.icon { width: 34px; height: 34px; margin-bottom: 8px; }
    .empty strong { color: var(--text); }
    .door { width: min(440px, 100%); margin: 8vh auto 0; padding: clamp(24px, 5vw, 40px); display: grid; gap: var(--space-4); text-align: center; }
    .door h1 { font-size: 1.5rem; }
    .door p { color: var(--text-soft); }
    .ask { display: grid; gap: var(--space-4); }
    .ask .do { justify-content: flex-end; }
    .link { display: block; margin-top: 6px; overflow-wrap: anywhere; user-select: all; }
    @media (max-width: 640px) {
      li.meeting { grid-template-columns: auto minmax(0, 1fr); padding: 14px; }
      li.meeting .do { grid-column: 1 / -1; } li.meeting .do .open { flex: 1; }
      li.meeting .do .button { min-height: 42px; } li.meeting .do .icon-only { width: 42px; }
      .make { width: 100%; } .make .button { flex: 1; }
    }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = `${t('my.title')} · Conference`;
    void this.#load();
  }

  override render() {
    return html`
      <header class="top"><a class="brand" href="/">${brandMark}Conference</a>
        <span class="right"><language-choice></language-choice><account-bar .account=${this.account} onOwnPage></account-bar></span></header>
      <main class="desk">${this.account?.person ? this.#desk() : this.account ? this.#door(this.account) : html`<p class="empty">${this.problem || html`<span class="spinner"></span>`}</p>`}</main>
      ${this.#dialogs()}`;
  }

  #door(account: Account): TemplateResult {
    return html`<section class="card door"><h1>${t('my.title')}</h1>
      <p>${account.signIn ? t('my.signInFirst') : t('my.nobody')}</p>
      ${account.signIn ? html`<a class="button primary large" data-testid="door-sign-in" href=${signInPath('/my')}>${signInText(account.signIn)}</a>` : html`<a class="button" href="/">${t('startPage')}</a>`}</section>`;
  }

  #desk(): TemplateResult {
    const { meetings } = this;
    const groups = meetings && groupsOf(meetings, new Date());
    return html`
      <div class="headline"><h1>${t('my.title')}</h1>
        <span class="make"><button class="button" data-testid="meet-now" ?disabled=${this.busy} @click=${this.#meetNow}>${icon('camera')}${t('my.now')}</button>
          <button class="button primary" data-testid="plan-meeting" @click=${() => (this.dialog = { kind: 'plan' })}>${icon('plus')}${t('my.plan')}</button></span></div>
      ${this.problem ? html`<p class="notice error" role="alert" data-testid="my-problem">${this.problem}</p>` : nothing}
      ${this.sealed ? html`<div class="notice info" role="status">${icon('shield')}<div>${t('my.sealedLink')}<span class="link" data-testid="sealed-link">${this.sealed}</span></div></div>` : nothing}
      ${groups ? html`
        ${meetings.length === 0 ? html`<section class="card empty">${icon('calendar')}<strong>${t('my.none')}</strong><span>${t('my.none.help')}</span></section>` : nothing}
        ${this.#group(t('my.upcoming'), groups.upcoming, 'upcoming')}${this.#group(t('my.lasting'), groups.lasting, 'lasting')}${this.#group(t('my.past'), groups.past, 'past')}`
        : html`<p class="empty"><span class="spinner"></span></p>`}`;
  }

  #group(name: string, meetings: readonly OwnMeeting[], kind: 'upcoming' | 'lasting' | 'past'): TemplateResult | typeof nothing {
    if (meetings.length === 0) return nothing;
    return html`<section><h2 id=${kind}>${name}</h2><ul class="card ${kind}" aria-labelledby=${kind}>${meetings.map((meeting) => html`
      <li class="meeting" data-testid="own-meeting" data-group=${kind} data-code=${meeting.code}>${this.#day(meeting)}
        <div class="what"><strong>${meeting.title}</strong>
          <span>${meeting.schedule ? html`${scheduleText(meeting.schedule)}${repeatText(meeting.schedule)}` : kind === 'lasting' ? t('my.anyTime') : t('my.made', { when: dateText(meeting.createdAt) })}</span>
          ${meeting.encrypted && kind !== 'past' ? html`<span class="sealed">${icon('shield')}${t('my.sealed')}</span>` : nothing}</div>
        ${kind === 'past' && (meeting.ended || !meeting.schedule) ? nothing : this.#actions(meeting)}</li>`)}</ul></section>`;
  }

  #day({ schedule }: OwnMeeting): TemplateResult {
    if (!schedule) return html`<div class="day" aria-hidden="true">${icon('link')}</div>`;
    const start = new Date(schedule.start);
    return html`<div class="day" aria-hidden="true"><span>${start.toLocaleDateString(locale(), { month: 'short' })}</span><b>${start.getDate()}</b></div>`;
  }

  #actions(meeting: OwnMeeting): TemplateResult {
    const { title, code } = meeting;
    const isCopied = this.copied === meeting.id;
    return html`<div class="do">
      ${meeting.encrypted ? nothing : html`<button class="button primary small open" data-testid="open-meeting" aria-label=${t('my.openOf', { title })} @click=${() => this.#go(pathOf({ code, own: meeting.id }))}>${t('my.open')}</button>
        <button class="button small icon-only" data-testid="copy-link" aria-label=${isCopied ? t('copied') : t('my.copyOf', { title })} title=${t('copyJoinLink')} @click=${() => this.#copy(meeting)}>${icon(isCopied ? 'check' : 'copy')}</button>`}
      ${meeting.schedule ? html`<a class="button small icon-only" href=${calendarUrl(code)} download="meeting.ics" aria-label=${t('my.calendarOf', { title })} title=${t('addToCalendar')}>${icon('calendar')}</a>` : nothing}
      <button class="button small icon-only" data-testid="edit-meeting" aria-label=${t('my.editOf', { title })} title=${t('edit')} @click=${() => (this.dialog = { kind: 'edit', meeting })}>${icon('edit')}</button>
      <button class="button small icon-only" data-testid="cancel-meeting" aria-label=${t('my.cancelOf', { title })} title=${t('my.cancel')} @click=${() => (this.dialog = { kind: 'cancel', meeting })}>${icon('trash')}</button></div>`;
  }

  #dialogs(): TemplateResult | typeof nothing {
    const { dialog } = this;
    if (!dialog) return nothing;
    const close = (): void => {
      this.dialog = null;
    };
    if (dialog.kind !== 'cancel') return html`<meeting-editor .meeting=${dialog.kind === 'edit' ? this.#asPlanned(dialog.meeting) : null} @saved=${this.#saved} @close=${close}></meeting-editor>`;
    const { meeting } = dialog;
    return html`<modal-dialog .heading=${t('my.cancel')} @close=${close}><div class="ask"><p>${t('my.cancel.sure', { title: meeting.title })}</p>
      <div class="do"><button class="button" @click=${close}>${t('my.cancel.keep')}</button><button class="button danger" data-testid="cancel-sure" @click=${() => this.#end(meeting)}>${t('my.cancel')}</button></div></div></modal-dialog>`;
  }

  /** As it was planned: the list shows when it is next. */
  #asPlanned(meeting: OwnMeeting): OwnMeeting {
    return this.meetings?.find(({ id }) => id === meeting.id) ?? meeting;
  }

  async #load(): Promise<void> {
    try {
      this.account = await readAccount();
      const { person } = this.account;
      if (!person) return;
      if (!preferences().name) prefer({ name: person.name });
      this.meetings = await ownMeetings();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #saved(event: CustomEvent<Made | null>): Promise<void> {
    this.dialog = null;
    this.problem = '';
    this.sealed = event.detail?.key ? joinLink(event.detail.meeting.code, event.detail.key) : '';
    await this.#load();
  }

  async #meetNow(): Promise<void> {
    this.busy = true;
    try {
      const { id, code } = await createOwnMeeting({ title: t('my.now.title', { name: this.account?.person?.name ?? '' }) });
      this.#go(pathOf({ code, own: id }));
    } catch (error) {
      this.#failed(error);
    } finally {
      this.busy = false;
    }
  }

  async #end(meeting: OwnMeeting): Promise<void> {
    this.dialog = null;
    try {
      await endOwnMeeting(meeting.id);
      await this.#load();
    } catch (error) {
      this.#failed(error);
    }
  }

  async #copy(meeting: OwnMeeting): Promise<void> {
    await navigator.clipboard?.writeText(joinLink(meeting.code)).then(() => (this.copied = meeting.id), () => undefined);
  }

  #failed(error: unknown): void {
    // The session may have ended while the page was open.
    if (error instanceof ApiError && error.status === 401) this.account = { signIn: this.account?.signIn ?? {} };
    const { title, help } = joinProblem(error);
    this.problem = `${title}. ${help}`;
  }

  #go(path: string): void {
    this.dispatchEvent(new CustomEvent('go', { detail: path }));
  }
}

function dateText(at: string): string {
  return new Date(at).toLocaleDateString(locale(), { weekday: 'long', day: 'numeric', month: 'long' });
}

customElements.define('my-page', MyPage);
