import { LitElement, css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { controls } from '../styles/shared.ts';

interface Toast {
  readonly id: number;
  readonly text: string;
  /** What it is about, where that may be over before the note is. */
  readonly about?: string | undefined;
  readonly action?: { readonly label: string; readonly run: () => void };
}

const shownMs = 5_000;

/** Brief notes above the toolbar, also read aloud by screen readers. */
export class ToastStack extends LitElement {
  static override properties = { toasts: { state: true } };

  declare toasts: readonly Toast[];
  #nextId = 0;

  constructor() {
    super();
    this.toasts = [];
  }

  static override styles = [controls, css`
    :host { position: absolute; z-index: 8; left: 50%; bottom: 8px; translate: -50% 0; display: grid; gap: 8px; justify-items: center; pointer-events: none; width: max-content; max-width: calc(100% - 24px); }
    div { display: flex; gap: 12px; align-items: center; padding: 10px 16px; min-height: 44px; border-radius: 14px; background: #1b2129; color: #f2f5f9; font-size: var(--text-sm); font-weight: 550; box-shadow: var(--shadow-lg); animation: rise var(--smooth) var(--ease); pointer-events: auto; border: 1px solid rgb(255 255 255 / 10%); }
    button { border: 0; background: rgb(255 255 255 / 14%); color: #fff; border-radius: 8px; min-height: 30px; padding: 0 12px; font-weight: 600; cursor: pointer; }
    @keyframes rise { from { opacity: 0; transform: translateY(8px); } }
  `];

  say(text: string, action?: Toast['action'], forMs = shownMs, about?: string): void {
    const id = ++this.#nextId;
    this.toasts = [...this.toasts.slice(-2), { id, text, about, ...(action ? { action } : {}) }];
    setTimeout(() => this.#dismiss(id), forMs);
  }

  /** Takes back what was said about something that is over. */
  takeBack(about: string): void {
    if (this.toasts.some((toast) => toast.about === about)) this.toasts = this.toasts.filter((toast) => toast.about !== about);
  }

  override render() {
    return html`<section role="status" aria-live="polite" class=${'list'}>${repeat(this.toasts, (toast) => toast.id, (toast) => html`<div data-testid="toast">${toast.text}
      ${toast.action ? html`<button data-testid="toast-action" @click=${() => this.#run(toast)}>${toast.action.label}</button>` : nothing}</div>`)}</section>`;
  }

  #run(toast: Toast): void {
    toast.action?.run();
    this.#dismiss(toast.id);
  }

  #dismiss(id: number): void {
    this.toasts = this.toasts.filter((toast) => toast.id !== id);
  }
}

customElements.define('toast-stack', ToastStack);
