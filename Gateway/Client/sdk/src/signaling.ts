import { ApiError, NetworkError } from './api.ts';
import { Backoff } from './backoff.ts';
import type { Environment, Socket } from './environment.ts';
import { Heartbeat } from './heartbeat.ts';
import { Outbox } from './outbox.ts';
import type {
  ClientCommandBody, ClientMessage, EventMessage, GoAwayReason, JoinRefusal, JoinResponse, ServerMessage, Welcome,
} from './protocol.ts';

/** Where signaling stands. `waiting` counts the attempts that failed since it was last open. */
export type SignalingState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'open' }
  | { readonly kind: 'waiting'; readonly attempt: number; readonly retryInMs: number }
  | { readonly kind: 'closed' };

/** Why a client does not come back by itself. */
export type FinalReason = 'Left' | 'Replaced' | 'Denied' | JoinRefusal;

/** Messages that are neither the session's own nor the journal's. */
export type SideMessage = Extract<ServerMessage, { type: 'media.move' | 'media.ticket' | 'reaction' | 'askUnmute' | 'caption' | 'viewers' | 'broadcast' }>;

export interface SignalingHandlers {
  /** Takes the place again (POST join): resumes the participant. */
  rejoin(): Promise<JoinResponse>;
  /** The sequence to continue after; undefined: a snapshot is needed. */
  resumeAfter(): number | undefined;
  welcome(message: Welcome): void;
  event(message: EventMessage): void;
  side(message: SideMessage): void;
  state(state: SignalingState): void;
  final(reason: FinalReason): void;
}

/** Refusals of a rejoin that no waiting heals. */
const finalRefusals: ReadonlySet<string> = new Set<JoinRefusal>([
  'UnknownCode', 'Ended', 'Locked', 'Full', 'WrongPasscode', 'WrongHostKey', 'Removed', 'NotStarted', 'InvalidDisplayName',
]);

/** A silo that ends loses all its clients at once. */
const firstRetrySpreadMs = 200;
const welcomeTimeoutMs = 10_000;
const missingEventTimeoutMs = 5_000;
const resendUnavailableMs = 1_000;

/** The signaling socket of one participant: opens it, keeps it, brings it back. The cases R1 to R8 are those of docs/client.md. */
export class Signaling {
  readonly outbox: Outbox;
  readonly #env: Environment;
  readonly #handlers: SignalingHandlers;
  readonly #backoff: Backoff;
  readonly #heartbeat: Heartbeat;
  readonly #stopNetwork: () => void;
  #state: SignalingState = { kind: 'connecting', attempt: 0 };
  #socket: Socket | undefined;
  #cancelTimer: (() => void) | undefined;
  /** Grows with every connection: what an older one still says is ignored. */
  #generation = 0;
  #floorMs = 0;
  #expectedSeq = 0;
  #cancelGapTimer: (() => void) | undefined;

  constructor(env: Environment, handlers: SignalingHandlers) {
    this.#env = env;
    this.#handlers = handlers;
    this.outbox = new Outbox(() => env.newId());
    this.#backoff = new Backoff(() => env.random(), undefined, firstRetrySpreadMs);
    this.#heartbeat = new Heartbeat(env.clock, () => this.send({ type: 'ping' }), () => this.reconnect());
    this.#stopNetwork = env.onNetworkChange(() => this.kick());
  }

  get state(): SignalingState {
    return this.#state;
  }

  /** Opens the socket with the ticket of a join that has just been answered. */
  start(response: JoinResponse): void {
    this.#open(response);
  }

  /** Sends a command, now or as soon as the socket is open; settles when the meeting has decided. */
  command(body: ClientCommandBody): Promise<number | undefined> {
    const { command, done } = this.outbox.add(body);
    this.send(command);
    return done;
  }

  /** Sends what may get lost; false: it could not be sent. */
  send(message: ClientMessage): boolean {
    if (this.#state.kind !== 'open') return false;
    this.#write(message);
    return true;
  }

  /** Tries again now, if it waits. */
  kick(): void {
    if (this.#state.kind === 'waiting') this.#retry();
  }

  /** R1: gives up the present socket and takes the place again. */
  reconnect(): void {
    if (this.#state.kind === 'closed') return;
    this.#dropSocket();
    this.#wait(this.#backoff.next(this.#floorMs));
  }

  close(): void {
    if (this.#state.kind === 'closed') return;
    this.#dropSocket();
    this.#stopNetwork();
    this.#set({ kind: 'closed' });
    this.outbox.drop();
  }

  #open(response: JoinResponse): void {
    this.#dropSocket();
    const generation = ++this.#generation;
    const current = (): boolean => generation === this.#generation;
    this.#set({ kind: 'connecting', attempt: this.#backoff.attempt });
    this.#cancelTimer = this.#env.clock.after(welcomeTimeoutMs, () => this.reconnect());
    const url = new URL(response.signalUrl, this.#env.origin);
    url.protocol = url.protocol.replace('http', 'ws');
    this.#socket = this.#env.connect(url.href, {
      open: () => {
        if (!current()) return;
        const resumeAfter = this.#handlers.resumeAfter();
        this.#write({ type: 'hello', signalTicket: response.signalTicket, ...(resumeAfter === undefined ? {} : { resumeAfter }), ...(response.trace === undefined ? {} : { trace: response.trace }) });
      },
      message: (text) => {
        if (current()) this.#receive(text);
      },
      close: () => {
        if (current()) this.reconnect();
      },
    });
  }

  #receive(text: string): void {
    this.#heartbeat.heard();
    const message = JSON.parse(text) as ServerMessage;
    switch (message.type) {
      case 'welcome':
        return this.#welcome(message);
      case 'event':
        this.#handlers.event(message);
        if (message.seq >= this.#expectedSeq) this.#stopGapTimer();
        return;
      case 'ack':
        this.outbox.acknowledge(message.id, message.seq);
        return this.#expect(message.seq);
      case 'refused':
        return this.#refused(message.id, message.reason);
      case 'goaway':
        return this.#goaway(message.reason, message.retryAfterMs);
      case 'media.move':
      case 'media.ticket':
      case 'reaction':
      case 'askUnmute':
      case 'caption':
      case 'viewers':
      case 'broadcast':
        return this.#handlers.side(message);
      default:
        // pong, and whatever newer services say.
        return;
    }
  }

  /** R7: the session stands; what is not acknowledged goes out again, in order, with the same ids. */
  #welcome(message: Welcome): void {
    // On an open socket it is only a new view, as after admission from the lobby.
    if (this.#state.kind === 'open') return this.#handlers.welcome(message);
    this.#cancelTimer?.();
    this.#backoff.reset();
    this.#floorMs = 0;
    this.#heartbeat.start();
    this.#env.mark('signaling-open');
    const resend = this.outbox.pending;
    this.#set({ kind: 'open' });
    this.#handlers.welcome(message);
    for (const command of resend) if (this.outbox.find(command.id)) this.#write(command);
  }

  #refused(id: string | undefined, reason: Extract<ServerMessage, { type: 'refused' }>['reason']): void {
    if (id === undefined) return;
    if (reason !== 'Unavailable') return this.outbox.refuse(id, reason);
    const generation = this.#generation;
    this.#env.clock.after(resendUnavailableMs, () => {
      const command = this.outbox.find(id);
      if (command && generation === this.#generation) this.send(command);
    });
  }

  /** R8: an acknowledged event that does not arrive means that something was lost on the way. */
  #expect(seq: number | undefined): void {
    const applied = this.#handlers.resumeAfter() ?? 0;
    if (seq === undefined || seq <= applied) return;
    this.#expectedSeq = Math.max(this.#expectedSeq, seq);
    this.#cancelGapTimer ??= this.#env.clock.after(missingEventTimeoutMs, () => this.reconnect());
  }

  /** R6. */
  #goaway(reason: GoAwayReason, retryAfterMs: number | undefined): void {
    switch (reason) {
      case 'Replaced':
        return this.#final('Replaced');
      case 'Ended':
        return this.#final('Ended');
      case 'Malformed':
      case 'TooLarge':
      case 'Flooding':
        this.#floorMs = Math.max(retryAfterMs ?? 0, 5_000);
        return this.reconnect();
      default:
        this.#floorMs = retryAfterMs ?? 0;
        return this.reconnect();
    }
  }

  #wait(ms: number): void {
    this.#set({ kind: 'waiting', attempt: this.#backoff.attempt, retryInMs: ms });
    this.#cancelTimer = this.#env.clock.after(ms, () => this.#retry());
  }

  /** R2: takes the place again, then opens a socket with the new ticket. */
  #retry(): void {
    this.#cancelTimer?.();
    const generation = ++this.#generation;
    this.#set({ kind: 'connecting', attempt: this.#backoff.attempt });
    this.#handlers.rejoin().then(
      (response) => {
        if (generation === this.#generation) this.#open(response);
      },
      (error: unknown) => {
        if (generation === this.#generation) this.#retryFailed(error);
      },
    );
  }

  /** R4 and R5. */
  #retryFailed(error: unknown): void {
    if (error instanceof ApiError && finalRefusals.has(error.reason)) return this.#final(error.reason as FinalReason);
    if (!(error instanceof ApiError) && !(error instanceof NetworkError)) throw error;
    this.#wait(this.#backoff.next(error instanceof ApiError ? error.retryAfterMs : 0));
  }

  #final(reason: FinalReason): void {
    this.close();
    this.#handlers.final(reason);
  }

  #write(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #dropSocket(): void {
    this.#generation++;
    this.#cancelTimer?.();
    this.#heartbeat.stop();
    this.#stopGapTimer();
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #stopGapTimer(): void {
    this.#cancelGapTimer?.();
    this.#cancelGapTimer = undefined;
    this.#expectedSeq = 0;
  }

  #set(state: SignalingState): void {
    this.#state = state;
    this.#handlers.state(state);
  }
}
