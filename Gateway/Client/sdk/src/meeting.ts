import { Api } from './api.ts';
import { Encryption, EncryptionProblem } from './e2ee/encryption.ts';
import { parseLinkKey } from './e2ee/derive.ts';
import { Frames, frameAccess } from './e2ee/transforms.ts';
import { Emitter } from './emitter.ts';
import { ambientEnvironment, type Environment } from './environment.ts';
import { JoinTimes } from './join-times.ts';
import { allSources, nothingLocal, reconcile } from './local.ts';
import { computeDemand, sameDemand, type WantedPicture } from './media/demand.ts';
import { MediaLink } from './media/link.ts';
import { PeerSession, type MediaSession } from './media/session.ts';
import { applyEvent, inMyRoom, modelOf, type MeetingModel } from './model.ts';
import { OlderChat, type FoundChat } from './older-chat.ts';
import { CommandRefused } from './outbox.ts';
import { Place, storedPlace, type JoinOptions } from './place.ts';
import type {
  ClientCommandBody, CommandRefusal, CreateMeetingRequest, CreateMeetingResponse, DemandItem, EventMessage, JoinFacts, JoinResponse,
  MediaSource, MeetingSettings, Welcome,
} from './protocol.ts';
import { Signaling, type FinalReason, type SideMessage } from './signaling.ts';
import type { ChatTarget, MeetingEvents, MeetingState } from './state.ts';

export interface MeetingOptions extends JoinOptions {
  /** A session from {@link prepareMedia}, so that the offer need not be made after the click. */
  readonly prepared?: MediaSession;
  readonly env?: Environment;
}

const renewTicketMs = 60_000;
/** The shortest time between two demands; a change after a longer calm goes out at once. */
const demandDelayMs = 80;
const overstatedGraceMs = 4_000;
const leaveTimeoutMs = 1_000;

/** A new meeting as one asks for it: settings that are not named are {@link defaultSettings}. */
export type NewMeeting = Omit<CreateMeetingRequest, 'settings'> & { readonly settings?: Partial<MeetingSettings> };

/** How a meeting is run when nobody says otherwise. */
export const defaultSettings: MeetingSettings = {
  lobby: false, muteOnEntry: false, maxParticipants: 1000, chatForAll: true, shareForAll: true, joinBeforeHost: true, openPublish: false, openPlay: false,
  unmuteForAll: true, cameraForAll: true, renameForAll: true, chat: true, privateChat: true, removedNamesStayOut: false, questions: true,
  maxMinutes: 0, endWithoutHost: false, recurring: false, webinar: false, encrypted: false,
};

/** Creates a meeting on the installation that served the page (or `env.origin`). */
export function createMeeting({ settings, ...request }: NewMeeting = {}, env = ambientEnvironment(), token?: string): Promise<CreateMeetingResponse> {
  return new Api(env).createMeeting({ ...request, ...(settings ? { settings: { ...defaultSettings, ...settings } } : {}) }, token);
}

/** What may be known about a meeting before joining it. */
export function meetingFacts(code: string, env = ambientEnvironment()): Promise<JoinFacts> {
  return new Api(env).facts(code);
}

/** Where a scheduled meeting is a file for calendars. */
export function calendarUrl(code: string, env = ambientEnvironment()): string {
  return `${env.origin}/api/join/${encodeURIComponent(code)}/calendar.ics`;
}

/** Makes the offer of a media session ahead of time; give it to {@link Meeting.join}, or close it. `encrypted`: for a link with a key; where the browser cannot encrypt, the join says so. */
export function prepareMedia(env = ambientEnvironment(), encrypted = false): MediaSession {
  return new PeerSession(env, encrypted ? newFrames(env) : undefined);
}

/** The name under which this tab was in the meeting before a reload; undefined: it was not. */
export function resumableName(code: string, env = ambientEnvironment()): string | undefined {
  return storedPlace(env, code)?.displayName;
}

function newFrames(env: Environment): Frames | undefined {
  const worker = frameAccess() === undefined ? undefined : env.createFrameWorker?.();
  return worker && new Frames(worker);
}

/** Throws where this browser cannot encrypt, or the key is none: nothing may be sent in the clear instead. */
function requireEncryption(env: Environment, key?: string): void {
  if (frameAccess() === undefined || !env.createFrameWorker || globalThis.crypto?.subtle === undefined) throw new EncryptionProblem('Unsupported');
  if (key !== undefined && !parseLinkKey(key)) throw new EncryptionProblem('InvalidKey');
}

/** One participant's presence in one meeting. */
export class Meeting {
  readonly events = new Emitter<MeetingEvents>();
  readonly #env: Environment;
  readonly #place: Place;
  readonly #olderChat: OlderChat;
  readonly #signaling: Signaling;
  readonly #media: MediaLink;
  readonly #times: JoinTimes;
  readonly #encryption: Encryption | undefined;
  #state: MeetingState;
  #toldFor = '';
  #pictures: readonly WantedPicture[] = [];
  #pixelRatio = 1;
  #demand: readonly DemandItem[] = [];
  #cancelDemand: (() => void) | undefined;
  #cancelRenew: (() => void) | undefined;
  #chatKey = 0;

  /** Takes a place (or resumes the one that this tab had) and starts signaling and media side by side. Throws `ApiError`, `NetworkError` or `EncryptionProblem`. */
  static async join(options: MeetingOptions): Promise<Meeting> {
    const env = options.env ?? ambientEnvironment();
    env.mark('click');
    if (options.encryptionKey !== undefined) requireEncryption(env, options.encryptionKey);
    const place = new Place(env, new Api(env), options);
    const response = await place.take();
    env.mark('joined-response');
    if (options.encryptionKey !== undefined && !response.encrypted) throw new EncryptionProblem('NotEncrypted');
    if (response.encrypted) requireEncryption(env);
    return new Meeting(env, place, response, options);
  }

  private constructor(env: Environment, place: Place, response: JoinResponse, { code, encryptionKey, prepared }: MeetingOptions) {
    this.#env = env;
    this.#place = place;
    this.#olderChat = new OlderChat(new Api(env), () => place.token);
    this.#signaling = new Signaling(env, {
      rejoin: () => this.#rejoin(),
      resumeAfter: () => this.#state.meeting?.seq,
      welcome: (message) => this.#welcome(message),
      event: (message) => this.#event(message),
      side: (message) => this.#side(message),
      state: (signaling) => this.#set({ signaling }),
      final: (reason) => this.#over(reason),
    });
    const frames = response.encrypted ? prepared?.frames ?? newFrames(env) : undefined;
    this.#encryption = frames && new Encryption(env, frames, {
      code, ...(encryptionKey === undefined ? {} : { key: encryptionKey }),
      command: (body) => this.command(body), changed: (encryption) => {
        this.#set({ encryption });
        this.#updateDemand();
      },
    });
    // One that was made without knowing could send in the clear.
    if (prepared && frames && prepared.frames !== frames) prepared.close();
    this.#media = new MediaLink(env, {
      createSession: () => new PeerSession(env, frames),
      requestTicket: () => {
        // That the pod's side has just answered is a sign that signaling may work again too.
        this.#signaling.kick();
        this.#signaling.send({ type: 'media.renew' });
      },
      requestGrant: () => this.#signaling.reconnect(),
    }, prepared && prepared.frames === frames ? prepared : undefined);
    this.#times = new JoinTimes(env, (message) => this.#signaling.send(message));
    this.#media.events.on('state', (media) => this.#set({ media }));
    this.#media.events.on('slots', (slots) => this.#set({ slots }));
    this.#media.events.on('speakers', (speakers) => {
      const { meeting } = this.#state;
      // The pod tells of everybody who speaks; only those in the same room are heard.
      const here = new Set(meeting && meeting.breakouts ? inMyRoom(meeting).map(({ id }) => id) : speakers.map(({ participantId }) => participantId));
      speakers = speakers.filter(({ participantId }) => here.has(participantId));
      this.events.emit('levels', new Map(speakers.map((speaker) => [speaker.participantId, speaker.level])));
      const active = speakers.find((speaker) => speaker.active)?.participantId;
      if (active !== undefined && active !== this.#state.activeSpeaker) this.#set({ activeSpeaker: active });
    });
    this.#state = {
      phase: response.state === 'Lobby' ? 'lobby' : 'joining', you: response.participantId, signaling: this.#signaling.state,
      media: 'idle', slots: [], local: nothingLocal, unsent: [],
      ...(this.#encryption ? { encryption: { phase: encryptionKey === undefined ? 'missing' : 'starting', unproven: [] } } : {}),
    };
    this.#signaling.start(response);
    if (response.media) this.#media.grant(response.media);
    this.#scheduleRenewal();
  }

  get state(): MeetingState {
    return this.#state;
  }

  // ---- What this participant sends ----

  /** Sends `track` as `source`, or stops (null). The caller owns the track and stops it. */
  async publish(source: MediaSource, track: MediaStreamTrack | null): Promise<void> {
    this.#setLocal(source, track, track !== null);
    this.#tell(source, track === null);
    await this.#media.send(source, track, track !== null);
  }

  /** Keeps the track and stops (or starts again) sending it. */
  async setMuted(source: MediaSource, muted: boolean): Promise<void> {
    this.#tell(source, muted);
    await this.#muteHere(source, muted);
  }

  /** Says what the shared screen shows: text (`detail`), which stays legible where a viewer's connection is narrow, or a film (`motion`), which stays smooth. */
  async setScreenContent(content: 'detail' | 'motion'): Promise<void> {
    const { track, on } = this.#state.local.Screen;
    if (!track) return;
    track.contentHint = content;
    await this.#media.send('Screen', track, on);
  }

  // ---- Commands ----

  /** Sends a command of the protocol; rejects with `CommandRefused`. Survives reconnects, is applied once. */
  command(body: ClientCommandBody): Promise<number | undefined> {
    return this.#signaling.command(body);
  }

  /** Sends a chat message, to everybody unless `to` says otherwise; until the meeting has it, it is in `state.unsent`. */
  sendChat(text: string, to?: ChatTarget): void {
    const key = ++this.#chatKey;
    this.#set({ unsent: [...this.#state.unsent, { key, text, ...(to ? { to } : {}) }] });
    const target = to === undefined ? {} : 'hosts' in to ? { toHosts: true } : { to: to.participants };
    this.command({ type: 'chat.send', text: text.normalize('NFC'), ...target }).then(
      () => this.discardUnsent(key),
      (error: unknown) => {
        if (!(error instanceof CommandRefused) || error.reason === 'Closed') return;
        const refused: CommandRefusal = error.reason;
        this.#set({ unsent: this.#state.unsent.map((chat) => (chat.key === key ? { ...chat, refused } : chat)) });
      },
    );
  }

  discardUnsent(key: number): void {
    this.#set({ unsent: this.#state.unsent.filter((chat) => chat.key !== key) });
  }

  /** Reads the page of chat before what is shown, and shows it. Throws `ApiError` or `NetworkError`. */
  async loadOlderChat(): Promise<void> {
    const { meeting } = this.#state;
    const merge = meeting && (await this.#olderChat.before(meeting));
    if (merge && this.#state.meeting) this.#set({ meeting: merge(this.#state.meeting) });
  }

  /** Finds messages with `text` in them, the newest first found; `before` of the last answer goes on. Throws `ApiError` or `NetworkError`. */
  searchChat(text: string, before?: number): Promise<FoundChat> {
    return this.#olderChat.search(this.#state.meeting?.id ?? '', text, before);
  }

  /** Sends to the programs of others, or of some, once and in order; they get the event `data`. Rejects with `CommandRefused` (`TooLarge`, `RateLimited` ...). */
  sendData(topic: string, data: string, to?: readonly string[]): Promise<number | undefined> {
    return this.command({ type: 'app.send', topic, data, ...(to ? { to } : {}) });
  }

  react(emoji: string): void {
    this.#signaling.send({ type: 'reaction.send', emoji });
  }

  // ---- What this participant sees ----

  /** Says which pictures are on the page, and how large; the pod is asked for exactly those. */
  show(pictures: readonly WantedPicture[], pixelRatio: number): void {
    this.#pictures = pictures;
    this.#pixelRatio = pixelRatio;
    this.#updateDemand();
  }

  /** Say so when the first remote picture is there: it ends the measurement of the join. */
  noteFirstFrame(): void {
    this.#times.firstFrame();
  }

  statistics(): Promise<RTCStatsReport | undefined> {
    return this.#media.session?.statistics() ?? Promise.resolve(undefined);
  }

  /** The page is visible again, or the person asks: do not wait out a backoff. */
  wake(): void {
    this.#signaling.kick();
    this.#media.kick();
  }

  /** Gives up the place; a host may say who is host then. Rejects with `CommandRefused` when that cannot be. */
  async leave(successor?: string): Promise<void> {
    if (this.#state.phase === 'over') return;
    // With a successor nothing is over before it is done: otherwise there may be no host.
    if (successor !== undefined) await this.command({ type: 'leave', successor });
    const left = successor === undefined ? this.command({ type: 'leave' }).catch(() => undefined) : Promise.resolve(undefined);
    await Promise.race([left, new Promise<void>((resolve) => void this.#env.clock.after(leaveTimeoutMs, resolve))]);
    this.#over('Left');
  }

  // ---- Signaling ----

  async #rejoin(): Promise<JoinResponse> {
    const response = await this.#place.take();
    if (response.participantId !== this.#state.you) {
      // R3: a new participant; what the old one had not got acknowledged about its media is void.
      this.#signaling.outbox.drop((command) => command.type === 'media.setMuted' || command.type === 'hand.raise');
      const { meeting: _, ...rest } = this.#state;
      this.#state = { ...rest, you: response.participantId, phase: response.state === 'Lobby' ? 'lobby' : 'joining' };
    }
    if (response.media) this.#media.grant(response.media);
    return response;
  }

  #welcome(message: Welcome): void {
    if (message.snapshot) this.#setMeeting(modelOf(message.snapshot, message.seq, message.you), message.you);
    if (message.media) this.#media.grant(message.media);
    if (this.#state.meeting) this.#encryption?.update(this.#state.meeting);
    const own = this.#state.meeting?.participants.find((participant) => participant.id === this.#state.you);
    if (own && own.presence !== 'Lobby') this.#reconcile();
  }

  #event(message: EventMessage): void {
    const { meeting, you } = this.#state;
    if (!meeting || message.seq <= meeting.seq) return;
    this.#setMeeting(applyEvent(meeting, message));
    if (this.#state.meeting) this.#encryption?.update(this.#state.meeting, message);
    if (message.event.type === 'chat.edited' || message.event.type === 'chat.deleted') this.#olderChat.note(message);
    const { event } = message;
    if (event.type === 'app.data') this.events.emit('data', { seq: message.seq, from: event.from, topic: event.topic, data: event.data });
    if (event.type === 'participant.mediaChanged' && event.participantId === you && message.actor !== you && event.muted) {
      void this.#mutedByHost(event.source);
    } else if (event.type === 'participant.left' && event.participantId === you) {
      this.#leftByOthers(event.reason);
    } else if (event.type === 'meeting.ended') {
      this.#over('Ended');
    } else if (event.type === 'participant.admitted' && event.participantId === you) {
      this.#reconcile();
    }
  }

  #leftByOthers(reason: string): void {
    if (reason === 'Removed' || reason === 'Denied' || reason === 'Left') this.#over(reason);
    else if (reason === 'MeetingEnded') this.#over('Ended');
    // R3: the grace is over; a rejoin finds out and joins anew.
    else this.#signaling.reconnect();
  }

  #side(message: SideMessage): void {
    switch (message.type) {
      case 'media.move':
        return this.#media.grant(message.media, true);
      case 'media.ticket':
        return this.#media.renew(message.mediaTicket, message.iceServers);
      case 'reaction':
        return this.events.emit('reaction', { from: message.from, emoji: message.emoji });
      case 'broadcast':
        return this.events.emit('broadcast', { from: message.from, displayName: message.displayName, text: message.text });
      case 'viewers':
        if (this.#state.meeting) this.#set({ meeting: { ...this.#state.meeting, viewers: message.viewers } });
        return;
      case 'caption': {
        const { type: _, ...caption } = message;
        return this.events.emit('caption', caption);
      }
      case 'askUnmute':
        return this.events.emit('askUnmute', { by: message.by, source: message.source });
    }
  }

  // ---- Inside ----

  #setMeeting(meeting: MeetingModel, you = this.#state.you): void {
    const own = meeting.participants.find((participant) => participant.id === you);
    if (own) this.#place.renamed(own.displayName);
    const phase = this.#state.phase === 'over' ? 'over' : own ? (own.presence === 'Lobby' ? 'lobby' : 'joined') : this.#state.phase;
    this.#set({ meeting, you, phase });
    this.#updateDemand();
  }

  /** Makes the meeting's record of what we send agree with the truth (L1 to L3). */
  #reconcile(): void {
    const { meeting, you, local } = this.#state;
    const own = meeting?.participants.find((participant) => participant.id === you);
    if (!meeting || !own) return;
    const isNew = this.#toldFor !== you;
    this.#toldFor = you;
    if (isNew && !this.#place.isResumed && meeting.settings.muteOnEntry && own.role === 'Attendee') {
      this.#signaling.outbox.drop((command) => command.type === 'media.setMuted' && command.source === 'Microphone');
      if (local.Microphone.on) void this.#muteHere('Microphone', true);
      this.events.emit('muted', { source: 'Microphone', by: 'entry' });
    }
    const { muteHere, tell } = reconcile(this.#state.local, own.sending, this.#pendingSources(), isNew);
    for (const source of muteHere) void this.#mutedByHost(source);
    for (const { source, muted } of tell) {
      // After a reload the devices take a moment to come back: that is no reason to go dark first.
      if (muted) this.#env.clock.after(overstatedGraceMs, () => this.#tellIfStillOff(source));
      else this.#tell(source, false);
    }
  }

  #tellIfStillOff(source: MediaSource): void {
    const own = this.#state.meeting?.participants.find((participant) => participant.id === this.#state.you);
    if (own?.sending.includes(source) && !this.#state.local[source].on && !this.#pendingSources().has(source)) this.#tell(source, true);
  }

  #pendingSources(): Set<MediaSource> {
    return new Set(this.#signaling.outbox.pending.flatMap((command) => (command.type === 'media.setMuted' ? [command.source] : [])));
  }

  async #mutedByHost(source: MediaSource, by: 'host' | 'rule' = 'host'): Promise<void> {
    if (!this.#state.local[source].on) return;
    await this.#muteHere(source, true);
    this.events.emit('muted', { source, by });
  }

  #tell(source: MediaSource, muted: boolean): void {
    this.#signaling.outbox.drop((command) => command.type === 'media.setMuted' && command.source === source);
    // In the lobby nothing is told: L2 does so on admission.
    if (this.#state.phase === 'lobby') return;
    this.command({ type: 'media.setMuted', source, muted }).catch((error: unknown) => {
      const isRefused = error instanceof CommandRefused && error.reason !== 'Closed' && error.reason !== 'InLobby';
      if (isRefused && !muted) void this.#mutedByHost(source, error.reason === 'SwitchedOff' ? 'rule' : 'host');
    });
  }

  async #muteHere(source: MediaSource, muted: boolean): Promise<void> {
    const { track } = this.#state.local[source];
    if (track) track.enabled = !muted;
    this.#setLocal(source, track, track !== null && !muted);
    await this.#media.send(source, track, track !== null && !muted);
  }

  #setLocal(source: MediaSource, track: MediaStreamTrack | null, on: boolean): void {
    this.#set({ local: { ...this.#state.local, [source]: { track, on } } });
  }

  #updateDemand(): void {
    const { meeting, you } = this.#state;
    const sending = new Map((meeting ? inMyRoom(meeting) : []).map((participant) => [participant.id, participant.sending]));
    // Without the key no picture could be shown, and browsers would ask for key frame after key frame.
    const isBlind = this.#state.encryption?.phase === 'missing' || this.#state.encryption?.phase === 'wrong';
    const wanted = isBlind ? [] : this.#pictures.filter(({ participantId, source }) => participantId !== you && sending.get(participantId)?.includes(source));
    const demand = computeDemand(wanted, this.#pixelRatio);
    if (sameDemand(demand, this.#demand)) return;
    this.#demand = demand;
    if (this.#cancelDemand) return; // soon
    this.#media.demand(demand);
    this.#awaitDemand(demand);
  }

  #awaitDemand(told: readonly DemandItem[]): void {
    this.#cancelDemand = this.#env.clock.after(demandDelayMs, () => {
      this.#cancelDemand = undefined;
      if (this.#demand === told) return;
      this.#media.demand(this.#demand);
      this.#awaitDemand(this.#demand);
    });
  }

  #scheduleRenewal(): void {
    this.#cancelRenew = this.#env.clock.after(renewTicketMs, () => {
      if (this.#state.phase === 'joined') this.#signaling.send({ type: 'media.renew' });
      this.#scheduleRenewal();
    });
  }

  #over(reason: FinalReason): void {
    if (this.#state.phase === 'over') return;
    this.#cancelRenew?.();
    this.#cancelDemand?.();
    this.#times.stop();
    this.#signaling.close();
    this.#media.close();
    this.#encryption?.close(reason !== 'Replaced');
    if (reason !== 'Replaced') this.#place.forget();
    for (const source of allSources) this.#state.local[source].track?.stop();
    this.#set({ phase: 'over', over: reason, slots: [], local: nothingLocal });
  }

  #set(change: Partial<MeetingState>): void {
    this.#state = { ...this.#state, ...change };
    this.events.emit('state', this.#state);
  }
}
