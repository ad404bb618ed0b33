import { LitElement, css, html, nothing } from 'lit';
import type { EncryptionPhase } from '@conference/client';
import { icon, type IconName } from '../icons.ts';
import { moveInMenu } from './menu-keys.ts';
import type { ViewOptions } from '../layout/placement.ts';
import { controls } from '../styles/shared.ts';
import { t, type MessageKey } from '../i18n/language.ts';

/** What the toolbar shows. */
export interface ToolbarState {
  readonly title: string;
  readonly locked: boolean;
  /** Undefined: the meeting is not encrypted from end to end. */
  readonly encryption: EncryptionPhase | undefined;
  readonly microphone: boolean;
  readonly microphoneProblem: boolean;
  readonly camera: boolean;
  readonly cameraProblem: boolean;
  readonly sharing: boolean;
  readonly canShare: boolean;
  readonly handUp: boolean;
  readonly panel: 'none' | 'chat' | 'people' | 'polls';
  /** Polls to vote in, and for hosts questions to answer. */
  readonly pending: number;
  readonly unread: number;
  readonly count: number;
  readonly waiting: number;
  readonly view: ViewOptions;
  readonly fullScreen: boolean;
  /** The small window of whoever speaks is open; undefined: the browser has none. */
  readonly windowOpen: boolean | undefined;
  readonly isHost: boolean;
  /** Watches only: no devices. */
  readonly isViewer: boolean;
  /** Not in the meeting yet: only the own devices and the way out. */
  readonly limited: boolean;
}

export type ToolbarAction =
  | 'microphone' | 'camera' | 'share' | 'hand' | 'chat' | 'people' | 'polls' | 'leave' | 'devices' | 'copy' | 'shortcuts' | 'mode' | 'grid' | 'speaker' | 'hideNonVideo' | 'hideSelf' | 'fullScreen' | 'window' | 'host' | 'rooms' | 'lock' | 'encryption' | 'muteAll' | 'end';

function withKey(key: MessageKey, letter: string): string {
  return `${t(key)} (${letter})`;
}

export const reactions = ['👍', '👏', '❤️', '😂', '🎉', '😮'] as const;

/** The row of controls under the stage. Emits `action` (detail: {@link ToolbarAction}) and `react` (detail: the emoji). */
export class MeetingToolbar extends LitElement {
  static override properties = { state: { attribute: false }, open: { state: true } };

  declare state: ToolbarState;
  declare open: 'none' | 'more' | 'reactions' | 'leave' | 'view';

  constructor() {
    super();
    this.open = 'none';
  }

  static override styles = [controls, css`
    :host { position: relative; z-index: 10; display: grid; grid-template-columns: 1fr auto 1fr; align-items: center; gap: var(--space-3); padding: 10px 16px calc(12px + env(safe-area-inset-bottom)); }
    .title { display: flex; align-items: center; gap: 10px; min-width: 0; font-weight: 600; font-size: var(--text-sm); color: var(--text-soft); }
    .title span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .sealed { display: flex; align-items: center; flex: none; min-height: 34px; padding: 0 10px; border: 0; border-radius: 10px; background: var(--warn-soft); color: var(--warn-text); cursor: pointer; }
    .sealed.on { background: var(--accent-soft); color: var(--accent-text); }
    .sealed svg.icon { width: 19px !important; height: 19px !important; }
    .title svg.icon { width: 15px; height: 15px; }
    .group { display: flex; align-items: center; justify-content: center; gap: 8px; }
    .end { justify-content: flex-end; }
    .control {
      position: relative; width: 48px; height: 48px; display: grid; place-items: center; border: 1px solid var(--line); border-radius: 16px; background: var(--surface);
      color: var(--text); cursor: pointer; box-shadow: var(--shadow-sm); transition: background var(--quick), color var(--quick), transform var(--quick) var(--ease);
    }
    .control:hover { background: color-mix(in srgb, var(--surface), var(--text) 7%); }
    .control:active { transform: scale(0.96); }
    .control svg.icon { width: 22px; height: 22px; }
    .control.off { background: var(--danger-soft); color: var(--danger-text); border-color: transparent; }
    .control.on { background: var(--accent-soft); color: var(--accent-text); border-color: transparent; }
    .control.leave { width: 64px; background: var(--danger); color: #fff; border-color: transparent; }
    .control.leave:hover { background: var(--danger-hover); }
    .count { position: absolute; top: -6px; right: -6px; min-width: 20px; height: 20px; padding: 0 5px; display: grid; place-items: center; border-radius: 99px; font-size: 0.6875rem; font-weight: 700; background: var(--surface-raised); color: var(--text); border: 1px solid var(--line-strong); }
    .count.alert { background: var(--danger); color: #fff; border-color: transparent; }
    .problem { position: absolute; top: -5px; right: -5px; width: 20px; height: 20px; display: grid; place-items: center; border-radius: 50%; background: #f4b740; color: #2b1d00; }
    .problem svg.icon { width: 13px; height: 13px; }
    .anchor { position: relative; }
    .menu {
      position: absolute; bottom: calc(100% + 12px); left: 50%; translate: -50% 0; min-width: 236px; padding: 6px; display: grid; gap: 2px; border-radius: var(--radius-md);
      background: var(--surface-raised); border: 1px solid var(--line); box-shadow: var(--shadow-lg); animation: rise var(--quick) var(--ease);
      max-height: calc(100dvh - 96px); overflow-y: auto; overscroll-behavior: contain;
    }
    @keyframes rise { from { opacity: 0; transform: translateY(6px); } }
    .menu button { display: flex; align-items: center; gap: 12px; min-height: 42px; padding: 0 12px; border: 0; border-radius: var(--radius-sm); background: none; text-align: left; cursor: pointer; font-size: var(--text-md); white-space: nowrap; }
    .menu button:hover, .menu button:focus-visible { background: color-mix(in srgb, transparent, var(--text) 7%); }
    .menu button.danger { color: var(--danger-text); }
    .menu button > span { flex: 1; }
    .views { display: contents !important; }
    .gap { width: 20px; }
    .menu hr { width: 100%; margin: 4px 0; border: 0; border-top: 1px solid var(--line); }
    .menu.reactions { display: flex; min-width: 0; }
    .menu.reactions button { min-height: 44px; width: 44px; padding: 0; justify-content: center; font-size: 1.375rem; }
    .compact, .compact.views { display: none !important; }
    @media (max-width: 760px) {
      :host { grid-template-columns: 1fr; padding: 8px 8px calc(8px + env(safe-area-inset-bottom)); }
      .title, .wide { display: none !important; }
      .end { display: none; }
      .compact { display: grid !important; }
      .menu .compact { display: flex !important; } .menu .compact.views { display: contents !important; }
      .group { gap: 6px; justify-content: space-evenly; }
      .control.leave { width: 54px; }
      .menu .row button { flex: 1; padding: 0; justify-content: center; font-size: 1.375rem; }
      .anchor.last .menu { left: auto; right: -6px; translate: 0 0; }
      .anchor.more .menu { left: auto; right: -60px; translate: 0 0; }
    }
    @media (max-height: 480px) and (orientation: landscape) {
      :host { grid-template: minmax(0, 1fr) / auto; padding: 6px max(8px, env(safe-area-inset-right)) 6px 8px; }
      .title, .wide, .end { display: none !important; }
      .compact { display: grid !important; }
      .menu .compact { display: flex !important; } .menu .compact.views { display: contents !important; }
      .group { flex-direction: column; gap: 4px; justify-content: space-evenly; height: 100%; }
      .control, .control.leave { width: 46px; height: 46px; }
      .anchor .menu, .anchor.more .menu, .anchor.last .menu { position: fixed; inset: 6px 70px 6px auto; bottom: auto; translate: none; max-height: calc(100dvh - 12px); }
      .menu .row button { flex: 1; padding: 0; justify-content: center; font-size: 1.375rem; }
    }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('pointerdown', this.#outside);
  }

  override disconnectedCallback(): void {
    document.removeEventListener('pointerdown', this.#outside);
    super.disconnectedCallback();
  }

  override render() {
    const s = this.state;
    return html`
      <div class="title">${s.encryption ? this.#seal(s.encryption) : nothing}<span data-testid="meeting-title">${s.title}</span>${s.locked ? html`<i title=${t('toolbar.locked')}>${icon('lock')}</i>` : nothing}${s.isViewer ? html`<span data-testid="viewing">· ${t('toolbar.watching')}</span>` : nothing}</div>
      <div class="group" role="toolbar" aria-label=${t('toolbar')} @keydown=${this.#onKey}>
        ${s.isViewer ? nothing : html`${this.#device('microphone', s.microphone, s.microphoneProblem, 'mic', 'micOff', 'mute-button', withKey(s.microphone ? 'toolbar.mute' : 'toolbar.unmute', 'M'))}
        ${this.#device('camera', s.camera, s.cameraProblem, 'camera', 'cameraOff', 'camera-button', withKey(s.camera ? 'toolbar.stopCamera' : 'toolbar.startCamera', 'V'))}`}
        ${s.limited ? nothing : this.#inMeeting()}
        <div class="anchor last">
          <button class="control leave" data-testid="leave-button" aria-haspopup=${s.isHost ? 'menu' : nothing} aria-expanded=${s.isHost ? this.open === 'leave' : nothing} aria-label=${t('toolbar.leave')} title=${t('toolbar.leave')} @click=${() => (s.isHost ? this.#toggle('leave') : this.#act('leave'))}>${icon('leave')}</button>
          ${this.open === 'leave' ? html`<div class="menu" role="menu">
            ${this.#item('leave', 'door', t('toolbar.leaveMeeting'), 'leave-confirm')}
            ${this.#item('end', 'stop', t('toolbar.end'), 'end-button', 'danger')}
          </div>` : nothing}
        </div>
      </div>
      ${s.limited ? nothing : this.#panels()}
    `;
  }

  #inMeeting() {
    const s = this.state;
    return html`
        ${s.canShare ? html`<button class="control wide ${s.sharing ? 'on' : ''}" data-testid="share-button" aria-pressed=${s.sharing} aria-label=${t(s.sharing ? 'toolbar.stopShare' : 'toolbar.share')} title=${withKey(s.sharing ? 'toolbar.stopShare' : 'toolbar.share', 'S')} @click=${() => this.#act('share')}>${icon(s.sharing ? 'screenStop' : 'screen')}</button>` : nothing}
        <button class="control wide ${s.handUp ? 'on' : ''}" data-testid="hand-button" aria-pressed=${s.handUp} aria-label=${t(s.handUp ? 'lowerHand' : 'raiseHand')} title=${withKey(s.handUp ? 'lowerHand' : 'raiseHand', 'H')} @click=${() => this.#act('hand')}>${icon('hand')}</button>
        <div class="anchor wide">
          <button class="control" data-testid="reactions-button" aria-label=${t('toolbar.react')} title=${t('toolbar.react')} aria-haspopup="menu" aria-expanded=${this.open === 'reactions'} @click=${() => this.#toggle('reactions')}>${icon('smile')}</button>
          ${this.open === 'reactions' ? this.#reactions() : nothing}
        </div>
        <div class="anchor wide">
          <button class="control" data-testid="view-button" aria-label=${t('view.title')} title=${t('view.title')} aria-haspopup="menu" aria-expanded=${this.open === 'view'} @click=${() => this.#toggle('view')}>${icon(s.view.mode === 'grid' ? 'grid' : 'speaker')}</button>
          ${this.open === 'view' ? html`<div class="menu" role="menu" aria-label=${t('view.title')} data-testid="view-menu">${this.#views()}</div>` : nothing}
        </div>
        <button class="control compact ${s.panel === 'chat' ? 'on' : ''}" data-panel="chat" data-testid="chat-button-compact" aria-label=${t('chat')} aria-pressed=${s.panel === 'chat'} @click=${() => this.#act('chat')}>${icon('chat')}${this.#unread('chat-badge-compact')}</button>
        <div class="anchor more">
          <button class="control" data-testid="more-button" aria-label=${t('toolbar.more')} title=${t('toolbar.more')} aria-haspopup="menu" aria-expanded=${this.open === 'more'} @click=${() => this.#toggle('more')}>${icon('more')}</button>
          ${this.open === 'more' ? this.#more() : nothing}
        </div>
    `;
  }

  #panels() {
    const s = this.state;
    return html`<div class="group end">
        <button class="control ${s.panel === 'polls' ? 'on' : ''}" data-panel="polls" data-testid="polls-button" aria-pressed=${s.panel === 'polls'} aria-label=${s.pending > 0 ? t('toolbar.pollsOpen', { count: s.pending }) : t('polls')} title=${t('polls')} @click=${() => this.#act('polls')}>${icon('poll')}${s.pending > 0 ? html`<span class="count alert">${s.pending}</span>` : nothing}</button>
        <button class="control ${s.panel === 'people' ? 'on' : ''}" data-panel="people" data-testid="participants-button" aria-pressed=${s.panel === 'people'} aria-label=${s.waiting > 0 ? t('toolbar.waiting', { count: s.count, waiting: s.waiting }) : t('toolbar.people', { count: s.count })} title=${withKey('people', 'P')} @click=${() => this.#act('people')}>${icon('people')}<span class="count ${s.waiting > 0 ? 'alert' : ''}" data-testid="participant-count">${s.waiting > 0 ? s.waiting : s.count}</span></button>
        <button class="control ${s.panel === 'chat' ? 'on' : ''}" data-panel="chat" data-testid="chat-button" aria-pressed=${s.panel === 'chat'} aria-label=${s.unread > 0 ? t('toolbar.unread', { count: s.unread }) : t('chat')} title=${withKey('chat', 'C')} @click=${() => this.#act('chat')}>${icon('chat')}${this.#unread()}</button>
      </div>`;
  }

  #seal(phase: EncryptionPhase) {
    const text = t(`encryption.lock.${phase}`);
    return html`<button class="sealed ${phase === 'on' ? 'on' : ''}" data-testid="encryption-button" data-phase=${phase} aria-label=${text} title=${text} @click=${() => this.#act('encryption')}>${icon(phase === 'on' ? 'shield' : 'shieldOff')}</button>`;
  }

  #device(action: 'microphone' | 'camera', on: boolean, problem: boolean, onIcon: IconName, offIcon: IconName, testid: string, title: string) {
    return html`<button class="control ${on ? '' : 'off'}" data-testid=${testid} aria-pressed=${on} aria-label=${t(action)} title=${title} @click=${() => this.#act(action)}>
      ${icon(on ? onIcon : offIcon)}${problem ? html`<span class="problem">${icon('warning')}</span>` : nothing}
    </button>`;
  }

  #unread(testid = 'chat-badge') {
    return this.state.unread > 0 ? html`<span class="count alert" data-testid=${testid}>${this.state.unread > 99 ? '99+' : this.state.unread}</span>` : nothing;
  }

  #reactions() {
    return html`<div class="menu reactions" role="menu">
      ${reactions.map((emoji) => html`<button role="menuitem" data-testid="reaction" @click=${() => this.#react(emoji)}>${emoji}</button>`)}
    </div>`;
  }

  #more() {
    const s = this.state;
    return html`<div class="menu" role="menu" data-testid="more-menu">
      <div class="row compact">${reactions.slice(0, 5).map((emoji) => html`<button role="menuitem" aria-label=${t('toolbar.reactWith', { emoji })} @click=${() => this.#react(emoji)}>${emoji}</button>`)}</div>
      <button class="compact" role="menuitem" data-testid="participants-button-compact" @click=${() => this.#act('people')}>${icon('people')}${t('people')} (${s.count})</button>
      <button class="compact" role="menuitem" data-testid="polls-button-compact" @click=${() => this.#act('polls')}>${icon('poll')}${t('polls')}${s.pending > 0 ? ` (${s.pending})` : ''}</button>
      <button class="compact" role="menuitem" @click=${() => this.#act('hand')}>${icon('hand')}${t(s.handUp ? 'lowerHand' : 'raiseHand')}</button>
      <div class="compact views"><hr />${this.#views('-compact')}<hr /></div>
      ${s.encryption ? this.#item('encryption', s.encryption === 'on' ? 'shield' : 'shieldOff', t('encryption.title'), 'encryption-menu-button', 'compact') : nothing}
      ${this.#item('devices', 'settings', t('settings.title'), 'devices-button')}
      ${this.#item('copy', 'link', t('copyJoinLink'), 'copy-link-button')}
      ${this.#item('shortcuts', 'help', t('shortcuts'), 'shortcuts-button', 'wide')}
      ${s.isHost ? html`<hr />
        ${this.#item('muteAll', 'micOff', t('muteAll.confirm'), 'mute-all-button')}
        ${this.#item('rooms', 'grid', t('rooms'), 'rooms-button')}
        ${this.#item('host', 'star', t('host.title'), 'host-controls-button')}
        ${this.#item('lock', s.locked ? 'unlock' : 'lock', t(s.locked ? 'toolbar.unlock' : 'toolbar.lock'), 'lock-button')}` : nothing}
    </div>`;
  }

  #views(suffix = '') {
    const { view, fullScreen, windowOpen } = this.state;
    const choice = (action: ToolbarAction, role: 'menuitemradio' | 'menuitemcheckbox', on: boolean, text: string, name: IconName | undefined = undefined) =>
      html`<button role=${role} aria-checked=${on} data-testid=${`view-${action}${suffix}`} @click=${() => this.#act(action)}>${name ? icon(name) : html`<i class="gap"></i>`}<span>${text}</span>${on ? icon('check') : nothing}</button>`;
    return html`
      ${choice('grid', 'menuitemradio', view.mode === 'grid', t('view.grid'), 'grid')}${choice('speaker', 'menuitemradio', view.mode === 'speaker', t('view.speaker'), 'speaker')}<hr />
      ${choice('hideNonVideo', 'menuitemcheckbox', view.hideNonVideo, t('view.hideNonVideo'), 'cameraOff')}${choice('hideSelf', 'menuitemcheckbox', view.hideSelf, t('view.hideSelf'), 'hide')}<hr />
      ${document.fullscreenEnabled ? choice('fullScreen', 'menuitemcheckbox', fullScreen, t('view.fullScreen'), 'fullScreen') : nothing}
      ${windowOpen === undefined ? nothing : choice('window', 'menuitemcheckbox', windowOpen, t('view.pip'), 'window')}`;
  }

  #item(action: ToolbarAction, name: IconName, text: string, testid: string, kind = '') {
    return html`<button class=${kind} role="menuitem" data-testid=${testid} @click=${() => this.#act(action)}>${icon(name)}${text}</button>`;
  }

  #toggle(menu: 'more' | 'reactions' | 'leave' | 'view'): void {
    this.open = this.open === menu ? 'none' : menu;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('.menu button:not(.compact)')?.focus({ preventScroll: true }));
  }

  /** Where the keyboard goes when a panel closes. */
  focusOn(panel: string): void {
    const of = (selector: string): readonly HTMLElement[] => [...this.renderRoot.querySelectorAll<HTMLElement>(selector)];
    // On a phone some panels are opened from the menu.
    [...of(`[data-panel=${panel}]`), ...of('[data-testid=more-button]')].find((button) => button.getClientRects().length > 0)?.focus();
  }

  #act(action: ToolbarAction): void {
    // The item is about to go: whatever opens now gives the keyboard back to the menu's button.
    if (this.open !== 'none') this.renderRoot.querySelector<HTMLElement>(`[aria-expanded='true']`)?.focus();
    this.open = 'none';
    this.dispatchEvent(new CustomEvent('action', { detail: action }));
  }

  #react(emoji: string): void {
    this.open = 'none';
    this.dispatchEvent(new CustomEvent('react', { detail: emoji }));
  }

  readonly #outside = (event: Event): void => {
    if (this.open !== 'none' && !event.composedPath().some((target) => target instanceof Element && target.classList.contains('anchor'))) this.open = 'none';
  };

  #onKey(event: KeyboardEvent): void {
    if (this.open !== 'none' && moveInMenu(event, this.renderRoot.querySelector('.menu'))) return;
    if (event.key !== 'Escape' || this.open === 'none') return;
    event.stopPropagation();
    this.renderRoot.querySelector<HTMLElement>(`[aria-expanded='true']`)?.focus();
    this.open = 'none';
  }
}

customElements.define('meeting-toolbar', MeetingToolbar);
