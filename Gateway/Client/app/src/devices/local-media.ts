import { preferences, prefer } from '../preferences.ts';
import { problemOf, type DeviceKind, type DeviceProblem } from './problems.ts';

/** One of the two own devices. */
export interface DeviceState {
  /** The person wants it on. */
  readonly on: boolean;
  readonly track: MediaStreamTrack | null;
  readonly problem?: DeviceProblem;
  /** The browser has been asked and has not answered. */
  readonly pending: boolean;
}

/**
 * The own camera and microphone. The camera's track exists only while the camera is on (so that its light is honest); the
 * microphone's is kept and disabled, so that unmuting is instant. Emits `change`, `plugged` (detail: the device that was connected) and
 * `replaced` (detail: the kind whose device went away and had another one take over).
 */
export class LocalMedia extends EventTarget {
  microphone: DeviceState = { on: preferences().microphoneOn, track: null, pending: false };
  camera: DeviceState = { on: preferences().cameraOn, track: null, pending: false };
  devices: readonly MediaDeviceInfo[] = [];
  /** `start` has not got every answer yet: one device's problem may turn out to be both's. */
  starting = false;
  #closed = false;
  readonly #onDeviceChange = (): void => void this.#refresh(true);

  constructor() {
    super();
    navigator.mediaDevices?.addEventListener('devicechange', this.#onDeviceChange);
  }

  /** Asks for what is wanted, in one question where the browser allows that. */
  async start(): Promise<void> {
    this.starting = true;
    try {
      await this.#start();
    } finally {
      this.starting = false;
      this.dispatchEvent(new Event('change'));
    }
  }

  async #start(): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia) {
      this.#set('microphone', { problem: 'insecure' });
      this.#set('camera', { problem: 'insecure' });
      return;
    }
    await this.#refresh(false);
    const wanted = (['microphone', 'camera'] as const).filter((kind) => this[kind].on && !this[kind].track);
    if (wanted.length === 2 && this.#exists('microphone') && this.#exists('camera')) {
      this.#set('microphone', { pending: true });
      this.#set('camera', { pending: true });
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: constraints('microphone', this.devices), video: constraints('camera', this.devices) });
        this.#take('microphone', stream.getAudioTracks()[0]);
        this.#take('camera', stream.getVideoTracks()[0]);
        await this.#refresh(false);
        return;
      } catch {
        // One of the two failed; asked for one by one, the other works.
      }
    }
    for (const kind of wanted) await this.#acquire(kind);
    await this.#refresh(false);
  }

  async set(kind: DeviceKind, on: boolean): Promise<void> {
    prefer(kind === 'camera' ? { cameraOn: on } : { microphoneOn: on });
    this.#set(kind, { on });
    const { track } = this[kind];
    if (!on) {
      if (kind === 'camera') this.#drop(kind);
      else if (track) track.enabled = false;
    } else if (track && track.readyState === 'live') {
      track.enabled = true;
    } else {
      await this.#acquire(kind);
      await this.#refresh(false);
    }
  }

  /** Changes to another device of the kind. */
  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    prefer(kind === 'camera' ? { cameraId: deviceId } : { microphoneId: deviceId });
    if (this[kind].on) await this.#acquire(kind);
    else this.#drop(kind);
  }

  /** What the browser does to the voice has changed: the microphone is asked for anew. Let go of first, because Chromium gives a device that is open as it was opened. */
  async reopenMicrophone(): Promise<void> {
    const { track } = this.microphone;
    if (!track) return;
    track.onended = null;
    track.stop();
    await this.#acquire('microphone');
  }

  chosen(kind: DeviceKind): string {
    return this[kind].track?.getSettings().deviceId ?? (kind === 'camera' ? preferences().cameraId : preferences().microphoneId);
  }

  close(): void {
    this.#closed = true;
    navigator.mediaDevices?.removeEventListener('devicechange', this.#onDeviceChange);
    for (const kind of ['microphone', 'camera'] as const) this.#drop(kind);
  }

  async #acquire(kind: DeviceKind): Promise<void> {
    if (!navigator.mediaDevices?.getUserMedia) return this.#set(kind, { problem: 'insecure' });
    this.#set(kind, { pending: true });
    try {
      // What went away since the last look at the list is not insisted on.
      const stream = await open(kind, this.devices).catch((error: unknown) => (error instanceof Error && error.name === 'OverconstrainedError' ? open(kind, []) : Promise.reject(error)));
      this.#take(kind, stream.getTracks()[0]);
    } catch (error) {
      this.#set(kind, { pending: false, track: null, problem: problemOf(error) });
    }
  }

  #take(kind: DeviceKind, track: MediaStreamTrack | undefined): void {
    if (!track || this.#closed || (kind === 'camera' && !this[kind].on)) {
      track?.stop();
      return this.#set(kind, { pending: false });
    }
    // A camera that fails at its first frame ends before anybody could listen for that.
    if (track.readyState === 'ended') return this.#set(kind, { pending: false, track: null, problem: 'ended' });
    const old = this[kind].track;
    if (old !== track) old?.stop();
    track.enabled = this[kind].on;
    // Without suppression it is music, or wants to be heard as it is.
    track.contentHint = kind === 'camera' ? 'motion' : preferences().noiseSuppression ? 'speech' : 'music';
    track.onended = () => {
      if (this[kind].track !== track) return;
      this.#set(kind, { track: null, problem: 'ended' });
      // It was unplugged, perhaps: another one of the kind takes over.
      void this.#refresh(true);
    };
    const { problem: _, ...rest } = this[kind];
    this[kind] = { ...rest, track, pending: false };
    this.dispatchEvent(new Event('change'));
  }

  #drop(kind: DeviceKind): void {
    const { track } = this[kind];
    if (track) track.onended = null;
    track?.stop();
    this.#set(kind, { track: null });
  }

  #exists(kind: DeviceKind): boolean {
    const wanted = kind === 'camera' ? 'videoinput' : 'audioinput';
    return this.devices.some((device) => device.kind === wanted);
  }

  async #refresh(retry: boolean): Promise<void> {
    const before = this.devices;
    this.devices = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
    this.dispatchEvent(new Event('change'));
    for (const device of retry ? pluggedIn(before, this.devices) : []) this.dispatchEvent(new CustomEvent('plugged', { detail: device }));
    if (!retry || this.#closed) return;
    for (const kind of ['microphone', 'camera'] as const) {
      const { on, track, problem } = this[kind];
      if (on && !track && (problem === 'none' || problem === 'ended') && this.#exists(kind)) {
        await this.#acquire(kind);
        if (problem === 'ended' && this[kind].track) this.dispatchEvent(new CustomEvent('replaced', { detail: kind }));
      }
    }
  }

  #set(kind: DeviceKind, change: Partial<DeviceState>): void {
    this[kind] = { ...this[kind], ...change };
    this.dispatchEvent(new Event('change'));
  }
}

/** The devices that were not there before; the browser's own aliases (`default`, `communications`) are none. */
export function pluggedIn(before: readonly MediaDeviceInfo[], now: readonly MediaDeviceInfo[]): readonly MediaDeviceInfo[] {
  const known = new Set(before.map(({ kind, deviceId }) => `${kind} ${deviceId}`));
  // Before the permission was given, nothing has a name: then the first list with names is no news.
  if (before.every(({ label }) => label === '')) return [];
  return now.filter(({ kind, deviceId, label }) => label !== '' && deviceId !== 'default' && deviceId !== 'communications' && !known.has(`${kind} ${deviceId}`));
}

function open(kind: DeviceKind, devices: readonly MediaDeviceInfo[]): Promise<MediaStream> {
  const wanted = constraints(kind, devices);
  return navigator.mediaDevices.getUserMedia(kind === 'camera' ? { video: wanted } : { audio: wanted });
}

/** What to ask the browser for. A chosen device that is there has to be it: where it is only ideal, Chromium may give the default one. */
function constraints(kind: DeviceKind, devices: readonly MediaDeviceInfo[]): MediaTrackConstraints {
  const { microphoneId, cameraId, quality, echoCancellation, noiseSuppression, autoGainControl } = preferences();
  const id = kind === 'camera' ? cameraId : microphoneId;
  const device = id === '' ? {} : { deviceId: devices.some(({ deviceId }) => deviceId === id) ? { exact: id } : { ideal: id } };
  if (kind === 'microphone') return { ...device, echoCancellation, noiseSuppression, autoGainControl };
  return {
    ...device,
    width: { ideal: Math.round((quality * 16) / 9) }, height: { ideal: quality }, frameRate: { ideal: 30, max: 30 },
  };
}
