import type { FrameWorker } from './e2ee/transforms.ts';

/** What the SDK needs from the world. Everything else in it is plain computation, so tests run on fakes of this. */
export interface Environment {
  /** Scheme, host and port that relative URLs belong to, as `https://meet.example.org`. */
  readonly origin: string;
  readonly clock: Clock;
  readonly storage: KeyValueStore;
  /** What outlives the tab: the token by which a browser that was removed stays out. Undefined: there is no such place. */
  readonly lasting?: KeyValueStore;
  fetch(url: string, init: RequestInit): Promise<Response>;
  connect(url: string, handlers: SocketHandlers): Socket;
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
  /** Starts the worker that encrypts and decrypts frames: `/sdk/conference-frames.js` of the installation, which has to be of the page's own origin. */
  createFrameWorker?(): FrameWorker;
  /** 0 (inclusive) to 1 (exclusive). */
  random(): number;
  /** A new unique identifier of `A-Z a-z 0-9 _ -`, at most 64 characters. */
  newId(): string;
  /** Notes that a step of the join has been reached; each name once. */
  mark(name: string): void;
  /** When a step was reached last, on the clock's scale; undefined: not yet. */
  marked(name: string): number | undefined;
  /** Calls back when the network may have come back; returns how to stop. */
  onNetworkChange(callback: () => void): () => void;
}

export interface Clock {
  /** Milliseconds, growing. */
  now(): number;
  /** Calls `callback` once after `ms`; returns how to cancel it. */
  after(ms: number, callback: () => void): () => void;
}

/** Holds what must survive a reload of the page. */
export interface KeyValueStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

export interface Socket {
  send(text: string): void;
  close(code?: number): void;
}

export interface SocketHandlers {
  open(): void;
  message(text: string): void;
  /** Called once, whoever closed it and whether or not it ever opened. */
  close(): void;
}

/** The browser (or any runtime with the same globals). */
export function ambientEnvironment(origin = globalThis.location?.origin ?? ''): Environment {
  const marked = new Set<string>();
  return {
    origin,
    clock: {
      now: () => performance.now(),
      after: (ms, callback) => {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    storage: browserStore(() => sessionStorage),
    lasting: browserStore(() => localStorage),
    fetch: (url, init) => fetch(url, init),
    connect: openSocket,
    createPeerConnection: (configuration) => new RTCPeerConnection(configuration),
    createFrameWorker: () => new Worker(`${origin}/sdk/conference-frames.js`) as unknown as FrameWorker,
    random: Math.random,
    newId: () => crypto.getRandomValues(new Uint8Array(12)).reduce((text, byte) => text + byte.toString(16).padStart(2, '0'), ''),
    mark: (name) => {
      if (marked.has(name)) return;
      marked.add(name);
      performance.mark(`conference:${name}`);
    },
    marked: (name) => performance.getEntriesByName(`conference:${name}`).at(-1)?.startTime,
    onNetworkChange: (callback) => {
      if (typeof globalThis.addEventListener !== 'function') return () => undefined;
      globalThis.addEventListener('online', callback);
      return () => globalThis.removeEventListener('online', callback);
    },
  };
}

function openSocket(url: string, handlers: SocketHandlers): Socket {
  const socket = new WebSocket(url);
  socket.onopen = () => handlers.open();
  socket.onmessage = (event: MessageEvent<unknown>) => {
    if (typeof event.data === 'string') handlers.message(event.data);
  };
  socket.onclose = () => handlers.close();
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (code = 1000) => socket.close(code),
  };
}

/** The browser's storage, or memory where the page may not use it (blocked cookies, no browser). */
function browserStore(find: () => Storage): KeyValueStore {
  const memory = new Map<string, string>();
  const attempt = <T>(action: (storage: Storage) => T, otherwise: () => T): T => {
    try {
      return action(find());
    } catch {
      return otherwise();
    }
  };
  return {
    get: (key) => attempt((storage) => storage.getItem(key) ?? undefined, () => memory.get(key)),
    set: (key, value) => attempt((storage) => storage.setItem(key, value), () => void memory.set(key, value)),
    remove: (key) => attempt((storage) => storage.removeItem(key), () => void memory.delete(key)),
  };
}
