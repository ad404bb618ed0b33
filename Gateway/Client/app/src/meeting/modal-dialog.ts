import { LitElement, css, html } from 'lit';
import { icon } from '../icons.ts';
import { controls, dialogs } from '../styles/shared.ts';
import { t } from '../i18n/language.ts';

/** A modal dialog with a heading, `wide` for figures; open as long as it is in the page. Emits `close`. */
export class ModalDialog extends LitElement {
  static override properties = { heading: { type: String } };

  declare heading: string;

  static override styles = [controls, dialogs, css`:host { display: contents; } ::slotted(*) { min-width: 0; } :host([wide]) dialog { width: min(680px, calc(100vw - 32px)); }`];

  override render() {
    return html`<dialog aria-label=${this.heading} @close=${this.#closed} @click=${this.#backdrop}>
      <header><h2>${this.heading}</h2><button class="button ghost icon-only small" aria-label=${t('close')} data-testid="dialog-close" @click=${this.#close}>${icon('close')}</button></header>
      <div class="body"><slot></slot></div>
    </dialog>`;
  }

  #before: HTMLElement | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    // A dialog that goes with what it was about gives the keyboard back as one that is closed does.
    if (this.#before?.isConnected && deepActive() === document.body) this.#before.focus();
  }

  protected override firstUpdated(): void {
    this.#before = deepActive();
    this.renderRoot.querySelector('dialog')?.showModal();
  }

  #close(): void {
    this.renderRoot.querySelector('dialog')?.close();
  }

  #closed(): void {
    this.dispatchEvent(new Event('close'));
  }

  #backdrop(event: MouseEvent): void {
    if (event.target instanceof HTMLDialogElement) this.#close();
  }
}

/** What the keyboard is on, through all shadow roots. */
function deepActive(): HTMLElement | undefined {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active instanceof HTMLElement ? active : undefined;
}

customElements.define('modal-dialog', ModalDialog);
