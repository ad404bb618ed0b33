import type { FromFrameWorker, ToFrameWorker } from './worker.ts';
import type { TransformOptions } from './transform.ts';

/** The worker that holds the keys, as far as the page talks to it. */
export interface FrameWorker {
  postMessage(message: ToFrameWorker, transfer?: readonly Transferable[]): void;
  onmessage: ((event: { readonly data: FromFrameWorker }) => void) | null;
  terminate(): void;
}

type ScriptTransform = new (worker: unknown, options: TransformOptions) => unknown;
interface EncodedStreams {
  readonly readable: Transferable;
  readonly writable: Transferable;
}

const globals = globalThis as unknown as { readonly RTCRtpScriptTransform?: ScriptTransform; readonly RTCRtpSender?: { readonly prototype: object } };

/** How this browser lets pages at encoded frames; undefined: it does not. */
export function frameAccess(): 'script' | 'streams' | undefined {
  if (globals.RTCRtpScriptTransform) return 'script';
  return globals.RTCRtpSender && 'createEncodedStreams' in globals.RTCRtpSender.prototype ? 'streams' : undefined;
}

/** What a connection has to be made with so that its frames can be had; the same member is ignored by browsers that do not need it. */
export function frameConfiguration(): RTCConfiguration {
  return (frameAccess() === 'streams' ? { encodedInsertableStreams: true } : {}) as RTCConfiguration;
}

/** A worker with the keys of one page, and how frames get there. */
export class Frames {
  readonly worker: FrameWorker;
  /** What the worker made for its life. */
  readonly salt: Promise<string>;

  constructor(worker: FrameWorker) {
    this.worker = worker;
    this.salt = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data.salt)));
  }

  /**
   * Takes every frame of a sender or receiver from now on. In the same task in which the end was made: Chromium connects ends that have no transform then to their
   * coders for good, and lets a later one stand there without a frame.
   */
  take(end: RTCRtpSender | RTCRtpReceiver, options: TransformOptions): void {
    transformFrames(this.worker, end, options);
  }
}

function transformFrames(worker: FrameWorker, end: RTCRtpSender | RTCRtpReceiver, options: TransformOptions): void {
  if (globals.RTCRtpScriptTransform) {
    (end as unknown as { transform: unknown }).transform = new globals.RTCRtpScriptTransform(worker, options);
    return;
  }
  const { readable, writable } = (end as unknown as { createEncodedStreams(): EncodedStreams }).createEncodedStreams();
  worker.postMessage({ type: 'streams', options, readable: readable as unknown as ReadableStream, writable: writable as unknown as WritableStream }, [readable, writable]);
}
