import type { Epoch } from './derive.ts';
import { KeyRing, type RingPeer } from './ring.ts';
import { FrameTransform, type EncodedFrame, type TransformOptions } from './transform.ts';

/** What the page tells its worker. */
export type ToFrameWorker =
  | { readonly type: 'become'; readonly participantId: string }
  | { readonly type: 'use'; readonly epoch?: Epoch; readonly forget: boolean }
  | { readonly type: 'expect'; readonly epoch: Epoch }
  | { readonly type: 'hear'; readonly peers: readonly RingPeer[] }
  | { readonly type: 'streams'; readonly options: TransformOptions; readonly readable: ReadableStream<EncodedFrame>; readonly writable: WritableStream<EncodedFrame> };

/** What the worker tells its page. */
export interface FromFrameWorker {
  readonly type: 'ready';
  readonly salt: string;
}

interface Transformer {
  readonly options: TransformOptions;
  readonly readable: ReadableStream<EncodedFrame>;
  readonly writable: WritableStream<EncodedFrame>;
  sendKeyFrameRequest?(): Promise<void>;
}

interface WorkerScope {
  onmessage: ((event: MessageEvent<ToFrameWorker>) => void) | null;
  onrtctransform: ((event: { readonly transformer: Transformer }) => void) | null;
  postMessage(message: FromFrameWorker): void;
}

/** How long frames under the keys before a fresh secret may still be on their way, milliseconds. */
const forgetAfterMs = 5_000;

const scope = globalThis as unknown as WorkerScope;
const ring = new KeyRing();

function run(options: TransformOptions, readable: ReadableStream<EncodedFrame>, writable: WritableStream<EncodedFrame>, askForKeyFrame?: () => void): void {
  const transform = new FrameTransform(ring, options, askForKeyFrame);
  readable.pipeThrough(new TransformStream<EncodedFrame, EncodedFrame>({ transform: (frame, sink) => transform.transform(frame, sink) }))
    .pipeTo(writable)
    // The connection was closed.
    .catch(() => undefined);
}

scope.onrtctransform = ({ transformer }) =>
  run(transformer.options, transformer.readable, transformer.writable, () => void transformer.sendKeyFrameRequest?.().catch(() => undefined));

scope.onmessage = ({ data }) => {
  switch (data.type) {
    case 'become':
      return ring.become(data.participantId);
    case 'use':
      ring.use(data.epoch);
      if (data.forget) setTimeout(() => ring.forgetPrevious(), forgetAfterMs);
      return;
    case 'expect':
      return ring.expect(data.epoch);
    case 'hear':
      return ring.hear(data.peers);
    case 'streams':
      return run(data.options, data.readable, data.writable);
  }
};

scope.postMessage({ type: 'ready', salt: ring.salt });
