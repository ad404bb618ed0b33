import { frameConfiguration, type Frames } from '../e2ee/transforms.ts';
import type { Environment } from '../environment.ts';
import type { IceServer, MediaSource, SourceEncodings } from '../protocol.ts';
import { codecParameters, findCodec, trimCodecs } from './codecs.ts';
import { bitrateFor, cameraLayers, cameraRids, screenMaxBitrate } from './encodings.ts';
import { markSlides, offerSoundRepair } from './sdp.ts';

/** A receiver's place: one m-line, and the track that plays whatever fills it. */
export interface Slot {
  readonly mid: string;
  readonly kind: 'audio' | 'video';
  readonly track: MediaStreamTrack;
}

const initialSlots = { audio: 3, camera: 9 } as const;

/**
 * One RTCPeerConnection in the shape that every session has: four senders without tracks and the slots, offered once. Senders
 * wait for their tracks, so the session opens before anybody has answered the question for camera and microphone.
 */
export class Peer {
  readonly pc: RTCPeerConnection;
  readonly #senders: Readonly<Record<MediaSource, RTCRtpTransceiver>>;
  readonly #slots: RTCRtpTransceiver[] = [];
  readonly #slides: RTCRtpTransceiver[] = [];
  #cameraSlots = 0;
  #codec: string | undefined;
  readonly #frames: Frames | undefined;
  /** Sources that are to be sent now. */
  readonly #active = new Set<MediaSource>();
  /** By m-line: the encodings that nobody wants at present. */
  #unwanted: ReadonlyMap<string, ReadonlySet<string>> = new Map();

  /** @param frames All frames, sent and received, go through it. */
  constructor(env: Environment, frames?: Frames) {
    this.#frames = frames;
    this.pc = env.createPeerConnection({ bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require', ...(frames ? frameConfiguration() : {}) });
    this.#senders = {
      Microphone: this.#send('Microphone', 'audio'),
      Camera: this.#send('Camera', 'video', cameraRids.map((rid, index) => ({ rid, scaleResolutionDownBy: 2 ** (2 - index) }))),
      Screen: this.#send('Screen', 'video', [{ maxBitrate: screenMaxBitrate }]),
      ScreenAudio: this.#send('ScreenAudio', 'audio'),
    };
    for (let i = 0; i < initialSlots.audio; i++) this.#slots.push(this.#add('audio', 'recvonly'));
    const screenAudio = this.#add('audio', 'recvonly');
    this.addCameraSlots(initialSlots.camera);
    const screen = this.#add('video', 'recvonly');
    this.#slots.push(screenAudio, screen);
    this.#slides.push(this.#senders.Screen, this.#senders.ScreenAudio, screenAudio, screen);
  }

  get cameraSlots(): number {
    return this.#cameraSlots;
  }

  /** More places for cameras; takes effect with the next offer. */
  addCameraSlots(count: number): void {
    for (let i = 0; i < count; i++) this.#slots.push(this.#add('video', 'recvonly'));
    this.#cameraSlots += count;
  }

  useIceServers(servers: readonly IceServer[]): void {
    // Old browsers cannot change it any more; they connect without a relay.
    if (typeof this.pc.setConfiguration !== 'function') return;
    this.pc.setConfiguration({
      ...this.pc.getConfiguration(),
      iceServers: servers.map((server) => ({ ...server, urls: [...server.urls] })),
    });
  }

  /** Makes and applies an offer; returns the copy for the pod, in which screens are marked and the repair of sound is offered. */
  async offer(iceRestart = false): Promise<string> {
    await this.pc.setLocalDescription(await this.pc.createOffer({ iceRestart }));
    return this.offerForPod();
  }

  /** The present offer as the pod should see it. */
  offerForPod(): string {
    const mids = new Set(this.#slides.map((transceiver) => transceiver.mid ?? ''));
    return offerSoundRepair(markSlides(this.pc.localDescription?.sdp ?? '', mids));
  }

  async answer(sdp: string): Promise<void> {
    await this.pc.setRemoteDescription({ type: 'answer', sdp });
  }

  /** The slots that have a mid, so after the first offer all of them. */
  slots(): Slot[] {
    return this.#slots.flatMap((transceiver) => {
      if (transceiver.mid === null) return [];
      const { track } = transceiver.receiver;
      return [{ mid: transceiver.mid, kind: track.kind === 'audio' ? 'audio' : 'video', track }];
    });
  }

  /** Sends `track` (or nothing) as `source`; `active` false keeps the track but sends no packet of it. */
  async send(source: MediaSource, track: MediaStreamTrack | null, active: boolean): Promise<void> {
    const { sender } = this.#senders[source];
    if (sender.track !== track) await sender.replaceTrack(track);
    if (active) this.#active.add(source);
    else this.#active.delete(source);
    await this.#configure(source, sender, track);
  }

  /** Leaves out what nobody wants, and sends again what somebody does (E4). */
  async useEncodings(sources: readonly SourceEncodings[]): Promise<void> {
    this.#unwanted = new Map(sources.map(({ mid, unwanted }) => [mid, new Set(unwanted)]));
    const { sender } = this.#senders.Camera;
    if (sender.track) await this.#configure('Camera', sender, sender.track);
  }

  /** What this session's cameras and screens should be encoded as (`VP8` ...), where the browser can switch without a new offer. */
  async useCodec(name: string): Promise<void> {
    this.#codec = name;
    for (const source of ['Camera', 'Screen'] as const) {
      const { sender } = this.#senders[source];
      if (sender.track) await this.#configure(source, sender, sender.track);
    }
  }

  async #configure(source: MediaSource, sender: RTCRtpSender, track: MediaStreamTrack | null): Promise<void> {
    try {
      await this.#setParameters(source, sender, track, this.#codec);
    } catch (error) {
      // Muting must not depend on a preference.
      if (this.#codec === undefined) throw error;
      await this.#setParameters(source, sender, track, undefined);
    }
  }

  async #setParameters(source: MediaSource, sender: RTCRtpSender, track: MediaStreamTrack | null, codecName: string | undefined): Promise<void> {
    const parameters = sender.getParameters();
    if (parameters.encodings.length === 0) return;
    const before = JSON.stringify(parameters.encodings);
    const height = track?.getSettings().height ?? 720;
    const layers = cameraLayers(height);
    const codec = codecName === undefined || track?.kind !== 'video' ? undefined : findCodec(parameters.codecs, codecName);
    const on = this.#active.has(source);
    const unwanted = this.#unwanted.get(this.#senders[source].mid ?? '');
    parameters.encodings.forEach((encoding, index) => {
      if (source === 'Camera' && parameters.encodings.length === layers.length) {
        const layer = layers[index];
        if (!layer) return;
        encoding.scaleResolutionDownBy = layer.scaleResolutionDownBy;
        encoding.maxBitrate = layer.maxBitrate;
        encoding.active = on && layer.active && !unwanted?.has(layer.rid);
      } else {
        if (source === 'Camera') encoding.maxBitrate = bitrateFor(height);
        encoding.active = on;
      }
      if (codec) Object.assign(encoding, codecParameters(codec));
    });
    // Not every WebRTC outside of browsers can change what a sender does: one that is as it should be is left alone.
    if (JSON.stringify(parameters.encodings) !== before) await sender.setParameters(parameters);
  }

  #send(source: MediaSource, kind: 'audio' | 'video', sendEncodings?: RTCRtpEncodingParameters[]): RTCRtpTransceiver {
    const transceiver = this.#add(kind, 'sendonly', sendEncodings);
    this.#frames?.take(transceiver.sender, { direction: 'send', source, kind });
    return transceiver;
  }

  #add(kind: 'audio' | 'video', direction: 'sendonly' | 'recvonly', sendEncodings: RTCRtpEncodingParameters[] = []): RTCRtpTransceiver {
    const transceiver = this.pc.addTransceiver(kind, { direction, ...(sendEncodings.length > 0 ? { sendEncodings } : {}) });
    if (direction === 'recvonly') this.#frames?.take(transceiver.receiver, { direction: 'receive', kind });
    const able = direction === 'sendonly' ? globalThis.RTCRtpSender : globalThis.RTCRtpReceiver;
    const codecs = trimCodecs(kind, able?.getCapabilities(kind)?.codecs ?? []);
    try {
      if (codecs.length > 0) transceiver.setCodecPreferences(codecs);
    } catch {
      // The whole list of the browser is offered instead; the pod picks what it forwards.
    }
    return transceiver;
  }
}
