import { concat, type Bytes } from './bytes.ts';
import type { KeyRing } from './ring.ts';
import { decodeHeader } from './sframe.ts';

/**
 * Whole encoded frames, sealed and opened (docs/encryption.md, X9 to X11). A sealed frame is: what stays clear, the SFrame ciphertext, and one byte that says how
 * much stays clear; the first and the last are authenticated with it.
 */

export type VideoCodec = 'VP8' | 'VP9';

const vp8Clear = { key: 10, delta: 3 } as const;
const longestClear = 10;

/** What a frame is encoded with, where nobody says: VP8's key frames have a start code (RFC 6386 section 9.1), VP9's frames a marker. Undefined: neither. */
export function sniffCodec(data: Uint8Array): VideoCodec | undefined {
  if (data.length >= 10 && ((data[0] ?? 1) & 1) === 0 && data[3] === 0x9d && data[4] === 0x01 && data[5] === 0x2a) return 'VP8';
  return ((data[0] ?? 0) & 0xc0) === 0x80 ? 'VP9' : undefined;
}

/** The codec of `video/VP8`; undefined for those that cannot be sealed. */
export function codecOf(mimeType: string): VideoCodec | undefined {
  return (['VP8', 'VP9'] as const).find((codec) => mimeType.toLowerCase() === `video/${codec.toLowerCase()}`);
}

/** How many leading bytes of a frame stay clear, so that pods and depacketizers find key frames and sizes (X10). */
export function clearLength(codec: VideoCodec | 'Opus', data: Uint8Array): number {
  if (codec !== 'VP8') return 0;
  const isKey = ((data[0] ?? 1) & 1) === 0;
  return Math.min(data.length, isKey ? vp8Clear.key : vp8Clear.delta);
}

/** Seals one frame; undefined while there is no key: it must not be sent. */
export async function sealFrame(ring: KeyRing, source: string, codec: VideoCodec | 'Opus', data: Uint8Array): Promise<Bytes | undefined> {
  const next = await ring.next(source);
  if (!next) return undefined;
  const clear = data.subarray(0, clearLength(codec, data));
  const trailer = Uint8Array.of(clear.length);
  return concat(clear, await next.key.encrypt(next.counter, data.subarray(clear.length), concat(clear, trailer)), trailer);
}

/** Opens one frame; undefined where it is not authentic, came before, or is of nobody whom we know. */
export async function openFrame(ring: KeyRing, replay: ReplayGuard, data: Uint8Array): Promise<Bytes | undefined> {
  const length = data.at(-1);
  if (length === undefined || length > longestClear || length > data.length - 1) return undefined;
  const clear = data.subarray(0, length);
  const sealed = data.subarray(length, -1);
  const header = decodeHeader(sealed);
  if (!header || replay.saw(header.keyId, header.counter)) return undefined;
  const key = await ring.find(header.keyId);
  const plain = await key?.decrypt(header, sealed, concat(clear, data.subarray(-1)));
  if (!plain) return undefined;
  replay.note(header.keyId, header.counter);
  return concat(clear, plain);
}

const replayLength = 1024;
const replayKeys = 64;

/** Which counters of a key came already, the newest 1,024 of the newest 64 keys (X11). One for each receiver. */
export class ReplayGuard {
  readonly #keys = new Map<bigint, { highest: bigint; readonly slots: BigInt64Array }>();

  /** Whether the counter came before, or is too old to know. */
  saw(keyId: bigint, counter: bigint): boolean {
    const seen = this.#keys.get(keyId);
    if (!seen || counter > seen.highest) return false;
    return seen.highest - counter >= BigInt(replayLength) || seen.slots[Number(counter % BigInt(replayLength))] === counter;
  }

  /** An authentic frame had it. */
  note(keyId: bigint, counter: bigint): void {
    let seen = this.#keys.get(keyId);
    if (!seen) {
      const oldest = this.#keys.keys().next();
      if (this.#keys.size >= replayKeys && !oldest.done) this.#keys.delete(oldest.value);
      this.#keys.set(keyId, (seen = { highest: counter, slots: new BigInt64Array(replayLength).fill(-1n) }));
    }
    if (counter > seen.highest) seen.highest = counter;
    seen.slots[Number(counter % BigInt(replayLength))] = counter;
  }
}
