import type { Meeting } from '@conference/client';
import type { LocalMedia } from '../devices/local-media.ts';
import { problemText, type DeviceKind } from '../devices/problems.ts';
import { preferences } from '../preferences.ts';
import { t } from '../i18n/language.ts';

/** Brings what the own devices give into the meeting, and what the meeting decides back to the devices. */
export class OwnMedia {
  readonly #meeting: Meeting;
  readonly #local: LocalMedia;
  readonly #say: (text: string) => void;
  readonly #published = new Map<DeviceKind, MediaStreamTrack>();
  readonly #onChange = (): void => this.#sync();

  /** @param say Tells the person something, briefly. */
  constructor(meeting: Meeting, local: LocalMedia, say: (text: string) => void) {
    this.#meeting = meeting;
    this.#local = local;
    this.#say = say;
    local.addEventListener('change', this.#onChange);
    this.#sync();
  }

  async toggle(kind: DeviceKind): Promise<void> {
    const { on, track, problem } = this.#local[kind];
    await this.#local.set(kind, !(on && track));
    const after = this.#local[kind];
    if (after.on && !after.track && after.problem && (after.problem !== problem || on)) this.#say(problemText(kind, after.problem).title);
  }

  /** A host muted it: the device follows. */
  muted(kind: DeviceKind): void {
    void this.#local.set(kind, false);
  }

  get isSharing(): boolean {
    return this.#meeting.state.local.Screen.on;
  }

  async share(): Promise<void> {
    let stream: MediaStream;
    try {
      stream = await navigator.mediaDevices.getDisplayMedia({
        video: { frameRate: { max: 30 } },
        // A film's sound is no voice: nothing is to be taken out of it.
        audio: { echoCancellation: false, noiseSuppression: false, autoGainControl: false },
      });
    } catch (error) {
      // Closing the browser's own question is an answer, not a failure.
      if (!(error instanceof Error && error.name === 'NotAllowedError')) this.#say(t('share.failed'));
      return;
    }
    const [video] = stream.getVideoTracks();
    const [audio] = stream.getAudioTracks();
    if (!video) return;
    video.contentHint = preferences().screenContent;
    video.onended = () => void this.stopSharing();
    await this.#meeting.publish('Screen', video);
    if (audio) {
      audio.contentHint = 'music';
      await this.#meeting.publish('ScreenAudio', audio);
    }
  }

  async stopSharing(): Promise<void> {
    for (const source of ['Screen', 'ScreenAudio'] as const) {
      const { track } = this.#meeting.state.local[source];
      if (!track) continue;
      track.onended = null;
      track.stop();
      await this.#meeting.publish(source, null);
    }
  }

  close(): void {
    this.#local.removeEventListener('change', this.#onChange);
    this.#local.close();
  }

  #sync(): void {
    if (this.#meeting.state.phase === 'over') return;
    for (const kind of ['microphone', 'camera'] as const) {
      const { on, track } = this.#local[kind];
      const source = kind === 'camera' ? 'Camera' : 'Microphone';
      const published = this.#published.get(kind);
      if (on && track && track !== published) {
        this.#published.set(kind, track);
        void this.#meeting.publish(source, track);
      } else if (published && !track) {
        this.#published.delete(kind);
        void this.#meeting.publish(source, null);
      } else if (published && track && on !== this.#meeting.state.local[source].on) {
        void this.#meeting.setMuted(source, !on);
      }
    }
  }
}
