import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { isHostRole, type ChatMessage, type ChatTarget, type FoundChat, type MeetingState, type ParticipantView } from '@conference/client';
import { icon } from '../icons.ts';
import { chatStyles } from '../styles/chat.ts';
import { controls } from '../styles/shared.ts';
import { panels } from '../styles/panel.ts';
import { chatPlaceholder, commandText, timeOf } from '../texts.ts';
import { linksInText } from './links-in-text.ts';
import { t } from '../i18n/language.ts';

const maxLength = 4000;
/** Messages of one person within this time stand under one name. */
const groupMs = 3 * 60_000;
const searchDelayMs = 300;

/** A message to send, and to whom. */
export interface Writing {
  readonly text: string;
  readonly to?: ChatTarget;
}

/** The chat: ordered by the journal, plain text. Emits `send` (detail: {@link Writing}), `edit` (detail: seq and text), `remove` (detail: seq), `discard` (detail: key), `older` and `close`. */
export class ChatPanel extends LitElement {
  static override properties = {
    state: { attribute: false }, search: { attribute: false }, draft: { state: true }, to: { state: true }, editing: { state: true }, searching: { state: true }, found: { state: true },
  };

  declare state: MeetingState;
  /** Finds messages. */
  declare search: (text: string) => Promise<FoundChat>;
  declare draft: string;
  /** `all`, `hosts`, or somebody's id. */
  declare to: string;
  /** The message whose text is being changed. */
  declare editing: number | undefined;
  declare searching: boolean;
  declare found: FoundChat | 'failed' | undefined;
  #atEnd = true;
  #heightBefore = 0;
  #pendingSearch: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    this.draft = '';
    this.to = 'all';
    this.searching = false;
  }

  static override styles = [controls, panels, chatStyles];

  override render() {
    return html`
      <header><h2>${t('chat')}</h2><div class="tools">
        <button class="button ghost icon-only small" data-testid="chat-search-button" aria-label=${t('chat.search')} aria-pressed=${this.searching} @click=${this.#toggleSearch}>${icon('search')}</button>
        <button class="button ghost icon-only small" aria-label=${t('chat.close')} @click=${() => this.dispatchEvent(new Event('close'))}>${icon('close')}</button></div></header>
      <div class="middle">
        ${this.searching ? html`<input class="input" type="search" data-testid="chat-search" maxlength="100" placeholder=${t('chat.searchHint')} aria-label=${t('chat.search')} @input=${this.#onSearch} />` : nothing}
        ${this.searching && this.found ? this.#results(this.found) : this.#messages()}
      </div>
      ${this.#writer()}
    `;
  }

  #messages() {
    const { meeting, unsent } = this.state;
    const chat = meeting?.chat ?? [];
    return html`<div class="messages" role="log" aria-label=${t('chat.messages')} tabindex="0" @scroll=${this.#scrolled}>
      ${chat.length + unsent.length === 0 ? html`<p class="empty">${t('chat.empty')}</p>` : nothing}
      ${meeting?.chatTruncated ? html`<p class="older" role="status"><span class="spinner"></span>${t('chat.older')}</p>` : nothing}
      ${repeat(chat, (message) => message.seq, (message, index) => this.#message(message, chat[index - 1]))}
      ${repeat(unsent, (message) => message.key, (message) => html`
        <div class="message follows unsent" data-testid="chat-unsent">
          <div class="text"><bdi dir="auto">${message.text}</bdi></div>
          ${message.refused ? html`<div class="refused" role="alert">${commandText(message.refused)}<button @click=${() => this.#emit('discard', message.key)}>${t('chat.discard')}</button></div>` : nothing}
        </div>`)}
    </div>`;
  }

  #results(found: FoundChat | 'failed') {
    if (found === 'failed') return html`<p class="empty" role="alert">${t('chat.searchFailed')}</p>`;
    return html`<div class="messages" role="list" aria-label=${t('chat.found')} data-testid="chat-found">
      ${found.messages.length === 0 ? html`<p class="empty" role="status">${t('chat.nothing')}</p>` : nothing}
      ${found.messages.map((message) => this.#message(message, undefined))}
    </div>`;
  }

  #writer() {
    const { may, choices } = this.#targets();
    const to = choices.some((choice) => choice.value === this.to) ? this.to : choices[0]?.value ?? 'all';
    return html`<form @submit=${this.#submit}>
      ${may && choices.length > 1 ? html`<label class="to"><span>${t('chat.to')}</span>
        <select class="input" data-testid="chat-to" @change=${(event: Event) => (this.to = (event.target as HTMLSelectElement).value)}>
          ${choices.map(({ value, text }) => html`<option value=${value} ?selected=${value === to}>${text}</option>`)}
        </select></label>` : nothing}
      <div class="line">
        <textarea class="input" data-testid="chat-input" rows="1" aria-label=${t('chat.message')} maxlength=${maxLength} ?disabled=${!may}
          placeholder=${chatPlaceholder(this.state.meeting?.settings, may, to)} .value=${this.draft} @input=${this.#input} @keydown=${this.#key}></textarea>
        <button class="button primary icon-only" data-testid="chat-send" aria-label=${t('send')} ?disabled=${this.draft.trim() === '' || !may}>${icon('send')}</button>
      </div>
    </form>`;
  }

  /** To whom this participant may write now. */
  #targets(): { may: boolean; choices: { value: string; text: string }[] } {
    const { meeting, you } = this.state;
    const settings = meeting?.settings;
    const isHost = isHostRole(this.#me?.role);
    if (!meeting || !settings?.chat) return { may: false, choices: [] };
    const others = meeting.participants.filter((p) => p.id !== you && p.presence !== 'Lobby' && p.stream === undefined);
    const people = isHost || (settings.chatForAll && settings.privateChat) ? others : settings.chatForAll || settings.privateChat ? others.filter((p) => isHostRole(p.role)) : [];
    const choices = [
      ...(isHost || settings.chatForAll ? [{ value: 'all', text: t('chat.everybody') }] : []),
      ...(isHost || settings.chatForAll || settings.privateChat ? [{ value: 'hosts', text: t('chat.hosts') }] : []),
      ...people.map((p) => ({ value: p.id, text: t('chat.privately', { name: p.displayName }) })),
    ];
    return { may: choices.length > 0, choices };
  }

  get #me(): ParticipantView | undefined {
    return this.state.meeting?.participants.find((participant) => participant.id === this.state.you);
  }

  override focus(): void {
    void this.updateComplete.then(() => this.renderRoot.querySelector('textarea')?.focus());
  }

  protected override willUpdate(): void {
    this.#heightBefore = this.renderRoot instanceof ShadowRoot ? this.renderRoot.querySelector('.messages')?.scrollHeight ?? 0 : 0;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const list = this.renderRoot.querySelector('.messages');
    if (!changed.has('state') || !list) return;
    const before = changed.get('state')?.meeting?.chat[0]?.seq;
    const first = this.state.meeting?.chat[0]?.seq;
    if (this.#atEnd) list.scrollTop = list.scrollHeight;
    // An older page came in above: what is read stays where it is.
    else if (before !== undefined && first !== undefined && first < before) list.scrollTop += list.scrollHeight - this.#heightBefore;
    if (this.state.meeting?.chatTruncated && list.scrollHeight <= list.clientHeight) this.dispatchEvent(new Event('older'));
  }

  #message(message: ChatMessage, before: ChatMessage | undefined) {
    const own = message.from === this.state.you;
    const target = this.#targetText(message);
    const follows = before?.from === message.from && Date.parse(message.at) - Date.parse(before.at) < groupMs && this.#targetText(before) === target;
    return html`<div class="message ${follows ? 'follows' : ''} ${target ? 'private' : ''}" data-testid="chat-message" data-seq=${message.seq} data-from=${message.from}>
      ${follows ? nothing : html`<div class="who"><bdi>${own ? t('you') : message.displayName}</bdi>${target ? html`<span class="target" data-testid="chat-target">${target}</span>` : nothing}<time datetime=${message.at}>${timeOf(message.at)}</time></div>`}
      ${this.editing === message.seq ? this.#editor(message) : message.deleted ? html`<div class="text gone" data-testid="chat-text">${t('chat.deleted')}</div>` : html`
        <div class="text" data-testid="chat-text"><bdi dir="auto">${linksInText(message.text).map((part) => (part.href
          ? html`<a href=${part.href} target="_blank" rel="noopener noreferrer nofollow ugc" title=${part.host ? t('chat.opens', { host: part.host }) : nothing}>${part.text}</a>${part.host ? html`<span class="host"> (${part.host})</span>` : nothing}`
          : part.text))}</bdi></div>${message.editedAt ? html`<small class="edited">${t('chat.edited')}</small>` : nothing}
        ${this.#actions(message, own)}`}
    </div>`;
  }

  #actions(message: ChatMessage, own: boolean) {
    const isHost = isHostRole(this.#me?.role);
    const isHere = this.state.meeting?.participants.some((p) => p.id === message.from && p.presence !== 'Lobby') ?? false;
    const mayReply = !own && isHere && this.#targets().choices.some(({ value }) => value === message.from);
    if (!own && !isHost && !mayReply) return nothing;
    return html`<div class="actions">
      ${mayReply ? html`<button data-testid="chat-reply" aria-label=${t('chat.replyTo', { name: message.displayName })} title=${t('chat.reply')} @click=${() => this.#reply(message.from)}>${icon('reply')}</button>` : nothing}
      ${own ? html`<button data-testid="chat-edit" aria-label=${t('chat.editOwn')} title=${t('edit')} @click=${() => this.#edit(message)}>${icon('edit')}</button>` : nothing}
      ${own || isHost ? html`<button data-testid="chat-delete" aria-label=${own ? t('chat.deleteOwn') : t('chat.deleteOf', { name: message.displayName })} title=${t('delete')} @click=${() => this.#emit('remove', message.seq)}>${icon('trash')}</button>` : nothing}
    </div>`;
  }

  #editor(message: ChatMessage) {
    return html`<form class="editor" @submit=${(event: SubmitEvent) => this.#saveEdit(event, message)} @keydown=${this.#editKey}>
      <textarea class="input" name="text" data-testid="chat-edit-input" rows="2" maxlength=${maxLength} aria-label=${t('chat.yours')} .value=${message.text}></textarea>
      <div class="line"><button type="button" class="button small ghost" @click=${() => (this.editing = undefined)}>${t('cancel')}</button><button class="button small primary" data-testid="chat-edit-save">${t('save')}</button></div>
    </form>`;
  }

  #targetText(message: ChatMessage): string {
    if (message.room) return t('chat.inRoom', { room: message.room });
    if (message.toHosts) return t('chat.toHosts');
    if (!message.to) return '';
    if (message.from !== this.state.you) return t('chat.toYou');
    const names = message.to.map((id) => this.state.meeting?.participants.find((p) => p.id === id)?.displayName ?? t('chat.whoLeft'));
    return t('chat.toNames', { names: names.join(', ') });
  }

  #reply(from: string): void {
    this.to = from;
    this.focus();
  }

  #edit(message: ChatMessage): void {
    this.editing = message.seq;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLTextAreaElement>('.editor textarea')?.focus());
  }

  #saveEdit(event: SubmitEvent, message: ChatMessage): void {
    event.preventDefault();
    const text = String(new FormData(event.target as HTMLFormElement).get('text') ?? '').trim();
    if (text !== '' && text !== message.text) this.#emit('edit', { seq: message.seq, text });
    this.editing = undefined;
    this.focus();
  }

  readonly #editKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') {
      // It gives up the change, not the panel.
      event.stopPropagation();
      this.editing = undefined;
      this.focus();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      (event.currentTarget as HTMLFormElement).requestSubmit();
    }
  };

  #toggleSearch(): void {
    this.searching = !this.searching;
    this.found = undefined;
    if (this.searching) void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.focus());
  }

  #onSearch(event: Event): void {
    const text = (event.target as HTMLInputElement).value;
    clearTimeout(this.#pendingSearch);
    if (text.trim() === '') {
      this.found = undefined;
      return;
    }
    this.#pendingSearch = setTimeout(() => {
      const isCurrent = (): boolean => this.renderRoot.querySelector<HTMLInputElement>('input[type=search]')?.value === text;
      this.search(text).then((found) => isCurrent() && (this.found = found), () => isCurrent() && (this.found = 'failed'));
    }, searchDelayMs);
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
    const { may, choices } = this.#targets();
    if (text === '' || !may) return;
    // Somebody who left while this was written: it must not go to everybody instead.
    const isGone = !choices.some(({ value }) => value === this.to);
    if (isGone && this.to !== 'all') {
      this.to = choices[0]?.value ?? 'all';
      return;
    }
    const to = isGone ? choices[0]?.value : this.to;
    this.draft = '';
    this.#atEnd = true;
    this.searching = false;
    const writing: Writing = to === 'all' ? { text } : { text, to: to === 'hosts' ? { hosts: true } : { participants: [to ?? ''] } };
    this.#emit('send', writing);
  }

  #scrolled(event: Event): void {
    const list = event.target as HTMLElement;
    this.#atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
    if (list.scrollTop < 200 && this.state.meeting?.chatTruncated) this.dispatchEvent(new Event('older'));
  }

  #emit(type: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define('chat-panel', ChatPanel);
