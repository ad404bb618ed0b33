import { LitElement, css, html } from 'lit';
import { controls } from '../styles/shared.ts';
import { language, languageNames, languages, setLanguage, t, type Language } from '../i18n/language.ts';

/** The choice of the language, each by its own name. */
export class LanguageChoice extends LitElement {
  static override styles = [controls, css`
    .input { min-height: 38px; width: auto; padding: 0 34px 0 12px; font-size: var(--text-sm); border-color: var(--line); }
  `];

  override render() {
    return html`<select class="input" data-testid="language-select" aria-label=${t('language')} @change=${this.#choose}>
      ${languages.map((code) => html`<option value=${code} lang=${code} ?selected=${code === language()}>${languageNames[code]}</option>`)}</select>`;
  }

  #choose(event: Event): void {
    setLanguage((event.target as HTMLSelectElement).value as Language);
  }
}

customElements.define('language-choice', LanguageChoice);
