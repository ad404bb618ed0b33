import { LitElement, css, html } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { cssom } from '../styles/cssom.ts';

interface Floating {
  readonly id: number;
  readonly emoji: string;
  readonly name: string;
  readonly left: number;
}

const shownMs = 4_000;
const maxAtOnce = 12;

/** Reactions, rising over the stage with the name of whoever sent them. */
export class ReactionLayer extends LitElement {
  static override properties = { floating: { state: true } };

  declare floating: readonly Floating[];
  #nextId = 0;

  constructor() {
    super();
    this.floating = [];
  }

  static override styles = css`
    :host { position: absolute; inset: 0; pointer-events: none; z-index: 6; overflow: hidden; }
    div { position: absolute; bottom: 8%; display: grid; justify-items: center; gap: 4px; font-size: 2.5rem; line-height: 1; animation: rise 4s linear forwards; }
    span { font-size: var(--text-xs); font-weight: 600; padding: 3px 8px; border-radius: 99px; background: rgb(10 13 17 / 62%); color: #fff; }
    @keyframes rise { 0% { transform: translateY(20px) scale(0.6); opacity: 0; } 10% { transform: none; opacity: 1; } 75% { opacity: 1; } 100% { transform: translateY(-40vh); opacity: 0; } }
    @media (prefers-reduced-motion: reduce) { div { animation: none; } }
  `;

  show(emoji: string, name: string): void {
    const id = ++this.#nextId;
    this.floating = [...this.floating.slice(1 - maxAtOnce), { id, emoji, name, left: 8 + ((id * 37) % 60) }];
    setTimeout(() => (this.floating = this.floating.filter((item) => item.id !== id)), shownMs);
  }

  override render() {
    return html`${repeat(this.floating, (item) => item.id, (item) => html`<div data-testid="floating-reaction" style=${cssom({ left: `${item.left}%` })}>${item.emoji}<span>${item.name}</span></div>`)}`;
  }
}

customElements.define('reaction-layer', ReactionLayer);
