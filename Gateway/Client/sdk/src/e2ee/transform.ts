import type { Bytes } from './bytes.ts';
import { ReplayGuard, codecOf, openFrame, sealFrame, sniffCodec, type VideoCodec } from './frames.ts';
import type { KeyRing } from './ring.ts';

/** What a transform is for. */
export type TransformOptions =
  | { readonly direction: 'send'; readonly source: string; readonly kind: 'audio' | 'video' }
  | { readonly direction: 'receive'; readonly kind: 'audio' | 'video' };

/** RTCEncodedAudioFrame or RTCEncodedVideoFrame, as far as it is used. */
export interface EncodedFrame {
  data: ArrayBuffer;
  /** Pictures only. */
  readonly type?: 'key' | 'delta' | 'empty';
  getMetadata(): { readonly mimeType?: string; readonly synchronizationSource?: number };
}

export interface FrameSink {
  enqueue(frame: EncodedFrame): void;
}

/** How often a key frame is asked for, milliseconds: twice as long each time that it does not help, up to the most. */
const keyFrameEveryMs = 500;
const keyFrameAtMostEveryMs = 8_000;

/** What is done with each frame of one sender or receiver. What cannot be sealed is not sent, and what cannot be opened is not decoded. */
export class FrameTransform {
  readonly #ring: KeyRing;
  readonly #options: TransformOptions;
  readonly #replay = new ReplayGuard();
  readonly #codecs = new Map<number, VideoCodec>();
  readonly #now: () => number;
  /** Asks the sender for a key frame, where the browser lets us. */
  readonly #askForKeyFrame: () => void;
  #waitsForKeyFrame = false;
  #askedAt = -keyFrameAtMostEveryMs;
  #askEveryMs = keyFrameEveryMs;

  constructor(ring: KeyRing, options: TransformOptions, askForKeyFrame: () => void = () => undefined, now: () => number = () => performance.now()) {
    this.#ring = ring;
    this.#options = options;
    this.#askForKeyFrame = askForKeyFrame;
    this.#now = now;
  }

  /** For a TransformStream. Never throws: a stream that failed would let nothing through any more. */
  async transform(frame: EncodedFrame, sink: FrameSink): Promise<void> {
    const data = new Uint8Array(frame.data) as Bytes;
    const result = this.#options.direction === 'send' ? await this.#seal(frame, data, this.#options.source) : await this.#open(frame, data);
    if (!result) return;
    frame.data = result.buffer;
    sink.enqueue(frame);
  }

  async #seal(frame: EncodedFrame, data: Bytes, source: string): Promise<Bytes | undefined> {
    const codec = this.#options.kind === 'audio' ? 'Opus' : this.#codecOf(frame, data);
    return codec ? sealFrame(this.#ring, source, codec, data).catch(() => undefined) : undefined;
  }

  async #open(frame: EncodedFrame, data: Bytes): Promise<Bytes | undefined> {
    if (this.#waitsForKeyFrame && frame.type !== 'key') return this.#ask();
    const plain = await openFrame(this.#ring, this.#replay, data).catch(() => undefined);
    if (this.#options.kind === 'audio') return plain;
    // Without one frame, those that build on it are of no use.
    this.#waitsForKeyFrame = !plain;
    if (!plain) return this.#ask();
    this.#askEveryMs = keyFrameEveryMs;
    return plain;
  }

  #ask(): undefined {
    const now = this.#now();
    // Whoever has no key must not make others send key frames.
    if (!this.#ring.canOpen || now - this.#askedAt < this.#askEveryMs) return;
    this.#askedAt = now;
    this.#askEveryMs = Math.min(2 * this.#askEveryMs, keyFrameAtMostEveryMs);
    this.#askForKeyFrame();
  }

  /** By what the browser says; by the key frames' first bytes where it says nothing. */
  #codecOf(frame: EncodedFrame, data: Bytes): VideoCodec | undefined {
    const { mimeType, synchronizationSource = 0 } = frame.getMetadata();
    if (mimeType) return codecOf(mimeType);
    const sniffed = frame.type === 'key' ? sniffCodec(data) : undefined;
    if (sniffed) this.#codecs.set(synchronizationSource, sniffed);
    return this.#codecs.get(synchronizationSource);
  }
}
