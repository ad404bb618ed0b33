import { ApiError, NetworkError } from '../api.ts';
import { Backoff } from '../backoff.ts';
import { Emitter } from '../emitter.ts';
import type { Environment } from '../environment.ts';
import type { DemandItem, IceServer, MediaGrant, MediaSource, SessionEndReason, SlotContent, SpeakerLevel } from '../protocol.ts';
import type { MediaSession } from './session.ts';
import type { Slot } from './peer.ts';

/** Where media stands, for people: `recovering` says that it was there and will come back. */
export type MediaState = 'idle' | 'connecting' | 'connected' | 'recovering' | 'closed';

export interface MediaLinkEvents {
  state: MediaState;
  /** What is in the slots of the session that is shown. */
  slots: readonly FilledSlot[];
  speakers: readonly SpeakerLevel[];
  codec: string;
}

/** A slot with the track that plays it. */
export interface FilledSlot extends SlotContent {
  readonly kind: 'audio' | 'video';
  readonly track: MediaStreamTrack;
}

export interface MediaLinkOptions {
  /** Makes an unopened session. */
  createSession(): MediaSession;
  /** Asks signaling for a fresh media ticket; it comes back through {@link MediaLink.renew}. */
  requestTicket(): void;
  /** Asks for a whole new grant by taking the place again; it comes back through {@link MediaLink.grant}. */
  requestGrant(): void;
}

interface LocalTrack {
  readonly track: MediaStreamTrack | null;
  readonly active: boolean;
}

/** The life of one session, as the link sees it. */
interface Leg {
  readonly session: MediaSession;
  readonly grant: MediaGrant;
  contents: readonly SlotContent[];
  opened: boolean;
  /** A channel is up, or at least has not been lost since it was last asked for. */
  channelUp: boolean;
  channelRetried: boolean;
  busy: boolean;
  cancel: (() => void) | undefined;
  /** What it will do when its backoff is over; undefined while it does not wait for one. */
  retry: (() => void) | undefined;
}

const disconnectedGraceMs = 2_500;
const connectTimeoutMs = 10_000;
const restartTimeoutMs = 8_000;
const moveSettleMs = 2_000;
const ticketTimeoutMs = 3_000;

/** Ends of a session that a new one would not change: signaling tells the rest. */
const finalEnds: ReadonlySet<SessionEndReason> = new Set<SessionEndReason>(['Removed', 'MeetingEnded', 'Replaced', 'Deleted']);

/**
 * Keeps one media session working. A session that loses its transport or channel restarts ICE; one that the pod no longer knows
 * is replaced; one that has to move is replaced only when the new one works. The cases M1 to M7 are those of docs/client.md.
 */
export class MediaLink {
  readonly events = new Emitter<MediaLinkEvents>();
  readonly #clock: Environment['clock'];
  readonly #options: MediaLinkOptions;
  readonly #backoff: Backoff;
  readonly #moveBackoff: Backoff;
  readonly #tracks = new Map<MediaSource, LocalTrack>();
  readonly #stopNetwork: () => void;
  #prepared: MediaSession | undefined;
  #leg: Leg | undefined;
  /** The session to move to. */
  #next: Leg | undefined;
  #grant: MediaGrant | undefined;
  #demand: readonly DemandItem[] = [];
  #state: MediaState = 'idle';
  #failures = 0;
  #wasConnected = false;
  /** Goes on with a replacement that waits for a ticket. */
  #onTicket: (() => void) | undefined;

  /** @param prepared A session whose offer is ready, made before the click on Join. */
  constructor(env: Environment, options: MediaLinkOptions, prepared?: MediaSession) {
    this.#clock = env.clock;
    this.#options = options;
    this.#backoff = new Backoff(() => env.random());
    this.#moveBackoff = new Backoff(() => env.random());
    this.#prepared = prepared;
    this.#stopNetwork = env.onNetworkChange(() => this.kick());
  }

  get state(): MediaState {
    return this.#state;
  }

  get session(): MediaSession | undefined {
    return this.#leg?.session;
  }

  /** M1 and M4: where media may go now. A healthy session on that pod stays; one on another pod moves. */
  grant(grant: MediaGrant, move = false): void {
    if (this.#state === 'closed') return;
    this.#grant = grant;
    this.#failures = 0;
    const leg = this.#leg;
    if (!leg) return this.#start(grant);
    const samePod = leg.grant.podId === grant.podId;
    if (samePod) leg.session.renew(grant.mediaTicket, grant.iceServers);
    if (this.#onTicket) return this.#onTicket();
    if (samePod && !move) return leg.retry?.();
    if (leg.session.transport === 'connected' && leg.channelUp) this.#move(grant);
    else this.#restartOn(grant);
  }

  /** A renewed ticket for the pod of the present grant, and fresh credentials of the TURN servers, which end too. */
  renew(mediaTicket: string, iceServers?: readonly IceServer[]): void {
    if (this.#grant) this.#grant = { ...this.#grant, mediaTicket, ...(iceServers ? { iceServers } : {}) };
    this.#leg?.session.renew(mediaTicket, iceServers);
    this.#onTicket?.();
  }

  demand(items: readonly DemandItem[]): void {
    this.#demand = items;
    this.#leg?.session.demand(items);
    this.#next?.session.demand(items);
  }

  async send(source: MediaSource, track: MediaStreamTrack | null, active: boolean): Promise<void> {
    this.#tracks.set(source, { track, active });
    await Promise.all([this.#leg, this.#next, { session: this.#leg ? undefined : this.#prepared }]
      .map((leg) => leg?.session?.send(source, track, active)));
  }

  /** The network may be back: do not wait out a backoff. */
  kick(): void {
    const leg = this.#leg;
    if (this.#onTicket) return this.#onTicket();
    if (!leg || leg.busy || this.#state === 'closed') return;
    if (leg.retry) leg.retry();
    else if (leg.opened && leg.session.transport !== 'connected' && leg.session.transport !== 'connecting') void this.#restart(leg);
  }

  close(): void {
    if (this.#state === 'closed') return;
    this.#stopNetwork();
    for (const leg of [this.#leg, this.#next]) if (leg) this.#drop(leg);
    this.#leg = this.#next = undefined;
    this.#prepared?.close();
    this.#prepared = undefined;
    this.#set('closed');
    this.events.clear();
  }

  #start(grant: MediaGrant): void {
    this.#leg = this.#newLeg(grant);
    this.#set(this.#wasConnected ? 'recovering' : 'connecting');
    this.#open(this.#leg);
  }

  #restartOn(grant: MediaGrant): void {
    if (this.#leg) this.#drop(this.#leg);
    if (this.#next) this.#drop(this.#next);
    this.#next = undefined;
    this.#start(grant);
  }

  #newLeg(grant: MediaGrant): Leg {
    const session = this.#prepared ?? this.#options.createSession();
    this.#prepared = undefined;
    const leg: Leg = { session, grant, contents: [], opened: false, channelUp: false, channelRetried: false, busy: false, cancel: undefined, retry: undefined };
    session.demand(this.#demand);
    for (const [source, { track, active }] of this.#tracks) void session.send(source, track, active).catch(() => undefined);
    session.events.on('transport', (state) => this.#transport(leg, state));
    session.events.on('channel', (state) => this.#channel(leg, state));
    session.events.on('ended', (reason) => this.#ended(leg, reason));
    session.events.on('slots', (contents) => {
      leg.contents = contents;
      if (leg === this.#leg) this.#emitSlots(leg);
    });
    session.events.on('speakers', (speakers) => {
      if (leg === this.#leg) this.events.emit('speakers', speakers);
    });
    session.events.on('codec', (codec) => {
      if (leg === this.#leg) this.events.emit('codec', codec);
    });
    return leg;
  }

  #open(leg: Leg): void {
    this.#stopWaiting(leg);
    leg.busy = true;
    leg.session.open(this.#grant?.podId === leg.grant.podId ? { ...leg.grant, ...this.#grant } : leg.grant).then(
      () => {
        leg.busy = false;
        if (!this.#has(leg)) return;
        leg.opened = true;
        leg.channelUp = true;
        // M1: a session whose transport does not come up is treated as one that lost it.
        if (leg.session.transport === 'connected') this.#transport(leg, 'connected');
        else leg.cancel = this.#clock.after(connectTimeoutMs, () => this.#giveUp(leg));
      },
      (error: unknown) => {
        leg.busy = false;
        if (this.#has(leg)) this.#failed(leg, error);
      },
    );
  }

  /** M5: what to do about a request that failed. */
  #failed(leg: Leg, error: unknown): void {
    if (leg === this.#next) return this.#abandonMove(leg);
    this.#set(this.#wasConnected ? 'recovering' : 'connecting');
    const isGone = error instanceof ApiError && error.status < 500 && error.status !== 429;
    const delay = this.#backoff.next(error instanceof ApiError ? error.retryAfterMs : 0);
    const mustReplace = isGone || !(error instanceof ApiError || error instanceof NetworkError);
    this.#retryAfter(leg, delay, () => (mustReplace ? this.#replace(leg) : leg.opened ? void this.#restart(leg) : this.#open(leg)));
  }

  #retryAfter(leg: Leg, delayMs: number, retry: () => void): void {
    this.#stopWaiting(leg);
    leg.retry = () => {
      this.#stopWaiting(leg);
      retry();
    };
    leg.cancel = this.#clock.after(delayMs, leg.retry);
  }

  #stopWaiting(leg: Leg): void {
    leg.cancel?.();
    leg.cancel = leg.retry = undefined;
  }

  #transport(leg: Leg, state: RTCPeerConnectionState): void {
    if (!this.#has(leg) || !leg.opened) return;
    if (state === 'connected') {
      this.#stopWaiting(leg);
      if (leg === this.#next) {
        leg.cancel = this.#clock.after(moveSettleMs, () => this.#promote(leg));
        return;
      }
      this.#healthy(leg);
    } else if (state === 'disconnected' && !leg.busy) {
      // M2.
      leg.cancel?.();
      leg.cancel = this.#clock.after(disconnectedGraceMs, () => this.#giveUp(leg));
    } else if (state === 'failed' && !leg.busy) {
      this.#giveUp(leg);
    }
  }

  #channel(leg: Leg, state: 'open' | 'lost'): void {
    if (!this.#has(leg)) return;
    leg.channelUp = state === 'open';
    if (state === 'open') {
      leg.channelRetried = false;
      return this.#healthy(leg);
    }
    if (!leg.opened || leg.busy) return;
    // M3: the channel alone may have been cut; only if it does not come back is the session asked about.
    if (!leg.channelRetried) {
      leg.channelRetried = true;
      leg.session.reopenChannel();
    } else {
      this.#giveUp(leg);
    }
  }

  #healthy(leg: Leg): void {
    if (leg !== this.#leg || this.#isBroken(leg)) return;
    this.#stopWaiting(leg);
    this.#backoff.reset();
    this.#failures = 0;
    this.#wasConnected = true;
    this.#set('connected');
    this.#emitSlots(leg);
  }

  #giveUp(leg: Leg): void {
    if (leg === this.#next) return this.#abandonMove(leg);
    if (leg === this.#leg && this.#isBroken(leg)) void this.#restart(leg);
  }

  /** M2: restarts ICE, and reopens the channel where it is lost. */
  async #restart(leg: Leg): Promise<void> {
    if (leg.busy) return;
    this.#stopWaiting(leg);
    leg.busy = true;
    this.#set('recovering');
    try {
      await leg.session.restart();
    } catch (error) {
      leg.busy = false;
      if (this.#has(leg)) this.#failed(leg, error);
      return;
    }
    leg.busy = false;
    if (!this.#has(leg)) return;
    if (!leg.channelUp) leg.session.reopenChannel();
    leg.cancel = this.#clock.after(restartTimeoutMs, () => {
      if (this.#isBroken(leg)) this.#replace(leg);
      else this.#healthy(leg);
    });
    this.#healthy(leg);
  }

  /** M5: a new session with a renewed ticket; after a second failure, with a whole new grant. */
  #replace(leg: Leg): void {
    if (leg !== this.#leg) return;
    this.#drop(leg);
    this.#failures++;
    this.#set('recovering');
    const reopen = (): void => {
      this.#onTicket = undefined;
      cancel();
      if (this.#leg === leg && this.#grant) this.#start(this.#grant);
    };
    const cancel = this.#clock.after(ticketTimeoutMs, reopen);
    this.#onTicket = reopen;
    if (this.#failures >= 3) {
      this.#failures = 0;
      // The new grant may name another pod; until it comes, the old one is tried again.
      this.#options.requestGrant();
    } else {
      this.#options.requestTicket();
    }
  }

  /** M4: make before break. */
  #move(grant: MediaGrant): void {
    if (this.#next) this.#drop(this.#next);
    this.#next = this.#newLeg(grant);
    this.#open(this.#next);
  }

  #promote(leg: Leg): void {
    const old = this.#leg;
    this.#leg = leg;
    this.#next = undefined;
    this.#moveBackoff.reset();
    this.#healthy(leg);
    if (old) this.#drop(old);
  }

  #abandonMove(leg: Leg): void {
    this.#drop(leg);
    this.#next = undefined;
    this.#clock.after(this.#moveBackoff.next(1_000), () => {
      if (this.#state !== 'closed' && !this.#next) this.#options.requestGrant();
    });
  }

  /** M6. */
  #ended(leg: Leg, reason: SessionEndReason): void {
    if (!this.#has(leg)) return;
    if (leg === this.#next) return this.#abandonMove(leg);
    if (finalEnds.has(reason)) {
      this.#drop(leg);
      this.#leg = undefined;
      return this.#set('idle');
    }
    this.#drop(leg);
    this.#retryAfter(leg, this.#backoff.next(), () => this.#replace(leg));
    this.#set('recovering');
  }

  #isBroken(leg: Leg): boolean {
    return !leg.opened || leg.session.transport !== 'connected' || !leg.channelUp;
  }

  #has(leg: Leg): boolean {
    return leg === this.#leg || leg === this.#next;
  }

  #drop(leg: Leg): void {
    this.#stopWaiting(leg);
    leg.session.close();
  }

  #emitSlots(leg: Leg): void {
    const tracks = new Map<string, Slot>(leg.session.slots().map((slot) => [slot.mid, slot]));
    this.events.emit('slots', leg.contents.flatMap((content) => {
      const slot = tracks.get(content.mid);
      return slot ? [{ ...content, kind: slot.kind, track: slot.track }] : [];
    }));
  }

  #set(state: MediaState): void {
    if (this.#state === state || this.#state === 'closed') return;
    this.#state = state;
    this.events.emit('state', state);
  }
}
