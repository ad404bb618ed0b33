import { problemOf, request } from '../api.ts';
import type { Frames } from '../e2ee/transforms.ts';
import { Emitter } from '../emitter.ts';
import type { Environment } from '../environment.ts';
import type { ContentHint, DemandItem, IceServer, MediaGrant, MediaSource, SessionEndReason, SlotContent, SpeakerLevel } from '../protocol.ts';
import { Channel } from './channel.ts';
import { slotsToAdd } from './demand.ts';
import { Peer, type Slot } from './peer.ts';
import { restartAnswer, restartFragment } from './sdp.ts';

/** What a session tells. */
export interface MediaSessionEvents {
  /** ICE and DTLS as one: what `RTCPeerConnection.connectionState` says. */
  transport: RTCPeerConnectionState;
  channel: 'open' | 'lost';
  /** What fills the slots, as the pod says. */
  slots: readonly SlotContent[];
  speakers: readonly SpeakerLevel[];
  codec: string;
  draining: void;
  /** The pod ended the session. */
  ended: SessionEndReason;
}

/** One media session on one pod, seen from {@link MediaLink}, which decides about its life. */
export interface MediaSession {
  readonly events: Emitter<MediaSessionEvents>;
  readonly transport: RTCPeerConnectionState;
  /** Set where all its frames are encrypted from end to end. */
  readonly frames?: Frames | undefined;
  slots(): readonly Slot[];
  /** Opens the session; may be called again after it threw {@link ApiError} or {@link NetworkError}. */
  open(grant: MediaGrant): Promise<void>;
  /** Restarts ICE; throws as {@link open} does. */
  restart(): Promise<void>;
  reopenChannel(): void;
  /** A fresh ticket; `iceServers` are used from the next ICE restart on. */
  renew(mediaTicket: string, iceServers?: readonly IceServer[]): void;
  demand(items: readonly DemandItem[]): void;
  send(source: MediaSource, track: MediaStreamTrack | null, active: boolean): Promise<void>;
  statistics(): Promise<RTCStatsReport | undefined>;
  close(): void;
}

/** The real one: an RTCPeerConnection, the session resource at the pod, and its channel. */
export class PeerSession implements MediaSession {
  readonly frames: Frames | undefined;
  readonly events = new Emitter<MediaSessionEvents>();
  readonly #env: Environment;
  readonly #peer: Peer;
  readonly #offered: Promise<string>;
  /** Offers, answers and parameters are changed one after the other. */
  #negotiation: Promise<unknown>;
  #channel: Channel | undefined;
  #resource = '';
  #etag = '';
  #ticket = '';
  #iceServers: readonly IceServer[] = [];
  #answer = '';
  #demand: readonly DemandItem[] = [];
  #screen: ContentHint = 'Detail';
  #closed = false;

  /** Prepares the offer at once: make one before the person has clicked on Join. */
  constructor(env: Environment, frames?: Frames) {
    this.#env = env;
    this.frames = frames;
    this.#peer = new Peer(env, frames);
    const { pc } = this.#peer;
    pc.onconnectionstatechange = () => {
      if (pc.connectionState === 'connected') env.mark('dtls-connected');
      this.events.emit('transport', pc.connectionState);
    };
    pc.oniceconnectionstatechange = () => {
      if (pc.iceConnectionState === 'connected') env.mark('ice-connected');
    };
    this.#offered = this.#peer.offer();
    this.#negotiation = this.#offered.catch(() => undefined);
  }

  get transport(): RTCPeerConnectionState {
    return this.#peer.pc.connectionState;
  }

  slots(): readonly Slot[] {
    return this.#peer.slots();
  }

  async open(grant: MediaGrant): Promise<void> {
    this.#ticket = grant.mediaTicket;
    this.#iceServers = grant.iceServers;
    await this.#exclusive(async () => {
      let offer = await this.#offered;
      if (grant.iceServers.length > 0) {
        this.#peer.useIceServers(grant.iceServers);
        offer = await this.#peer.offer(true);
      }
      const url = new URL(grant.url, this.#env.origin).href;
      this.#env.mark('offer-posted');
      const response = await this.#http('POST', url, 'application/sdp', offer, grant.trace);
      this.#resource = new URL(response.headers.get('Location') ?? '', url).href;
      this.#etag = response.headers.get('ETag') ?? '';
      if (this.#closed) return this.#delete();
      this.reopenChannel();
      this.#answer = await response.text();
      this.#env.mark('answer');
      await this.#peer.answer(this.#answer);
    });
    this.#growSlots();
  }

  async restart(): Promise<void> {
    await this.#exclusive(async () => {
      if (this.#iceServers.length > 0) this.#peer.useIceServers(this.#iceServers);
      await this.#peer.offer(true);
      const fragment = restartFragment(this.#peer.pc.localDescription?.sdp ?? '');
      const response = await this.#http('PATCH', this.#resource, 'application/trickle-ice-sdpfrag', fragment);
      this.#etag = response.headers.get('ETag') ?? this.#etag;
      this.#answer = restartAnswer(this.#answer, await response.text());
      await this.#peer.answer(this.#answer);
    });
  }

  reopenChannel(): void {
    this.#channel?.close();
    if (this.#closed || this.#resource === '') return;
    const url = new URL(`${this.#resource}/channel`);
    url.protocol = url.protocol.replace('http', 'ws');
    this.#channel = new Channel(this.#env, url.href, this.#ticket, this.#demand, this.#screen, {
      message: (message) => {
        switch (message.type) {
          case 'welcome':
            return this.events.emit('channel', 'open');
          case 'slots':
            return this.events.emit('slots', message.slots);
          case 'speakers':
            return this.events.emit('speakers', message.speakers);
          case 'codec':
            void this.#exclusive(() => this.#peer.useCodec(message.codec)).catch(() => undefined);
            return this.events.emit('codec', message.codec);
          case 'encodings':
            void this.#exclusive(() => this.#peer.useEncodings(message.sources)).catch(() => undefined);
            return;
          case 'draining':
            return this.events.emit('draining', undefined);
          case 'closed':
            // It is gone already: there is nothing left to delete.
            this.#resource = '';
            return this.events.emit('ended', message.reason);
          default:
            return;
        }
      },
      lost: () => this.events.emit('channel', 'lost'),
    });
  }

  renew(mediaTicket: string, iceServers?: readonly IceServer[]): void {
    this.#ticket = mediaTicket;
    this.#iceServers = iceServers ?? this.#iceServers;
    this.#channel?.ticket(mediaTicket);
  }

  demand(items: readonly DemandItem[]): void {
    this.#demand = items;
    this.#channel?.demand(items);
    this.#growSlots();
  }

  send(source: MediaSource, track: MediaStreamTrack | null, active: boolean): Promise<void> {
    if (source === 'Screen' && track) {
      this.#screen = track.contentHint === 'motion' ? 'Motion' : 'Detail';
      this.#channel?.screenShows(this.#screen);
    }
    return this.#exclusive(async () => {
      try {
        if (!this.#closed) await this.#peer.send(source, track, active);
      } catch (error) {
        // A session that was closed meanwhile sends nothing, which is all that was asked of it.
        if (!this.#closed) throw error;
      }
    });
  }

  async statistics(): Promise<RTCStatsReport | undefined> {
    return this.#closed ? undefined : this.#peer.pc.getStats();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#channel?.close();
    this.#peer.pc.onconnectionstatechange = null;
    this.#peer.pc.oniceconnectionstatechange = null;
    this.#peer.pc.close();
    this.#delete();
    this.events.clear();
  }

  /** A grid larger than the slots: offers more of them, in the background. */
  #growSlots(): void {
    if (this.#answer === '' || slotsToAdd(this.#demand, this.#peer.cameraSlots) === 0) return;
    void this.#exclusive(async () => {
      const add = slotsToAdd(this.#demand, this.#peer.cameraSlots);
      if (add === 0 || this.#closed) return;
      this.#peer.addCameraSlots(add);
      const response = await this.#http('PUT', this.#resource, 'application/sdp', await this.#peer.offer());
      this.#etag = response.headers.get('ETag') ?? this.#etag;
      this.#answer = await response.text();
      await this.#peer.answer(this.#answer);
    }).catch(async () => {
      // Without an answer the larger grid waits for the next demand; the session goes on with the slots it has.
      if (!this.#closed && this.#peer.pc.signalingState === 'have-local-offer') await this.#peer.pc.setLocalDescription({ type: 'rollback' });
    });
  }

  async #http(method: string, url: string, contentType: string, body: string, trace?: string): Promise<Response> {
    const headers: Record<string, string> = { 'Content-Type': contentType, Authorization: `Bearer ${this.#ticket}` };
    if (trace !== undefined) headers['traceparent'] = trace;
    if (method !== 'POST' && this.#etag !== '') headers['If-Match'] = this.#etag;
    const response = await request(this.#env, url, { method, headers, body });
    if (!response.ok) throw await problemOf(response);
    return response;
  }

  #delete(): void {
    if (this.#resource === '') return;
    const resource = this.#resource;
    this.#resource = '';
    void request(this.#env, resource, { method: 'DELETE', headers: { Authorization: `Bearer ${this.#ticket}` }, keepalive: true })
      .catch(() => undefined);
  }

  #exclusive<T>(action: () => Promise<T>): Promise<T> {
    const result = this.#negotiation.then(action);
    this.#negotiation = result.catch(() => undefined);
    return result;
  }
}
