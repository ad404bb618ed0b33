import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { cssom } from '../styles/cssom.ts';
import type { ParticipantView, SlotState } from '@conference/client';
import { icon } from '../icons.ts';
import { controls } from '../styles/shared.ts';
import { hueOf, initials, slotText } from '../texts.ts';
import { qualityText, type Quality } from './quality.ts';
import { t } from '../i18n/language.ts';

/** One picture on the stage: a participant's camera, or a shared screen. */
export class ParticipantTile extends LitElement {
  static override properties = {
    participant: { attribute: false },
    source: { type: String, reflect: true },
    track: { attribute: false },
    slotState: { attribute: false },
    own: { type: Boolean, reflect: true },
    mirrored: { type: Boolean, reflect: true },
    speaking: { type: Boolean, reflect: true },
    pinned: { type: Boolean, reflect: true },
    quality: { attribute: false },
    explained: { state: true },
    visible: { state: true },
  };

  declare participant: ParticipantView;
  declare source: 'Camera' | 'Screen';
  declare track: MediaStreamTrack | undefined;
  declare slotState: SlotState | undefined;
  declare own: boolean;
  declare mirrored: boolean;
  declare speaking: boolean;
  declare pinned: boolean;
  declare quality: Quality | undefined;
  /** What is wrong with the connection is told in words. */
  declare explained: boolean;
  /** Frames of the present track have been decoded. */
  declare visible: boolean;

  constructor() {
    super();
    this.source = 'Camera';
    this.own = this.mirrored = this.speaking = this.pinned = this.visible = this.explained = false;
  }

  static override styles = [controls, css`
    :host {
      position: absolute; overflow: hidden; border-radius: var(--radius-md); background: var(--tile); container-type: size;
      box-shadow: inset 0 0 0 1px var(--line); isolation: isolate; contain: strict;
    }
    video { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; opacity: 0; transition: opacity var(--smooth); }
    video.visible { opacity: 1; }
    :host([source='Screen']) { background: #0a0c0f; }
    :host([source='Screen']) video { object-fit: contain; }
    :host([mirrored]) video { transform: scaleX(-1); }
    .ring { position: absolute; inset: 0; border-radius: inherit; pointer-events: none; box-shadow: inset 0 0 0 3px transparent; transition: box-shadow var(--quick); z-index: 3; }
    :host([speaking]) .ring { box-shadow: inset 0 0 0 3px var(--speaking); }
    .avatar {
      position: absolute; inset: 0; margin: auto; width: clamp(40px, 34cqmin, 132px); aspect-ratio: 1; border-radius: 50%; display: grid; place-items: center;
      background: linear-gradient(150deg, hsl(var(--hue) 42% calc(var(--avatar-lightness) + 8%)), hsl(calc(var(--hue) + 28) 46% calc(var(--avatar-lightness) - 8%)));
      color: #fff; font-weight: 650; font-size: clamp(15px, 12.5cqmin, 46px); letter-spacing: 0.01em; user-select: none;
    }
    :host([speaking]) .avatar { box-shadow: 0 0 0 5px color-mix(in srgb, var(--speaking), transparent 70%); }
    .paused video { filter: blur(3px) brightness(0.6); }
    .away .avatar, .away video { filter: saturate(0.3) brightness(0.75); }
    .bottom { position: absolute; inset: auto 8px 8px 8px; display: flex; align-items: center; gap: 6px; z-index: 2; pointer-events: none; }
    .name, .badge {
      display: inline-flex; align-items: center; gap: 6px; min-width: 0; height: 26px; padding: 0 9px; border-radius: 8px;
      background: rgb(10 13 17 / 72%); color: #fff; font-size: var(--text-sm); font-weight: 550; backdrop-filter: blur(6px);
    }
    .name span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .name svg { width: 14px; height: 14px; }
    .muted { color: #ff9ea3; display: inline-flex; }
    .badge { padding: 0 7px; }
    .badge svg { width: 16px; height: 16px; }
    .quality { border: 0; pointer-events: auto; cursor: pointer; margin-left: auto; opacity: 0; transition: opacity var(--quick); }
    .quality[data-level='fair'], .quality[data-level='poor'], :host(:hover) .quality, .quality:focus-visible { opacity: 1; }
    /* Without a pointer that hovers, it stands only where it says something. */
    @media (hover: none) { .quality[data-level='good'] { display: none; } }
    .quality i { width: 3px; border-radius: 1px; background: rgb(255 255 255 / 34%); align-self: flex-end; }
    .quality i:nth-child(1) { height: 5px; } .quality i:nth-child(2) { height: 9px; } .quality i:nth-child(3) { height: 13px; }
    .quality .bars { display: flex; gap: 2px; height: 13px; }
    .quality[data-level='good'] i { background: #6ff0cf; }
    .quality[data-level='fair'] i:not(:nth-child(3)) { background: #ffd479; }
    .quality[data-level='poor'] i:nth-child(1) { background: #ff9ea3; }
    .why { position: absolute; inset: auto 8px 42px; margin: 0 0 0 auto; width: fit-content; max-width: min(320px, calc(100% - 16px)); padding: 10px 12px; border-radius: 10px; background: rgb(10 13 17 / 90%); color: #fff; font-size: var(--text-sm); line-height: 1.4; z-index: 4; text-align: left; }
    .why strong { display: block; }
    /* Where there is room, the words say it. */
    .slow { display: none; color: #ffd479; }
    .hand { background: #f4b740; color: #2b1d00; }
    .message {
      position: absolute; inset: auto 12px 42px; margin: auto; width: fit-content; max-width: calc(100% - 24px); padding: 5px 11px; border-radius: 8px; text-align: center;
      background: rgb(10 13 17 / 70%); color: #fff; font-size: var(--text-xs); z-index: 2;
    }
    .pin {
      position: absolute; top: 8px; right: 8px; z-index: 4; width: 34px; height: 34px; display: grid; place-items: center; border: 0; border-radius: 10px;
      background: rgb(10 13 17 / 62%); color: #fff; cursor: pointer; opacity: 0; transition: opacity var(--quick);
    }
    .pin svg { width: 18px; height: 18px; }
    :host(:hover) .pin, .pin:focus-visible, :host([pinned]) .pin { opacity: 1; }
    :host([pinned]) .pin { background: var(--accent); color: var(--on-accent); }
    /* A finger has no hover: a double tap pins, and what is pinned shows it. */
    @media (hover: none) { :host(:hover:not([pinned])) .pin { opacity: 0; } }
    /* The words stand below the face, not on it. */
    @container (max-height: 240px) { .paused .avatar { inset: max(6px, 9cqh) 0 auto; margin: 0 auto; } }
    @container (max-width: 150px) or (max-height: 100px) {
      .quality[data-level='good'] { display: none; } .why { display: none; }
      .bottom { inset: auto 5px 5px 5px; } .name, .badge { height: 21px; padding: 0 6px; font-size: 0.6875rem; } .message { display: none; } .slow { display: inline-flex; }
    }
  `];

  override render() {
    const { participant } = this;
    const muted = this.source === 'Camera' && !participant.sending.includes('Microphone');
    const away = participant.presence === 'Reconnecting';
    const message = away ? t('reconnecting') : this.own ? '' : slotText(this.slotState);
    const name = this.own ? t('you') : participant.displayName;
    const label = this.source === 'Screen' ? t('tile.screenOf', { name: participant.displayName }) : participant.displayName;
    return html`
      <div class=${away ? 'away' : message ? 'paused' : ''} role="group" aria-label=${[label, muted ? t('tile.muted') : '', away ? t('reconnecting') : ''].filter(Boolean).join(', ')}>
        <div class="avatar" style=${cssom({ '--hue': String(hueOf(participant.id)) })} ?hidden=${this.visible || this.source === 'Screen'} aria-hidden="true">${initials(participant.displayName)}</div>
        <video data-testid="tile-video" class=${this.visible ? 'visible' : ''} muted playsinline autoplay></video>
        ${message ? html`<div class="message" data-testid="tile-state">${message}</div>` : nothing}
        <div class="bottom">
          <div class="name" data-testid="tile-name">
            ${muted ? html`<i class="muted" data-testid="tile-muted">${icon('micOff')}</i>` : nothing}
            <span>${this.source === 'Screen' ? html`${label}` : name}</span>
          </div>
          ${this.slotState === 'PausedByBandwidth' && !this.own ? html`<div class="badge slow" data-testid="tile-slow" title=${slotText(this.slotState)}>${icon('slow')}</div>` : nothing}
          ${participant.handRaisedSeq !== undefined && this.source === 'Camera' ? html`<div class="badge hand" data-testid="tile-hand" title=${t('handRaised')}>${icon('hand')}</div>` : nothing}
          ${this.#quality()}
        </div>
        <button class="pin" data-testid="pin-button" aria-pressed=${this.pinned} aria-label=${t(this.pinned ? 'tile.unpinOf' : 'tile.pinOf', { name: label })} title=${t(this.pinned ? 'tile.unpin' : 'tile.pin')} @click=${this.#pin}>${icon('pin')}</button>
        <div class="ring"></div>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('track')) return;
    const video = this.renderRoot.querySelector('video');
    if (!video) return;
    // Chromium takes `muted` from the property, not from an attribute set later.
    video.muted = true;
    const { track } = this;
    if (!track) {
      this.visible = false;
      video.srcObject = null;
      return;
    }
    this.visible = false;
    video.srcObject = new MediaStream([track]);
    video.play().catch(() => undefined);
    this.#awaitFrame(video, track);
  }

  #awaitFrame(video: HTMLVideoElement, track: MediaStreamTrack): void {
    video.requestVideoFrameCallback(() => {
      if (this.track !== track) return;
      // A frame on a muted track is the browser's own black one.
      if (track.muted) return this.#awaitFrame(video, track);
      this.visible = true;
      if (!this.own) this.dispatchEvent(new Event('first-frame', { bubbles: true, composed: true }));
    });
  }

  /** Bars as on a telephone; a click says in words what they mean. */
  #quality() {
    const { quality } = this;
    if (!quality) return nothing;
    const name = this.participant.displayName;
    const label = t(`quality.${quality.level}`);
    return html`<button class="badge quality" data-testid="tile-quality" data-level=${quality.level} aria-expanded=${this.explained} aria-label=${`${label}, ${name}`} title=${qualityText(quality, name)}
      @click=${() => (this.explained = !this.explained)} @dblclick=${(event: Event) => event.stopPropagation()}><span class="bars"><i></i><i></i><i></i></span></button>
      ${this.explained ? html`<p class="why" role="status" data-testid="tile-quality-text"><strong>${label}</strong>${qualityText(quality, name)}</p>` : nothing}`;
  }

  #pin(): void {
    this.dispatchEvent(new Event('pin'));
  }
}

customElements.define('participant-tile', ParticipantTile);
