import { LitElement, css, html, nothing } from 'lit';
import type { FinalReason } from '@conference/client';
import { brandMark, icon } from '../icons.ts';
import { controls, pages } from '../styles/shared.ts';
import { overText } from '../texts.ts';
import './language-choice.ts';
import { t } from '../i18n/language.ts';

/** The page after a meeting. Emits `rejoin`. */
export class OverPage extends LitElement {
  static override properties = { reason: { type: String } };

  declare reason: FinalReason;

  static override styles = [controls, pages, css`
    section { width: min(440px, 100%); padding: clamp(28px, 5vw, 44px); display: grid; gap: var(--space-3); justify-items: center; text-align: center; }
    .sign { width: 60px; height: 60px; border-radius: 50%; display: grid; place-items: center; background: var(--accent-soft); color: var(--accent-text); margin-bottom: 6px; }
    .sign svg { width: 28px; height: 28px; }
    h1 { font-size: 1.5rem; letter-spacing: -0.025em; line-height: 1.2; }
    p { color: var(--text-soft); }
    .actions { display: flex; flex-wrap: wrap; gap: var(--space-2); justify-content: center; margin-top: var(--space-4); }
  `];

  override render() {
    const { title, help, canRejoin } = overText(this.reason);
    return html`
      <header class="top"><a class="brand" href="/">${brandMark}Conference</a><language-choice></language-choice></header>
      <main><section class="card" role="status" data-testid="over" data-reason=${this.reason}>
        <span class="sign">${icon('door')}</span>
        <h1 data-testid="over-title">${title}</h1><p>${help}</p>
        <div class="actions">
          ${canRejoin ? html`<button class="button primary" data-testid="rejoin-button" @click=${() => this.dispatchEvent(new Event('rejoin'))}>${t('over.rejoin')}</button>` : nothing}
          <a class="button ${canRejoin ? 'outline' : 'primary'}" href="/">${t('startPage')}</a>
        </div>
      </section></main>`;
  }
}

customElements.define('over-page', OverPage);
