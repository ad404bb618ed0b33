import { LitElement, css, html, nothing } from 'lit';
import type { MeetingState } from '@conference/client';
import { controls } from '../styles/shared.ts';
import { t } from '../i18n/language.ts';

/** Says that the connection is lost and coming back. Emits `wake` when the person does not want to wait. */
export class ConnectionBanner extends LitElement {
  static override properties = { state: { attribute: false }, shown: { state: true } };

  declare state: MeetingState;
  declare shown: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.shown = false;
  }

  static override styles = [controls, css`
    div { display: flex; align-items: center; gap: 12px; padding: 8px 8px 8px 16px; min-height: 48px; border-radius: 14px; background: var(--warn-soft); color: var(--warn-text); font-size: var(--text-sm); font-weight: 600; box-shadow: var(--shadow-md); }
    .spinner { width: 18px; height: 18px; }
    span.text { flex: 1; padding-right: 8px; }
  `];

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    const text = bannerText(this.state);
    return html`<section role="status" aria-live="polite">${text && this.shown ? html`<div data-testid="connection-banner">
      <i class="spinner"></i><span class="text">${text}</span><button class="button small" @click=${() => this.dispatchEvent(new Event('wake'))}>${t('connection.tryNow')}</button></div>` : nothing}</section>`;
  }

  protected override willUpdate(): void {
    const lost = bannerText(this.state) !== '';
    if (!lost) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.shown = false;
    } else if (!this.shown && this.#timer === undefined) {
      // What heals within a moment is not worth a word.
      this.#timer = setTimeout(() => (this.shown = true), 700);
    }
  }
}

/** What to say about the connection; empty when all is well. */
export function bannerText({ signaling, media, phase }: MeetingState): string {
  if (phase === 'over') return '';
  const attempt = signaling.kind === 'waiting' || signaling.kind === 'connecting' ? signaling.attempt : 0;
  if (attempt > 4) return t('connection.still');
  if (attempt > 0) return t('connection.lost');
  if (media === 'recovering') return t('connection.media');
  return '';
}

customElements.define('connection-banner', ConnectionBanner);
