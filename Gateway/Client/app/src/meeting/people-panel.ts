import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { cssom } from '../styles/cssom.ts';
import { isHostRole, type ClientCommandBody, type MediaSource, type MeetingState, type ParticipantView } from '@conference/client';
import { icon, type IconName } from '../icons.ts';
import { controls } from '../styles/shared.ts';
import { panels } from '../styles/panel.ts';
import { moveInMenu } from './menu-keys.ts';
import { hueOf, initials } from '../texts.ts';
import { t } from '../i18n/language.ts';

/** A new name for somebody. */
export interface Renaming {
  readonly participantId: string;
  readonly displayName: string;
}

const mostViewersListed = 100;
/** A list of a thousand rows would be rendered with every event of the meeting. */
const rowsAtOnce = 100;
const searchFrom = 20;

type MenuItem = (name: IconName, text: string, testid: string, command: ClientCommandBody, kind?: string) => TemplateResult;

/** Who is here, and what hosts may do about it. Emits `command` (detail: a command of the protocol), `rename` (who, and the new name), `invite`, `mute-all` and `close`. */
export class PeoplePanel extends LitElement {
  static override properties = { state: { attribute: false }, openFor: { state: true }, renaming: { state: true }, shown: { state: true }, filter: { state: true } };

  declare state: MeetingState;
  declare openFor: string | undefined;
  /** Whose name is being edited. */
  declare renaming: string | undefined;

  /** Rows that stand in the list; a button brings more. */
  declare shown: number;
  /** What their names are to contain. */
  declare filter: string;

  constructor() {
    super();
    this.shown = rowsAtOnce;
    this.filter = '';
  }

  static override styles = [controls, panels, css`
    .list { overflow-y: auto; padding: 0 8px 12px; overscroll-behavior: contain; }
    h3 { font-size: var(--text-xs); text-transform: uppercase; letter-spacing: 0.06em; color: var(--text-soft); padding: 12px 10px 6px; display: flex; justify-content: space-between; align-items: center; }
    li { display: flex; align-items: center; gap: 12px; min-height: 52px; padding: 4px 6px 4px 10px; border-radius: var(--radius-sm); position: relative; }
    li:hover { background: color-mix(in srgb, transparent, var(--text) 4%); }
    .avatar { width: 34px; height: 34px; flex: none; border-radius: 50%; display: grid; place-items: center; color: #fff; font-size: var(--text-xs); font-weight: 650; background: hsl(var(--hue) 42% var(--avatar-lightness)); }
    .who { flex: 1; min-width: 0; display: grid; }
    .who bdi { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 550; }
    .asks .who bdi { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; white-space: normal; overflow-wrap: anywhere; line-height: 1.25; }
    .who small { color: var(--text-soft); font-size: var(--text-xs); }
    .signs { display: flex; gap: 8px; color: var(--text-soft); align-items: center; }
    .signs svg.icon { width: 18px; height: 18px; }
    .signs .off { color: var(--danger-text); }
    .signs .hand { color: #d08700; }
    .menu { position: absolute; z-index: 3; right: 6px; top: 46px; min-width: 200px; padding: 6px; border-radius: var(--radius-md); background: var(--surface-raised); border: 1px solid var(--line); box-shadow: var(--shadow-lg); }
    .menu button { width: 100%; display: flex; gap: 12px; align-items: center; min-height: 40px; padding: 0 10px; border: 0; border-radius: var(--radius-sm); background: none; text-align: left; cursor: pointer; }
    .menu button:hover, .menu button:focus-visible { background: color-mix(in srgb, transparent, var(--text) 7%); }
    .menu .danger { color: var(--danger-text); }
    .search { margin: 2px 0 6px; min-height: 40px; }
    .more { padding: 4px 10px; color: var(--text-soft); font-size: var(--text-sm); }
    form { flex: 1; min-width: 0; display: flex; gap: 8px; }
    form .input { min-height: 38px; padding: 0 10px; border-radius: var(--radius-sm); min-width: 0; flex: 1; }
    h3 span { flex: 1; } h3 { gap: 8px; }
    .signs .lit { color: var(--accent-text); }
    footer { display: flex; gap: 8px; padding: 12px; border-top: 1px solid var(--line); }
    footer .button { flex: 1; padding: 0 10px; }
  `];

  override render() {
    const people = this.state.meeting?.participants ?? [];
    const lobby = people.filter((participant) => participant.presence === 'Lobby');
    const present = people.filter((participant) => participant.presence !== 'Lobby' && participant.role !== 'Viewer');
    const viewers = people.filter((participant) => participant.presence !== 'Lobby' && participant.role === 'Viewer');
    const hands = present.filter((p) => p.handRaisedSeq !== undefined).sort((a, b) => (a.handRaisedSeq ?? 0) - (b.handRaisedSeq ?? 0));
    const rest = present.filter((p) => p.handRaisedSeq === undefined);
    const wanted = this.filter === '' ? rest : present.filter((p) => p.displayName.toLocaleLowerCase().includes(this.filter));
    return html`
      <header><h2>${t('people')}<span>${present.length}</span></h2><button class="button ghost icon-only small" aria-label=${t('people.close')} @click=${() => this.dispatchEvent(new Event('close'))}>${icon('close')}</button></header>
      <div class="list" tabindex="0" role="region" aria-label=${t('people')}>
        ${present.length >= searchFrom ? html`<input class="input search" type="search" data-testid="people-search" maxlength="64" placeholder=${t('people.search')} aria-label=${t('people.search')} @input=${this.#search} />` : nothing}
        ${lobby.length > 0 ? html`<h3><span>${t('people.waiting')}</span><button class="button small" data-testid="deny-all" @click=${() => this.#command({ type: 'host.deny', participantId: null })}>${t('people.denyAll')}</button><button class="button small" data-testid="admit-all" @click=${() => this.#command({ type: 'host.admit', participantId: null })}>${t('people.admitAll')}</button></h3>
          <ul>${repeat(lobby, (p) => p.id, (p) => this.#waiting(p))}</ul>` : nothing}
        ${hands.length > 0 && this.filter === '' ? html`<h3><span>${t('people.hands')}</span>${this.#isHost ? html`<button class="button small" data-testid="lower-all" @click=${() => this.#command({ type: 'host.lowerHands', participantId: null })}>${t('people.lowerAll')}</button>` : nothing}</h3><ul>${repeat(hands, (p) => p.id, (p) => this.#row(p))}</ul>` : nothing}
        ${lobby.length > 0 || (hands.length > 0 && this.filter === '') ? html`<h3>${t('people.present')}</h3>` : nothing}
        <ul>${repeat(wanted.slice(0, this.shown), (p) => p.id, (p) => this.#row(p))}</ul>
        ${wanted.length === 0 && this.filter !== '' ? html`<p class="more" role="status">${t('people.nobody')}</p>` : nothing}
        ${wanted.length > this.shown ? html`<button class="button small wide" data-testid="people-more" @click=${() => (this.shown += rowsAtOnce)}>${t('people.more', { count: wanted.length - this.shown })}</button>` : nothing}
        ${this.#viewers(viewers)}
      </div>
      <footer>${this.#isHost ? html`<button class="button outline" data-testid="people-mute-all" @click=${() => this.dispatchEvent(new Event('mute-all'))}>${icon('micOff')}${t('people.muteAll')}</button>` : nothing}
        <button class="button outline" @click=${() => this.dispatchEvent(new Event('invite'))}>${icon('link')}${t('copyJoinLink')}</button></footer>
    `;
  }

  get #isHost(): boolean {
    return isHostRole(this.state.meeting?.participants.find((participant) => participant.id === this.state.you)?.role);
  }

  /** Hosts see who watches, whoever raised a hand first; everybody else only how many. */
  #viewers(viewers: readonly ParticipantView[]) {
    const count = this.state.meeting?.viewers ?? 0;
    if (count === 0) return nothing;
    const sorted = [...viewers].sort((a, b) => (a.handRaisedSeq ?? Infinity) - (b.handRaisedSeq ?? Infinity));
    const more = viewers.length - mostViewersListed;
    return html`<h3 data-testid="viewer-count"><span>${t('people.viewers', { count })}</span></h3>
      ${this.#isHost ? html`<ul>${repeat(sorted.slice(0, mostViewersListed), (p) => p.id, (p) => html`<li class="asks" data-testid="viewer-row" data-participant=${p.id}>${this.#avatar(p)}<div class="who"><bdi>${p.displayName}</bdi></div>
        ${p.handRaisedSeq !== undefined ? html`<div class="signs"><i class="hand" title=${t('handRaised')}>${icon('hand')}</i></div>` : nothing}
        <button class="button small" data-testid="let-speak" @click=${() => this.#command({ type: 'host.setRole', participantId: p.id, role: 'Attendee' })}>${t('people.letSpeak')}</button>
        <button class="button ghost icon-only small" data-testid="viewer-remove" aria-label=${t('people.removeOf', { name: p.displayName })} title=${t('people.remove')} @click=${() => this.#command({ type: 'host.remove', participantId: p.id })}>${icon('remove')}</button></li>`)}</ul>
        ${more > 0 ? html`<p class="more">${t('people.more', { count: more })}</p>` : nothing}` : nothing}`;
  }

  #waiting(p: ParticipantView) {
    return html`<li class="asks" data-testid="lobby-row" data-participant=${p.id}>
      ${this.#avatar(p)}<div class="who"><bdi>${p.displayName}</bdi></div>
      <button class="button small ghost" data-testid="deny" @click=${() => this.#command({ type: 'host.deny', participantId: p.id })}>${t('people.deny')}</button>
      <button class="button small primary" data-testid="admit" @click=${() => this.#command({ type: 'host.admit', participantId: p.id })}>${t('people.admit')}</button>
    </li>`;
  }

  #row(p: ParticipantView) {
    const own = p.id === this.state.you;
    const role = p.role === 'Host' ? t('role.host') : p.role === 'CoHost' ? t('role.coHost') : p.stream === 'Play' ? t('people.player') : p.stream === 'Publish' ? t('people.stream') : '';
    const room = p.room === undefined ? '' : this.state.meeting?.breakouts?.rooms[p.room] ?? '';
    const note = [own ? t('you') : '', role, room, p.presence === 'Reconnecting' ? t('reconnecting') : ''].filter(Boolean).join(' · ');
    const mic = p.sending.includes('Microphone');
    const camera = p.sending.includes('Camera');
    if (this.renaming === p.id) return html`<li data-testid="participant-row" data-participant=${p.id}>${this.#avatar(p)}${this.#renameForm(p)}</li>`;
    return html`<li data-testid="participant-row" data-participant=${p.id} data-muted=${!mic}>
      ${this.#avatar(p)}
      <div class="who"><bdi>${p.displayName}</bdi>${note ? html`<small>${note}</small>` : nothing}</div>
      <div class="signs">
        ${this.#lit(p) ? html`<i class="lit" title=${t('people.lit')} data-testid="row-spotlight">${icon('star')}</i>` : nothing}
        ${p.handRaisedSeq !== undefined ? html`<i class="hand" title=${t('handRaised')}>${icon('hand')}</i>` : nothing}
        ${p.sending.includes('Screen') ? html`<i title=${t('people.sharing')}>${icon('screen')}</i>` : nothing}
        <i class=${mic ? '' : 'off'} title=${t(mic ? 'people.micOn' : 'people.muted')}>${icon(mic ? 'mic' : 'micOff')}</i>
        <i class=${camera ? '' : 'off'} title=${t(camera ? 'people.cameraOn' : 'people.cameraOff')}>${icon(camera ? 'camera' : 'cameraOff')}</i>
      </div>
      ${own && (this.#isHost || this.state.meeting?.settings.renameForAll !== false) ? html`<button class="button ghost icon-only small" data-testid="rename-button" aria-label=${t('people.changeName')} title=${t('people.changeName')} @click=${() => this.#startRenaming(p)}>${icon('edit')}</button>` : nothing}
      ${this.#isHost ? html`
        <button class="button ghost icon-only small" data-testid="participant-menu" aria-label=${t('people.actions', { name: p.displayName })} aria-haspopup="menu" aria-expanded=${this.openFor === p.id} @click=${() => this.#toggleMenu(p)}>${icon('more')}</button>
        ${this.openFor === p.id ? this.#menu(p) : nothing}` : nothing}
    </li>`;
  }

  #search(event: Event): void {
    this.filter = (event.target as HTMLInputElement).value.trim().toLocaleLowerCase();
    this.shown = rowsAtOnce;
  }

  #toggleMenu(p: ParticipantView): void {
    this.openFor = this.openFor === p.id ? undefined : p.id;
    void this.updateComplete.then(() => {
      const menu = this.renderRoot.querySelector('.menu');
      menu?.scrollIntoView({ block: 'nearest' });
      menu?.querySelector<HTMLElement>('[role=menuitem]')?.focus({ preventScroll: true });
    });
  }

  #renameForm(p: ParticipantView) {
    return html`<form @submit=${(event: SubmitEvent) => this.#rename(event, p)} @keydown=${(event: KeyboardEvent) => this.#onRenameKey(event)}>
      <input class="input" name="name" required maxlength="64" autocomplete="off" aria-label=${p.id === this.state.you ? t('yourName') : t('people.newName', { name: p.displayName })} data-testid="rename-input" .value=${p.displayName} />
      <button class="button small primary" data-testid="rename-save">${t('save')}</button>
    </form>`;
  }

  #startRenaming(p: ParticipantView): void {
    this.openFor = undefined;
    this.renaming = p.id;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLInputElement>('input')?.select());
  }

  #onRenameKey(event: KeyboardEvent): void {
    if (event.key !== 'Escape') return;
    // It gives up the name, not the panel.
    event.stopPropagation();
    this.#stopRenaming();
  }

  #rename(event: SubmitEvent, p: ParticipantView): void {
    event.preventDefault();
    const displayName = String(new FormData(event.target as HTMLFormElement).get('name') ?? '').trim();
    if (displayName !== '' && displayName !== p.displayName) this.dispatchEvent(new CustomEvent('rename', { detail: { participantId: p.id, displayName } }));
    this.#stopRenaming();
  }

  /** The keyboard goes back to where it came from. */
  #stopRenaming(): void {
    const row = `[data-participant="${this.renaming}"] button`;
    this.renaming = undefined;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(row)?.focus());
  }

  #lit(p: ParticipantView): boolean {
    return this.state.meeting?.spotlight.includes(p.id) ?? false;
  }

  #deviceItems(p: ParticipantView, item: MenuItem) {
    const sends = (source: MediaSource): boolean => p.sending.includes(source);
    return html`
      ${sends('Microphone') ? item('micOff', t('people.mute'), 'host-mute', { type: 'host.mute', participantId: p.id, source: 'Microphone' })
        : item('mic', t('people.askUnmute'), 'host-ask-unmute', { type: 'host.askUnmute', participantId: p.id, source: 'Microphone' })}
      ${sends('Camera') ? item('cameraOff', t('people.stopCamera'), 'host-stop-camera', { type: 'host.mute', participantId: p.id, source: 'Camera' })
        : item('camera', t('people.askCamera'), 'host-ask-camera', { type: 'host.askUnmute', participantId: p.id, source: 'Camera' })}
      ${sends('Screen') ? item('screenStop', t('people.stopShare'), 'host-stop-share', { type: 'host.mute', participantId: p.id, source: 'Screen' }) : nothing}`;
  }

  #spotlightItem(p: ParticipantView, item: MenuItem) {
    const lit = this.state.meeting?.spotlight ?? [];
    if (this.#lit(p)) return item('star', t('people.unspotlight'), 'host-unspotlight', { type: 'host.spotlight', participants: lit.filter((id) => id !== p.id) });
    return html`${item('star', t('people.spotlight'), 'host-spotlight', { type: 'host.spotlight', participants: [p.id] })}
      ${lit.length > 0 && lit.length < 9 ? item('plus', t('people.addSpotlight'), 'host-add-spotlight', { type: 'host.spotlight', participants: [...lit, p.id] }) : nothing}`;
  }

  #menu(p: ParticipantView) {
    const own = p.id === this.state.you;
    const item: MenuItem = (name, text, testid, command, kind = '') =>
      html`<button class=${kind} role="menuitem" data-testid=${testid} @click=${() => this.#command(command)}>${icon(name)}${text}</button>`;
    return html`<div class="menu" role="menu" aria-label=${t('people.actions', { name: p.displayName })} @keydown=${(event: KeyboardEvent) => this.#onMenuKey(event, p)}>
      ${own ? nothing : this.#deviceItems(p, item)}
      ${p.stream === 'Play' ? nothing : this.#spotlightItem(p, item)}
      ${p.handRaisedSeq !== undefined ? item('hand', t('lowerHand'), 'host-lower-hand', { type: 'host.lowerHands', participantId: p.id }) : nothing}
      ${own ? nothing : p.role === 'Attendee' ? item('people', t('people.makeCoHost'), 'host-make-cohost', { type: 'host.setRole', participantId: p.id, role: 'CoHost' })
        : p.role === 'CoHost' ? item('people', t('people.unmakeCoHost'), 'host-unmake-cohost', { type: 'host.setRole', participantId: p.id, role: 'Attendee' }) : nothing}
      ${!own && p.role === 'Attendee' && this.state.meeting?.settings.webinar ? item('speaker', t('people.makeViewer'), 'host-make-viewer', { type: 'host.setRole', participantId: p.id, role: 'Viewer' }) : nothing}
      <button role="menuitem" data-testid="host-rename" @click=${() => this.#startRenaming(p)}>${icon('edit')}${t('people.rename')}</button>
      ${own ? nothing : item('remove', t('people.remove'), 'host-remove', { type: 'host.remove', participantId: p.id }, 'danger')}
    </div>`;
  }

  #onMenuKey(event: KeyboardEvent, p: ParticipantView): void {
    if (moveInMenu(event, this.renderRoot.querySelector('.menu')) || event.key !== 'Escape') return;
    // It closes the menu, not the panel.
    event.stopPropagation();
    this.openFor = undefined;
    this.renderRoot.querySelector<HTMLElement>(`[data-participant="${p.id}"] [data-testid=participant-menu]`)?.focus();
  }

  #avatar(p: ParticipantView) {
    return html`<div class="avatar" aria-hidden="true" style=${cssom({ '--hue': String(hueOf(p.id)) })}>${initials(p.displayName)}</div>`;
  }

  #command(command: ClientCommandBody): void {
    this.openFor = undefined;
    this.dispatchEvent(new CustomEvent('command', { detail: command }));
  }
}

customElements.define('people-panel', PeoplePanel);
