import { random, toBase64Url, type Bytes } from './bytes.ts';
import { frameKey, ratchet, saltLength, senderKey, type Epoch } from './derive.ts';
import type { SFrameKey } from './sframe.ts';

/** Somebody whose frames may come: who they are was checked before. */
export interface RingPeer {
  readonly participantId: string;
  readonly salt: string;
}

const sources = ['Microphone', 'Camera', 'Screen', 'ScreenAudio'] as const;
/** How many joins others may have heard of before we do. */
const stepsAhead = 3;
const epochsKept = 2;

interface ReceiveKey {
  readonly epoch: string;
  readonly peer: string;
  readonly baseKey: Bytes;
  key?: Promise<SFrameKey>;
}

/**
 * All keys of one page, for sending and receiving. It lives as long as the worker does, and with it the salt and the counters: a page that is loaded again has
 * another ring with another salt, and so other keys (X7).
 */
export class KeyRing {
  /** Base64url, new for each ring. */
  readonly salt: string;
  #participantId = '';
  #current: Epoch | undefined;
  /** Newest first. */
  #previous: readonly Epoch[] = [];
  /** Sealed to us, not in use yet. */
  #coming: readonly Epoch[] = [];
  #peers: readonly RingPeer[] = [];
  readonly #senders = new Map<string, Promise<SFrameKey>>();
  /** By key, for ever: whatever we are told, no counter of a key comes twice. */
  readonly #counters = new Map<string, bigint>();
  readonly #receivers = new Map<bigint, ReceiveKey>();
  readonly #expanded = new Map<string, Promise<void>>();
  readonly #unknown = new Map<bigint, number>();
  #version = 0;

  constructor(salt = toBase64Url(random(saltLength))) {
    this.salt = salt;
  }

  /** Whether frames of anybody can be opened at all. */
  get canOpen(): boolean {
    return this.#current !== undefined && this.#peers.length > 0;
  }

  /** Who sends here. */
  become(participantId: string): void {
    this.#participantId = participantId;
  }

  /** What is used from now on; undefined: nothing is known, so nothing is sent or shown. */
  use(epoch: Epoch | undefined): void {
    if (this.#current && epoch && nameOf(this.#current) === nameOf(epoch)) return;
    this.#previous = this.#current ? [this.#current, ...this.#previous].slice(0, epochsKept) : this.#previous;
    this.#current = epoch;
    if (epoch) this.#coming = this.#coming.filter(({ generation }) => generation > epoch.generation);
    this.#forgetBut();
  }

  /** A secret that others may use before we are told to. */
  expect(epoch: Epoch): void {
    this.#coming = [epoch, ...this.#coming].slice(0, epochsKept);
    this.#version++;
  }

  /** What came before is over for good. */
  forgetPrevious(): void {
    this.#previous = [];
    this.#forgetBut();
  }

  hear(peers: readonly RingPeer[]): void {
    this.#peers = peers;
    const known = new Set(peers.map(peerName));
    for (const [keyId, { peer }] of this.#receivers) if (!known.has(peer)) this.#receivers.delete(keyId);
    for (const name of this.#expanded.keys()) if (!known.has(name.slice(name.indexOf(' ') + 1))) this.#expanded.delete(name);
    this.#version++;
  }

  /** The key to send the next frame of a source with, and the counter, which is this frame's alone (X8). */
  async next(source: string): Promise<{ readonly key: SFrameKey; readonly counter: bigint } | undefined> {
    const epoch = this.#current;
    if (!epoch || this.#participantId === '') return undefined;
    const name = `${nameOf(epoch)} ${this.#participantId} ${source}`;
    let key = this.#senders.get(name);
    if (!key) {
      for (const old of this.#senders.keys()) if (!old.startsWith(`${nameOf(epoch)} `)) this.#senders.delete(old);
      key = senderKey(epoch, { participantId: this.#participantId, source, salt: this.salt }).then(({ keyId, baseKey }) => frameKey(keyId, baseKey));
      this.#senders.set(name, key);
    }
    const counter = this.#counters.get(name) ?? 0n;
    this.#counters.set(name, counter + 1n);
    return { key: await key, counter };
  }

  /** The key of somebody's frame; undefined where nobody whom we know has it. */
  async find(keyId: bigint): Promise<SFrameKey | undefined> {
    const version = this.#version;
    if (!this.#receivers.has(keyId) && this.#unknown.get(keyId) !== version) {
      for await (const epoch of this.#candidates()) {
        await this.#expand(epoch);
        if (this.#receivers.has(keyId)) break;
      }
    }
    const found = this.#receivers.get(keyId);
    if (!found) {
      if (this.#unknown.size > 1000) this.#unknown.clear();
      this.#unknown.set(keyId, version);
      return undefined;
    }
    found.key ??= frameKey(keyId, found.baseKey);
    return found.key;
  }

  async *#candidates(): AsyncGenerator<Epoch> {
    const current = this.#current;
    if (current) yield current;
    for (const epoch of [...this.#coming, ...this.#previous]) yield epoch;
    let ahead = current;
    for (let i = 0; ahead && i < stepsAhead; i++) yield (ahead = await ratchet(ahead));
  }

  async #expand(epoch: Epoch): Promise<void> {
    await Promise.all(this.#peers.map((peer) => {
      const name = `${nameOf(epoch)} ${peerName(peer)}`;
      let work = this.#expanded.get(name);
      if (!work) {
        work = this.#expandPeer(epoch, peer);
        this.#expanded.set(name, work);
      }
      return work;
    }));
  }

  async #expandPeer(epoch: Epoch, peer: RingPeer): Promise<void> {
    const keys = await Promise.all(sources.map((source) => senderKey(epoch, { ...peer, source })));
    for (const { keyId, baseKey } of keys) this.#receivers.set(keyId, { epoch: nameOf(epoch), peer: peerName(peer), baseKey });
  }

  #forgetBut(): void {
    const kept = new Set([this.#current, ...this.#previous, ...this.#coming].map((epoch) => (epoch ? nameOf(epoch) : '')));
    const current = this.#current;
    const isKept = (name: string): boolean => kept.has(name) || (current !== undefined && isAhead(name, current));
    for (const [keyId, { epoch }] of this.#receivers) if (!isKept(epoch)) this.#receivers.delete(keyId);
    for (const name of this.#expanded.keys()) if (!isKept(name.slice(0, name.indexOf(' ')))) this.#expanded.delete(name);
    this.#version++;
  }
}

function nameOf({ generation, step }: Epoch): string {
  return `${generation}.${step}`;
}

function isAhead(name: string, { generation, step }: Epoch): boolean {
  const [g, s] = name.split('.').map(Number);
  return g === generation && s !== undefined && s > step && s <= step + stepsAhead;
}

function peerName({ participantId, salt }: RingPeer): string {
  return `${participantId} ${salt}`;
}
