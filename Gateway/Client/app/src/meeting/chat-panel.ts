import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ChatMessage, MeetingState } from '@conference/client';
import { icon } from '../icons.ts';
import { controls } from '../styles/shared.ts';
import { panels } from '../styles/panel.ts';
import { commandText, timeOf } from '../texts.ts';

const maxLength = 4000;
/** Messages of one person within this time stand under one name. */
const groupMs = 3 * 60_000;

/** The chat: ordered by the journal, plain text. Emits `send` (detail: text), `discard` (detail: key) and `close`. */
export class ChatPanel extends LitElement {
  static override properties = { state: { attribute: false }, draft: { state: true } };

  declare state: MeetingState;
  declare draft: string;
  #atEnd = true;

  constructor() {
    super();
    this.draft = '';
  }

  static override styles = [controls, panels, css`
    .messages { overflow-y: auto; padding: 4px 18px 12px; display: flex; flex-direction: column; overscroll-behavior: contain; }
    .messages > :first-child { margin-top: auto; }
    .empty { margin: auto; text-align: center; color: var(--text-soft); font-size: var(--text-sm); max-width: 24ch; }
    .message { margin-top: 14px; }
    .message.follows { margin-top: 4px; }
    .who { display: flex; gap: 8px; align-items: baseline; font-size: var(--text-sm); font-weight: 650; margin-bottom: 2px; }
    .who time { color: var(--text-soft); font-weight: 450; font-size: var(--text-xs); }
    .text { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.45; }
    .text bdi { display: block; }
    .unsent .text { opacity: 0.6; }
    .refused { color: var(--danger-text); font-size: var(--text-xs); display: flex; gap: 8px; align-items: center; }
    .refused button { border: 0; background: none; padding: 4px; text-decoration: underline; cursor: pointer; }
    .older { text-align: center; color: var(--text-soft); font-size: var(--text-xs); padding: 8px; }
    form { display: flex; gap: 8px; align-items: flex-end; padding: 12px; border-top: 1px solid var(--line); }
    textarea.input { resize: none; min-height: 44px; max-height: 140px; padding: 10px 14px; line-height: 1.45; field-sizing: content; }
    form .button { flex: none; }
  `];

  override render() {
    const { meeting, unsent, you } = this.state;
    const chat = meeting?.chat ?? [];
    const own = meeting?.participants.find((participant) => participant.id === you);
    const mayWrite = meeting?.settings.chatForAll !== false || own?.role !== 'Attendee';
    return html`
      <header><h2>Chat</h2><button class="button ghost icon-only small" aria-label="Close chat" @click=${() => this.dispatchEvent(new Event('close'))}>${icon('close')}</button></header>
      <div class="messages" role="log" aria-label="Messages" tabindex="0" @scroll=${this.#scrolled}>
        ${chat.length + unsent.length === 0 ? html`<p class="empty">No messages yet. Everybody in the meeting sees what you write here.</p>` : nothing}
        ${meeting?.chatTruncated ? html`<p class="older">Older messages are not shown.</p>` : nothing}
        ${repeat(chat, (message) => message.seq, (message, index) => this.#message(message, chat[index - 1]))}
        ${repeat(unsent, (message) => message.key, (message) => html`
          <div class="message follows unsent" data-testid="chat-unsent">
            <div class="text"><bdi dir="auto">${message.text}</bdi></div>
            ${message.refused ? html`<div class="refused" role="alert">${commandText(message.refused)}<button @click=${() => this.dispatchEvent(new CustomEvent('discard', { detail: message.key }))}>Discard</button></div>` : nothing}
          </div>`)}
      </div>
      <form @submit=${this.#submit}>
        <textarea class="input" data-testid="chat-input" rows="1" aria-label="Message" maxlength=${maxLength} ?disabled=${!mayWrite}
          placeholder=${mayWrite ? 'Message everybody' : 'Only hosts may write'} .value=${this.draft} @input=${this.#input} @keydown=${this.#key}></textarea>
        <button class="button primary icon-only" data-testid="chat-send" aria-label="Send" ?disabled=${this.draft.trim() === ''}>${icon('send')}</button>
      </form>
    `;
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('textarea')?.focus());
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('state') || !this.#atEnd) return;
    const list = this.renderRoot.querySelector('.messages');
    if (list) list.scrollTop = list.scrollHeight;
  }

  #message(message: ChatMessage, before: ChatMessage | undefined) {
    const follows = before?.from === message.from && Date.parse(message.at) - Date.parse(before.at) < groupMs;
    return html`<div class="message ${follows ? 'follows' : ''}" data-testid="chat-message" data-seq=${message.seq} data-from=${message.from}>
      ${follows ? nothing : html`<div class="who"><bdi>${message.from === this.state.you ? 'You' : message.displayName}</bdi><time datetime=${message.at}>${timeOf(message.at)}</time></div>`}
      <div class="text" data-testid="chat-text"><bdi dir="auto">${message.text}</bdi></div>
    </div>`;
  }

  #input(event: InputEvent): void {
    this.draft = (event.target as HTMLTextAreaElement).value;
  }

  #key(event: KeyboardEvent): void {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      this.#send();
    }
  }

  #submit(event: Event): void {
    event.preventDefault();
    this.#send();
  }

  #send(): void {
    const text = this.draft.trim();
    if (text === '') return;
    this.draft = '';
    this.#atEnd = true;
    this.dispatchEvent(new CustomEvent('send', { detail: text }));
  }

  #scrolled(event: Event): void {
    const list = event.target as HTMLElement;
    this.#atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  }
}

customElements.define('chat-panel', ChatPanel);
