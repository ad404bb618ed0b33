import { LitElement, css, html, nothing } from 'lit';
import type { Caption } from '@conference/client';
import { t } from '../i18n/language.ts';

/** How long finished words stay. */
const shownMs = 6_000;
const maxLines = 3;

interface Line extends Caption {
  readonly key: number;
}

/** What is said, in writing, over the stage. */
export class CaptionLayer extends LitElement {
  static override properties = { lines: { state: true } };

  declare lines: readonly Line[];
  #nextKey = 0;

  constructor() {
    super();
    this.lines = [];
  }

  static override styles = css`
    :host { position: absolute; z-index: 6; left: 50%; bottom: 64px; translate: -50% 0; width: max-content; max-width: min(820px, calc(100% - 32px)); pointer-events: none; }
    section { padding: 10px 18px; border-radius: 14px; background: rgb(8 10 14 / 82%); color: #fff; font-size: clamp(1rem, 1.6vw, 1.375rem); line-height: 1.4; text-wrap: pretty; }
    p { margin: 0; overflow-wrap: anywhere; }
    b { color: #a9d4ff; font-weight: 650; margin-right: 6px; }
    .open { opacity: 0.85; }
  `;

  show(caption: Caption): void {
    const key = ++this.#nextKey;
    const others = this.lines.filter((line) => line.final || line.speaker !== caption.speaker);
    this.lines = [...others, { ...caption, key }].slice(-maxLines);
    setTimeout(() => (this.lines = this.lines.filter((line) => line.key !== key)), shownMs);
  }

  override render() {
    if (this.lines.length === 0) return nothing;
    return html`<section role="log" aria-live="polite" aria-label=${t('captions')} data-testid="captions">${this.lines.map((line) => html`
      <p class=${line.final ? '' : 'open'} lang=${line.language ?? nothing}>${line.speakerName ? html`<b><bdi>${line.speakerName}</bdi></b>` : nothing}<bdi dir="auto">${line.text}</bdi></p>`)}</section>`;
  }
}

customElements.define('caption-layer', CaptionLayer);
