import { LitElement, css, html, nothing } from 'lit';
import type { EncryptionStatus } from '@conference/client';
import { t } from '../i18n/language.ts';
import { icon } from '../icons.ts';
import { controls } from '../styles/shared.ts';

/** How long the key may be on its way before that is worth a word, milliseconds. */
const patienceMs = 1_500;

/** Says that the lock is open, and why. Emits `explain` where there is something to do about it. */
export class EncryptionBanner extends LitElement {
  static override properties = { status: { attribute: false }, late: { state: true } };

  declare status: EncryptionStatus;
  declare late: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.late = false;
  }

  static override styles = [controls, css`
    .open { display: flex; align-items: center; gap: 12px; padding: 8px 8px 8px 16px; min-height: 48px; max-width: 62ch; border-radius: 14px; background: var(--warn-soft); color: var(--warn-text); font-size: var(--text-sm); font-weight: 600; box-shadow: var(--shadow-md); }
    .open svg.icon { flex: none; width: 20px; height: 20px; }
    span { flex: 1; padding-right: 8px; text-wrap: pretty; }
    .button { flex: none; }
  `];

  override disconnectedCallback(): void {
    clearTimeout(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    const { phase } = this.status;
    const needsPerson = phase === 'missing' || phase === 'wrong';
    const text = needsPerson || (this.late && (phase === 'waiting' || phase === 'changing')) ? t(`encryption.banner.${phase}`) : '';
    return html`<section role="status" aria-live="polite">${text ? html`<div class="open" data-testid="encryption-banner" data-phase=${phase}>${icon('unlock')}<span>${text}</span>
      ${needsPerson ? html`<button class="button small" data-testid="encryption-enter" @click=${() => this.dispatchEvent(new Event('explain'))}>${t('encryption.enter')}</button>` : nothing}</div>` : nothing}</section>`;
  }

  protected override willUpdate(): void {
    const isUnderWay = this.status.phase === 'waiting' || this.status.phase === 'changing';
    if (!isUnderWay) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      this.late = false;
    } else {
      this.#timer ??= setTimeout(() => (this.late = true), patienceMs);
    }
  }
}

customElements.define('encryption-banner', EncryptionBanner);
