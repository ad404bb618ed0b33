import type { Clock, Environment, Socket, SocketHandlers } from '../src/environment.ts';
import type { JoinResponse, MeetingView, ParticipantView } from '../src/protocol.ts';

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => void (this.#timers = this.#timers.filter((other) => other !== timer));
  }

  /** Moves time, firing timers in order and letting promises settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#timers.filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settle();
    }
    this.#now = end;
    await settle();
  }
}

/** Lets everything that waits only for promises run. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

export class FakeSocket implements Socket {
  readonly sent: Record<string, unknown>[] = [];
  closed = false;
  readonly url: string;
  readonly #handlers: SocketHandlers;

  constructor(url: string, handlers: SocketHandlers) {
    this.url = url;
    this.#handlers = handlers;
  }

  send(text: string): void {
    if (!this.closed) this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.closed = true;
  }

  /** The connection stands. */
  open(): void {
    this.#handlers.open();
  }

  receive(message: object): void {
    this.#handlers.message(JSON.stringify(message));
  }

  /** The other side, or the network, closes it. */
  drop(): void {
    this.closed = true;
    this.#handlers.close();
  }

  /** What was sent with this type tag. */
  of(type: string): Record<string, unknown>[] {
    return this.sent.filter((message) => message['type'] === type);
  }
}

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** An environment in which nothing happens unless a test makes it happen. */
export class FakeWorld implements Environment {
  readonly origin = 'https://meet.test';
  readonly clock = new ManualClock();
  readonly sockets: FakeSocket[] = [];
  readonly requests: FakeRequest[] = [];
  readonly marks: string[] = [];
  readonly #markedAt = new Map<string, number>();
  readonly stored = new Map<string, string>();
  readonly storage = {
    get: (key: string): string | undefined => this.stored.get(key),
    set: (key: string, value: string): void => void this.stored.set(key, value),
    remove: (key: string): void => void this.stored.delete(key),
  };
  /** Answers requests; throws for "no network". */
  respond: (request: FakeRequest) => Response | Promise<Response> = () => new Response(null, { status: 404 });
  #ids = 0;
  #networkListeners: (() => void)[] = [];

  fetch(url: string, init: RequestInit): Promise<Response> {
    const request = {
      method: init.method ?? 'GET', path: new URL(url).pathname + new URL(url).search,
      body: typeof init.body === 'string' && init.body.startsWith('{') ? (JSON.parse(init.body) as unknown) : init.body,
    };
    this.requests.push(request);
    try {
      return Promise.resolve(this.respond(request));
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  connect(url: string, handlers: SocketHandlers): Socket {
    const socket = new FakeSocket(url, handlers);
    this.sockets.push(socket);
    return socket;
  }

  createPeerConnection(): RTCPeerConnection {
    throw new Error('there is no media in this test');
  }

  random(): number {
    return 0.5;
  }

  newId(): string {
    return `id-${++this.#ids}`;
  }

  mark(name: string): void {
    this.marks.push(name);
    this.#markedAt.set(name, this.clock.now());
  }

  marked(name: string): number | undefined {
    return this.#markedAt.get(name);
  }

  onNetworkChange(callback: () => void): () => void {
    this.#networkListeners.push(callback);
    return () => void (this.#networkListeners = this.#networkListeners.filter((other) => other !== callback));
  }

  networkChanged(): void {
    for (const listener of [...this.#networkListeners]) listener();
  }

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error('no socket was opened');
    return socket;
  }
}

export function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });
}

export function problem(status: number, reason: string): Response {
  return json(status, { type: `urn:conference:problem:${reason}`, title: reason, status, reason });
}

export function joinResponse(change: Partial<JoinResponse> = {}): JoinResponse {
  return {
    meetingId: 'm1', participantId: 'anna', resumeToken: 'resume-1', signalTicket: 'ticket-1', signalUrl: '/signal', state: 'Joined', encrypted: false, ...change,
  };
}

export function participant(id: string, change: Partial<ParticipantView> = {}): ParticipantView {
  return { id, displayName: id, role: 'Attendee', presence: 'Connected', sending: [], joinedAt: '2030-01-02T03:04:05+00:00', ...change };
}

export function view(...participants: ParticipantView[]): MeetingView {
  return {
    id: 'm1', code: 'abcd-efgh', title: 'Weekly', locked: false, participants, chat: [], chatTruncated: false, spotlight: [], polls: [], questions: [], viewers: 0, startedAt: '2030-01-02T03:04:05+00:00', schedule: { start: '2030-01-02T03:00:00+00:00', end: '2030-01-02T04:00:00+00:00', timeZone: 'Europe/Berlin' }, breakouts: { rooms: ['Room 1', 'Room 2'], selfChosen: false }, removed: [],
    encryption: { generation: 0, step: 0, fromLink: true, removals: 0, rotationDue: false },
    settings: {
      lobby: false, muteOnEntry: false, maxParticipants: 1000, chatForAll: true, shareForAll: true, joinBeforeHost: true, openPublish: false, openPlay: false,
      unmuteForAll: true, cameraForAll: true, renameForAll: true, chat: true, privateChat: true, removedNamesStayOut: false, questions: true, maxMinutes: 0, endWithoutHost: false, recurring: false, webinar: false, encrypted: false,
    },
  };
}
