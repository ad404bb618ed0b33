import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { CommandRefused, isHostRole, type ClientCommandBody, type MediaSource, type Meeting, type MeetingState, type ParticipantView, type WantedPicture } from '@conference/client';
import type { LocalMedia } from '../devices/local-media.ts';
import { watchDevices } from '../devices/watch-devices.ts';
import { icon } from '../icons.ts';
import type { ViewOptions } from '../layout/placement.ts';
import { joinLink, keepMeetingKey, meetingKey } from '../links.ts';
import { AudioOutput } from '../meeting/audio-output.ts';
import '../meeting/breakout-dialog.ts';
import '../meeting/caption-layer.ts';
import type { CaptionLayer } from '../meeting/caption-layer.ts';
import '../meeting/chat-panel.ts';
import type { ChatPanel, Writing } from '../meeting/chat-panel.ts';
import '../meeting/connection-banner.ts';
import '../meeting/encryption-banner.ts';
import '../meeting/encryption-sheet.ts';
import '../meeting/handover-dialog.ts';
import '../meeting/host-dialog.ts';
import '../meeting/meeting-toolbar.ts';
import type { MeetingToolbar, ToolbarAction, ToolbarState } from '../meeting/meeting-toolbar.ts';
import '../meeting/mute-all-dialog.ts';
import { OwnMedia } from '../meeting/own-media.ts';
import '../meeting/people-panel.ts';
import type { Renaming } from '../meeting/people-panel.ts';
import '../meeting/polls-panel.ts';
import '../meeting/reaction-layer.ts';
import type { ReactionLayer } from '../meeting/reaction-layer.ts';
import '../meeting/room-banner.ts';
import '../meeting/settings-dialog.ts';
import { announcement } from '../meeting/announcements.ts';
import { actionOf, pageTurn, shortcuts } from '../meeting/shortcuts.ts';
import { pushToTalk } from '../meeting/push-to-talk.ts';
import { watchQuality, type Quality } from '../meeting/quality.ts';
import { SpeakerWindow } from '../meeting/speaker-window.ts';
import '../meeting/stage-view.ts';
import type { StageView } from '../meeting/stage-view.ts';
import '../meeting/time-left.ts';
import '../meeting/toast-stack.ts';
import type { ToastStack } from '../meeting/toast-stack.ts';
import { keepAwake } from '../meeting/wake-lock.ts';
import { prefer, preferences } from '../preferences.ts';
import { controls } from '../styles/shared.ts';
import { meetingStyles } from '../styles/meeting.ts';
import { commandText, mutedText } from '../texts.ts';
import { t } from '../i18n/language.ts';

/** The meeting itself: the stage, the panels, the controls. Emits `over` (detail: the reason). */
export class MeetingPage extends LitElement {
  static override properties = {
    code: { type: String }, meeting: { attribute: false }, local: { attribute: false },
    state: { state: true }, panel: { state: true }, view: { state: true }, qualities: { state: true }, fullScreen: { state: true }, windowOpen: { state: true }, dialog: { state: true }, blocked: { state: true }, readSeq: { state: true }, mirrored: { state: true },
  };

  declare code: string;
  declare meeting: Meeting;
  declare local: LocalMedia;
  declare state: MeetingState;
  declare panel: 'none' | 'chat' | 'people' | 'polls';
  declare view: ViewOptions;
  declare qualities: ReadonlyMap<string, Quality>;
  declare fullScreen: boolean;
  declare windowOpen: boolean;
  declare dialog: 'none' | 'devices' | 'shortcuts' | 'host' | 'muteAll' | 'handover' | 'encryption' | 'rooms';
  /** The browser does not let sound through before a click. */
  declare blocked: boolean;
  declare readSeq: number;
  declare mirrored: boolean;

  #own: OwnMedia | undefined;
  #audio: AudioOutput | undefined;
  #stop: (() => void)[] = [];

  constructor() {
    super();
    this.panel = 'none';
    const { view: mode, hideNonVideo, hideSelf, stripShare: share } = preferences();
    this.view = { mode, hideNonVideo, hideSelf, share };
    this.qualities = new Map();
    this.fullScreen = this.windowOpen = false;
    this.dialog = 'none';
    this.blocked = false;
    this.readSeq = 0;
    this.mirrored = preferences().mirror;
  }

  static override styles = [controls, meetingStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    const { events } = this.meeting;
    this.state = this.meeting.state;
    this.#stop = [
      events.on('state', (state) => this.#changed(state)),
      events.on('levels', (levels) => this.#stage?.setLevels(levels)),
      events.on('reaction', ({ from, emoji }) => this.#reactions?.show(emoji, this.#nameOf(from))),
      events.on('broadcast', ({ displayName, text }) => this.#say(t('meeting.broadcast', { name: displayName, text }), undefined, 15_000)),
      events.on('caption', (caption) => preferences().captions && this.renderRoot.querySelector<CaptionLayer>('caption-layer')?.show(caption)),
      events.on('muted', ({ source, by }) => this.#muted(source, by)),
      events.on('askUnmute', ({ by, source }) => this.#askUnmute(by, source)),
    ];
    this.#stop.push(keepAwake(), watchQuality(this.meeting, (qualities) => (this.qualities = qualities)), pushToTalk({
      mayTalk: () => preferences().pushToTalk && this.dialog === 'none' && this.state.phase === 'joined' && this.#me?.role !== 'Viewer' && !this.state.local.Microphone.on,
      talk: (on) => this.#talk(on),
    }), watchDevices(this.local, (text, action) => this.#say(text, action, action ? 12_000 : undefined), (id) => this.#audio?.useSpeaker(id)));
    document.addEventListener('fullscreenchange', this.#onFullScreen);
    document.addEventListener('keydown', this.#onKey);
    document.addEventListener('pointerdown', this.#onGesture);
    document.addEventListener('visibilitychange', this.#onVisible);
    window.addEventListener('pageshow', this.#onVisible);
  }

  override disconnectedCallback(): void {
    for (const stop of this.#stop) stop();
    document.removeEventListener('keydown', this.#onKey);
    document.removeEventListener('pointerdown', this.#onGesture);
    document.removeEventListener('fullscreenchange', this.#onFullScreen);
    document.removeEventListener('visibilitychange', this.#onVisible);
    window.removeEventListener('pageshow', this.#onVisible);
    this.#audio?.close();
    this.#own?.close();
    super.disconnectedCallback();
  }

  protected override firstUpdated(): void {
    this.#own = new OwnMedia(this.meeting, this.local, (text) => this.#say(text));
    const host = this.renderRoot.querySelector<HTMLElement>('.audio');
    if (host) this.#audio = new AudioOutput(host, (blocked) => (this.blocked = blocked));
    this.#audio?.update(this.state.slots);
    if (this.state.phase === 'over') this.#over();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.panel === 'chat' || (changed.has('state') && changed.get('state')?.meeting === undefined)) this.readSeq = this.state.meeting?.chat.at(-1)?.seq ?? this.readSeq;
    const title = this.state.meeting?.title;
    if (title !== undefined) document.title = `${this.#unread > 0 ? `(${this.#unread}) ` : ''}${title} · Conference`;
  }

  override render() {
    const { state } = this;
    return html`
      <div class="page ${this.panel === 'none' ? '' : 'with-panel'}" data-testid="meeting" data-phase=${state.phase} data-signaling=${state.signaling.kind} data-media=${state.media} data-you=${state.you}>
        <div class="stage">
          ${state.phase === 'joined' || state.meeting && state.phase === 'joining' ? html`<stage-view .state=${state} 
            .mirrored=${this.mirrored} .view=${this.view} .qualities=${this.qualities} @share=${(event: CustomEvent<number>) => this.#look({ share: event.detail })} @show-all=${() => this.#look({ hideNonVideo: false })}
            @window=${() => (this.windowOpen = this.#stage?.isWindowOpen ?? false)} @pictures=${this.#pictures} @first-frame=${this.#firstFrame}></stage-view>` : this.#waiting()}
          ${state.phase === 'joined' && this.#others.length === 0 ? this.#alone() : nothing}
          <div class="banners">
            <connection-banner .state=${state} @wake=${() => this.meeting.wake()}></connection-banner>
            ${state.encryption && state.phase === 'joined' ? html`<encryption-banner .status=${state.encryption} @explain=${() => (this.dialog = 'encryption')}></encryption-banner>` : nothing}
            ${state.meeting ? html`<time-left .meeting=${state.meeting}></time-left>
              <room-banner .meeting=${state.meeting} @choose=${() => (this.dialog = 'rooms')} @back=${() => void this.#command({ type: 'breakouts.move', room: null })}></room-banner>` : nothing}
            ${this.blocked ? html`<button class="banner hear" data-testid="hear-button" @click=${() => void this.#audio?.unblock()}>${icon('sound')}${t('meeting.hear')}</button>` : nothing}
            ${state.local.Screen.on ? html`<div class="banner" role="status" data-testid="sharing-banner">${icon('screen')}${t('meeting.sharing')}<button class="button small danger" @click=${() => void this.#own?.stopSharing()}>${t('stop')}</button></div>` : nothing}
          </div>
          <caption-layer></caption-layer>
          <reaction-layer></reaction-layer>
          <toast-stack></toast-stack>
        </div>
        ${this.panel === 'chat' ? html`<chat-panel data-testid="chat-panel" .state=${state} @close=${this.#closePanel}
          @send=${({ detail }: CustomEvent<Writing>) => this.meeting.sendChat(detail.text, detail.to)} .search=${(text: string) => this.meeting.searchChat(text)}
          @edit=${({ detail }: CustomEvent<{ seq: number; text: string }>) => void this.#command({ type: 'chat.edit', message: detail.seq, text: detail.text.normalize('NFC') })}
          @remove=${({ detail }: CustomEvent<number>) => void this.#command({ type: 'chat.delete', message: detail })} @older=${() => void this.meeting.loadOlderChat().catch(() => undefined)}
          @discard=${(event: CustomEvent<number>) => this.meeting.discardUnsent(event.detail)}></chat-panel>` : nothing}
        ${this.panel === 'people' ? html`<people-panel data-testid="people-panel" .state=${state} @close=${this.#closePanel} @invite=${() => void this.#copyLink()} @mute-all=${() => (this.dialog = 'muteAll')}
          @rename=${(event: CustomEvent<Renaming>) => void this.#rename(event.detail)} @command=${(event: CustomEvent<ClientCommandBody>) => void this.#command(event.detail)}></people-panel>` : nothing}
        ${this.panel === 'polls' ? html`<polls-panel data-testid="polls-panel" .state=${state} @close=${this.#closePanel} @command=${(event: CustomEvent<ClientCommandBody>) => void this.#command(event.detail)}></polls-panel>` : nothing}
        <meeting-toolbar .state=${this.#toolbar()} @action=${(event: CustomEvent<ToolbarAction>) => this.#act(event.detail)} @react=${(event: CustomEvent<string>) => this.meeting.react(event.detail)}></meeting-toolbar>
      </div>
      <div class="visually-hidden live" role="status" aria-live="polite" data-testid="announcements"></div>
      <div class="audio" hidden></div>
      ${this.dialog === 'devices' ? html`<settings-dialog .local=${this.local} @close=${() => (this.dialog = 'none')} @screen-content=${() => void this.meeting.setScreenContent(preferences().screenContent)} @mirror=${() => (this.mirrored = preferences().mirror)} @speaker=${(event: CustomEvent<string>) => this.#audio?.useSpeaker(event.detail)}></settings-dialog>` : nothing}
      ${this.dialog === 'host' && state.meeting ? html`<host-dialog .meeting=${state.meeting} @close=${() => (this.dialog = 'none')} @command=${(event: CustomEvent<ClientCommandBody>) => void this.#command(event.detail)}></host-dialog>` : nothing}
      ${this.dialog === 'rooms' ? html`<breakout-dialog .state=${state} @close=${() => (this.dialog = 'none')} @command=${(event: CustomEvent<ClientCommandBody>) => void this.#command(event.detail)}></breakout-dialog>` : nothing}
      ${this.dialog === 'encryption' && state.encryption && state.meeting ? html`<encryption-sheet .status=${state.encryption} .meeting=${state.meeting} @close=${() => (this.dialog = 'none')} @key=${(event: CustomEvent<string>) => this.#useKey(event.detail)}></encryption-sheet>` : nothing}
      ${this.dialog === 'handover' ? html`<handover-dialog .people=${this.#heirs} @close=${() => (this.dialog = 'none')} @leave=${(event: CustomEvent<string | undefined>) => void this.#leave(event.detail)}></handover-dialog>` : nothing}
      ${this.dialog === 'muteAll' ? html`<mute-all-dialog ?mayUnmute=${state.meeting?.settings.unmuteForAll !== false} @close=${() => (this.dialog = 'none')} @command=${(event: CustomEvent<ClientCommandBody>) => void this.#command(event.detail)}></mute-all-dialog>` : nothing}
      ${this.dialog === 'shortcuts' ? html`<modal-dialog heading=${t('shortcuts')} data-testid="shortcuts-dialog" @close=${() => (this.dialog = 'none')}>
        <dl>${shortcuts.map(({ key, action }) => html`<dt><kbd>${key}</kbd></dt><dd>${t(`shortcut.${action}`)}</dd>`)}
          <dt><kbd>${t('key.space')}</kbd></dt><dd>${t('shortcut.space')}</dd><dt><kbd>←</kbd> <kbd>→</kbd></dt><dd>${t('shortcut.arrows')}</dd><dt><kbd>Esc</kbd></dt><dd>${t('shortcut.escape')}</dd></dl></modal-dialog>` : nothing}
    `;
  }

  #waiting() {
    const lobby = this.state.phase === 'lobby';
    return html`<div class="waiting" role="status" data-testid=${lobby ? 'lobby' : 'connecting'}><span class="spinner"></span>${lobby && this.state.meeting ? html`<strong>${this.state.meeting.title}</strong>` : nothing}
      <h1>${t(lobby ? 'meeting.lobby' : 'meeting.connecting')}</h1>${lobby ? html`<p>${t('meeting.lobby.help')}</p>` : nothing}</div>`;
  }

  #alone() {
    const link = joinLink(this.code, meetingKey(this.code));
    return html`<div class="alone" data-testid="alone"><strong>${t('meeting.alone')}</strong><span>${t('meeting.alone.help')}</span>
      <button class="button small primary" @click=${() => void this.#copyLink()}>${icon('copy')}${t('copyLink')}</button><small>${link.replace(/^https?:\/\//, '')}</small></div>`;
  }

  get #stage(): StageView | null {
    return this.renderRoot.querySelector('stage-view');
  }

  get #reactions(): ReactionLayer | null {
    return this.renderRoot.querySelector('reaction-layer');
  }

  get #me(): ParticipantView | undefined {
    return this.state.meeting?.participants.find((participant) => participant.id === this.state.you);
  }

  get #others(): readonly ParticipantView[] {
    return this.state.meeting?.participants.filter((participant) => participant.id !== this.state.you && participant.presence !== 'Lobby') ?? [];
  }

  /** Without this participant nobody is host. Co-hosts take over by themselves. */
  get #isLastHost(): boolean {
    return this.#me?.role === 'Host' && !this.#others.some((participant) => isHostRole(participant.role));
  }

  get #heirs(): readonly ParticipantView[] {
    return this.#others.filter((participant) => participant.stream === undefined);
  }

  get #unread(): number {
    return this.state.meeting?.chat.filter((message) => message.seq > this.readSeq && message.from !== this.state.you).length ?? 0;
  }

  #toolbar(): ToolbarState {
    const { state, local } = this;
    const me = this.#me;
    const isHost = isHostRole(me?.role);
    const isViewer = me?.role === 'Viewer';
    return {
      title: state.meeting?.title ?? '', locked: state.meeting?.locked ?? false, encryption: state.encryption?.phase,
      microphone: state.local.Microphone.on, microphoneProblem: local.microphone.on && local.microphone.problem !== undefined,
      camera: state.local.Camera.on, cameraProblem: local.camera.on && local.camera.problem !== undefined,
      sharing: state.local.Screen.on,
      canShare: typeof navigator.mediaDevices?.getDisplayMedia === 'function' && !isViewer && (isHost || state.meeting?.settings.shareForAll !== false),
      handUp: me?.handRaisedSeq !== undefined, panel: this.panel, pending: this.#pending(isHost), unread: this.#unread, count: this.#others.filter((other) => other.role !== 'Viewer').length + (isViewer ? 0 : 1) + (state.meeting?.viewers ?? 0),
      waiting: isHost ? (state.meeting?.participants.filter((participant) => participant.presence === 'Lobby').length ?? 0) : 0,
      view: this.view, fullScreen: this.fullScreen, windowOpen: SpeakerWindow.isSupported ? this.windowOpen : undefined, isHost, isViewer, limited: state.phase !== 'joined',
    };
  }

  #changed(state: MeetingState): void {
    const before = this.state;
    this.state = state;
    if (state.slots !== before.slots) this.#audio?.update(state.slots);
    if (state.phase === 'over') return this.#over();
    this.#announceWaiting(before, state);
    this.#announcePoll(before, state);
    this.#announceRole(before);
    const words = announcement(before, state);
    const live = words ? this.renderRoot.querySelector('.live') : null;
    if (live) live.textContent = words;
  }

  #announceWaiting(before: MeetingState, state: MeetingState): void {
    if (!isHostRole(this.#me?.role) || before.meeting === state.meeting) return;
    const known = new Set(before.meeting?.participants.map((participant) => participant.id));
    for (const participant of state.meeting?.participants ?? []) {
      if (participant.presence !== 'Lobby' || known.has(participant.id)) continue;
      this.#say(t('meeting.waits', { name: participant.displayName }), { label: t('people.admit'), run: () => void this.#command({ type: 'host.admit', participantId: participant.id }) }, 12_000, participant.id);
    }
    const waiting = new Set(state.meeting?.participants.filter(({ presence }) => presence === 'Lobby').map(({ id }) => id));
    for (const { id, presence } of before.meeting?.participants ?? []) if (presence === 'Lobby' && !waiting.has(id)) this.renderRoot.querySelector<ToastStack>('toast-stack')?.takeBack(id);
  }

  #announcePoll(before: MeetingState, state: MeetingState): void {
    const last = before.meeting?.polls.at(-1)?.id ?? 0;
    const poll = state.meeting?.polls.at(-1);
    if (!before.meeting || !poll || poll.id <= last || poll.closed || this.panel === 'polls') return;
    this.#say(t('meeting.poll', { question: poll.question }), { label: t('meeting.vote'), run: () => (this.panel = 'polls') }, 12_000);
  }

  #announceRole(before: MeetingState): void {
    const was = before.meeting?.participants.find((participant) => participant.id === before.you)?.role;
    const is = this.#me?.role;
    if (was === 'Viewer' && is === 'Attendee') this.#say(t('meeting.maySpeak'), undefined, 12_000);
    if (was === 'Attendee' && is === 'Viewer') this.#say(t('meeting.watching'));
  }

  #pending(isHost: boolean): number {
    const { polls = [], questions = [] } = this.state.meeting ?? {};
    return polls.filter((poll) => !poll.closed && !poll.mine).length + (isHost ? questions.filter((question) => !question.answered).length : 0);
  }

  #over(): void {
    this.dispatchEvent(new CustomEvent('over', { detail: this.state.over ?? 'Left' }));
  }

  #act(action: ToolbarAction): void {
    switch (action) {
      case 'microphone':
      case 'camera':
        return void (this.#me?.role === 'Viewer' ? undefined : this.#own?.toggle(action));
      case 'share':
        if (this.#me?.role === 'Viewer') return;
        return void (this.#own?.isSharing ? this.#own.stopSharing() : this.#own?.share());
      case 'hand':
        return void this.#command({ type: 'hand.raise', raised: this.#me?.handRaisedSeq === undefined });
      case 'chat':
      case 'people':
      case 'polls':
        this.panel = this.panel === action ? 'none' : action;
        if (this.panel === 'chat') void this.updateComplete.then(() => this.renderRoot.querySelector<ChatPanel>('chat-panel')?.focus());
        return;
      case 'devices':
      case 'shortcuts':
      case 'host':
      case 'rooms':
      case 'encryption':
      case 'muteAll':
        this.dialog = action;
        return;
      case 'mode':
        return this.#look({ mode: this.view.mode === 'grid' ? 'speaker' : 'grid' });
      case 'grid':
      case 'speaker':
        return this.#look({ mode: action });
      case 'hideNonVideo':
      case 'hideSelf':
        return this.#look({ [action]: !this.view[action] });
      case 'fullScreen':
        return void (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()).catch(() => undefined);
      case 'window':
        return void this.#stage?.toggleWindow().then((done) => done || this.#say(t('view.noPicture')));
      case 'copy':
        return void this.#copyLink();
      case 'lock':
        return void this.#command({ type: 'host.lock', locked: !(this.state.meeting?.locked ?? false) });
      case 'end':
        return void this.#command({ type: 'meeting.end' });
      case 'leave':
        if (this.#isLastHost && this.#heirs.length > 0) this.dialog = 'handover';
        else void this.meeting.leave();
        return;
    }
  }

  readonly #closePanel = (): void => {
    const { panel } = this;
    this.panel = 'none';
    void this.updateComplete.then(() => this.renderRoot.querySelector<MeetingToolbar>('meeting-toolbar')?.focusOn(panel));
  };

  /** Sees the others in another way, here and in the next meeting. */
  #look(change: Partial<ViewOptions>): void {
    this.view = { ...this.view, ...change };
    const { mode, hideNonVideo, hideSelf, share } = this.view;
    prefer({ view: mode, hideNonVideo, hideSelf, stripShare: share });
  }

  #talk(on: boolean): void {
    void this.local.set('microphone', on);
    if (on) this.#say(t('talk.on'), undefined, 1_500);
  }

  /** Whether it was done; what was not is told. */
  async #command(command: ClientCommandBody): Promise<boolean> {
    try {
      await this.meeting.command(command);
      return true;
    } catch (error) {
      if (error instanceof CommandRefused && error.reason !== 'Closed') this.#say(commandText(error.reason));
      return false;
    }
  }

  async #leave(successor: string | undefined): Promise<void> {
    this.dialog = 'none';
    try {
      await this.meeting.leave(successor);
    } catch (error) {
      if (error instanceof CommandRefused && error.reason !== 'Closed') this.#say(commandText(error.reason));
    }
  }

  async #rename({ participantId, displayName }: Renaming): Promise<void> {
    const own = participantId === this.state.you;
    if (await this.#command({ type: 'participant.rename', displayName, participantId }) && own) prefer({ name: displayName });
  }

  #pictures(event: CustomEvent<WantedPicture[]>): void {
    this.meeting.show(event.detail, window.devicePixelRatio);
  }

  #firstFrame(): void {
    this.meeting.noteFirstFrame();
  }

  #muted(source: MediaSource, by: 'host' | 'entry' | 'rule'): void {
    if (by === 'entry' && !this.local.microphone.on) return;
    if (source === 'Microphone' || source === 'Camera') this.#own?.muted(source === 'Camera' ? 'camera' : 'microphone');
    else void this.#own?.stopSharing();
    if (this.#me?.role !== 'Viewer') this.#say(mutedText(source, by));
  }

  #askUnmute(by: string, source: string): void {
    const kind = source === 'Camera' ? 'camera' : 'microphone';
    if (this.local[kind].on && this.local[kind].track) return;
    this.#say(t(`meeting.ask.${kind}`, { name: this.#nameOf(by) }), { label: t(kind === 'camera' ? 'meeting.start' : 'toolbar.unmute'), run: () => void this.#own?.toggle(kind) }, 15_000);
  }

  #nameOf(id: string): string {
    return id === this.state.you ? t('you') : this.state.meeting?.participants.find((participant) => participant.id === id)?.displayName ?? t('somebody');
  }

  #say(text: string, action?: { readonly label: string; readonly run: () => void }, forMs?: number, about?: string): void {
    this.renderRoot.querySelector<ToastStack>('toast-stack')?.say(text, action, forMs, about);
  }

  /** The page comes back as the same participant, and with the key from the beginning. */
  #useKey(key: string): void {
    keepMeetingKey(this.code, key);
    location.reload();
  }

  async #copyLink(): Promise<void> {
    const link = joinLink(this.code, meetingKey(this.code));
    await (navigator.clipboard?.writeText(link) ?? Promise.reject(new Error('no clipboard'))).then(() => this.#say(t('meeting.copied')), () => this.#say(link, undefined, 15_000));
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    this.#onGesture();
    if (event.key === 'Escape' && this.panel !== 'none' && this.dialog === 'none') this.#closePanel();
    if (this.dialog === 'none' && pageTurn(event) !== 0) this.#stage?.turn(pageTurn(event));
    const action = this.dialog === 'none' ? actionOf(event) : undefined;
    if (!action) return;
    event.preventDefault();
    this.#act(action);
  };

  /** Any click lets sound through, not only the one on the banner. */
  readonly #onGesture = (): void => {
    if (this.blocked) void this.#audio?.unblock();
  };

  readonly #onFullScreen = (): void => void (this.fullScreen = document.fullscreenElement !== null);

  readonly #onVisible = (): void => {
    if (document.visibilityState === 'visible') this.meeting.wake();
  };
}

customElements.define('meeting-page', MeetingPage);
