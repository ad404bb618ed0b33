/** A small window of the browser above all others, with whoever speaks in it. */
export class SpeakerWindow {
  readonly #video = document.createElement('video');
  readonly #onChange: () => void;

  /** @param onChange Called when the window opens or closes, whoever did it. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
    this.#video.muted = true;
    this.#video.playsInline = true;
    this.#video.addEventListener('enterpictureinpicture', onChange);
    this.#video.addEventListener('leavepictureinpicture', this.#left);
  }

  /** Firefox has such a window too, but no page can open it. */
  static get isSupported(): boolean {
    return 'pictureInPictureEnabled' in document && document.pictureInPictureEnabled;
  }

  get isOpen(): boolean {
    return document.pictureInPictureElement === this.#video;
  }

  /** Opens it with a picture; call from a click. False: the browser refused. */
  async open(track: MediaStreamTrack): Promise<boolean> {
    this.#show(track);
    try {
      await this.#video.play();
      await this.#video.requestPictureInPicture();
      return true;
    } catch {
      this.#video.srcObject = null;
      return false;
    }
  }

  /** The picture changes to another one; without one the last stays. */
  follow(track: MediaStreamTrack | undefined): void {
    if (this.isOpen && track) this.#show(track);
  }

  close(): void {
    if (this.isOpen) void document.exitPictureInPicture().catch(() => undefined);
    this.#video.srcObject = null;
  }

  readonly #left = (): void => {
    this.#video.srcObject = null;
    this.#onChange();
  };

  #show(track: MediaStreamTrack): void {
    const shown = this.#video.srcObject instanceof MediaStream ? this.#video.srcObject.getVideoTracks()[0] : undefined;
    if (shown === track) return;
    this.#video.srcObject = new MediaStream([track]);
    if (this.isOpen) void this.#video.play().catch(() => undefined);
  }
}
