import type { FilledSlot } from '@conference/client';
import { preferences } from '../preferences.ts';

/** Plays the audio slots, and knows when the browser does not let them be heard. */
export class AudioOutput {
  readonly #elements = new Map<string, HTMLAudioElement>();
  readonly #host: HTMLElement;
  readonly #onBlocked: (blocked: boolean) => void;
  #blocked = false;

  /** @param onBlocked Called when autoplay is refused (true), and when sound plays after all (false). */
  constructor(host: HTMLElement, onBlocked: (blocked: boolean) => void) {
    this.#host = host;
    this.#onBlocked = onBlocked;
  }

  update(slots: readonly FilledSlot[]): void {
    const wanted = new Map(slots.filter((slot) => slot.kind === 'audio').map((slot) => [slot.track.id, slot.track]));
    for (const [id, element] of this.#elements) {
      if (wanted.has(id)) continue;
      element.srcObject = null;
      element.remove();
      this.#elements.delete(id);
    }
    for (const [id, track] of wanted) if (!this.#elements.has(id)) this.#add(id, track);
  }

  /** Call from a click: the browser then lets sound through. */
  async unblock(): Promise<void> {
    await Promise.all([...this.#elements.values()].map((element) => this.#play(element)));
  }

  useSpeaker(deviceId: string): void {
    for (const element of this.#elements.values()) void setSpeaker(element, deviceId);
  }

  close(): void {
    this.update([]);
  }

  #add(id: string, track: MediaStreamTrack): void {
    const element = document.createElement('audio');
    element.dataset['testid'] = 'audio';
    element.srcObject = new MediaStream([track]);
    element.autoplay = true;
    this.#host.append(element);
    this.#elements.set(id, element);
    if (preferences().speakerId) void setSpeaker(element, preferences().speakerId);
    void this.#play(element);
  }

  async #play(element: HTMLAudioElement): Promise<void> {
    try {
      await element.play();
      if (this.#elements.size > 0 && [...this.#elements.values()].every((other) => !other.paused)) this.#report(false);
    } catch (error) {
      if (error instanceof Error && error.name === 'NotAllowedError') this.#report(true);
    }
  }

  #report(blocked: boolean): void {
    if (this.#blocked === blocked) return;
    this.#blocked = blocked;
    this.#onBlocked(blocked);
  }
}

async function setSpeaker(element: HTMLAudioElement, deviceId: string): Promise<void> {
  // Only some browsers let a page choose the output; elsewhere the system's choice holds.
  await element.setSinkId?.(deviceId).catch(() => undefined);
}
