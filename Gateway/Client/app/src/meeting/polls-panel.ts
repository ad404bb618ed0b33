import { LitElement, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { isHostRole, type ClientCommandBody, type MeetingState, type PollView, type QuestionView } from '@conference/client';
import { icon } from '../icons.ts';
import { panels } from '../styles/panel.ts';
import { pollStyles } from '../styles/polls.ts';
import { cssom } from '../styles/cssom.ts';
import { controls } from '../styles/shared.ts';
import './poll-form.ts';
import { t, type MessageKey } from '../i18n/language.ts';

function counted(key: MessageKey, count: number): string {
  return count > 0 ? `${t(key)} (${count})` : t(key);
}

/** Polls, and questions to the hosts. Emits `command` (detail: a command of the protocol) and `close`. */
export class PollsPanel extends LitElement {
  static override properties = { state: { attribute: false }, tab: { state: true }, asking: { state: true }, answering: { state: true } };

  declare state: MeetingState;
  declare tab: 'polls' | 'questions';
  /** A new poll is being written. */
  declare asking: boolean;
  /** The question that is being answered in writing. */
  declare answering: number | undefined;

  constructor() {
    super();
    this.tab = 'polls';
    this.asking = false;
  }

  static override styles = [controls, panels, pollStyles];

  override render() {
    const polls = this.state.meeting?.polls ?? [];
    const questions = this.state.meeting?.questions ?? [];
    const tab = (name: 'polls' | 'questions', text: string) => html`<button role="tab" data-testid=${`tab-${name}`} id=${`tab-${name}`} aria-controls="tab-content" aria-selected=${this.tab === name}
      tabindex=${this.tab === name ? 0 : -1} @click=${() => (this.tab = name)} @keydown=${this.#onTabKey}>${text}</button>`;
    return html`
      <header><h2>${t('polls')}</h2><button class="button ghost icon-only small" aria-label=${t('polls.close')} @click=${() => this.dispatchEvent(new Event('close'))}>${icon('close')}</button></header>
      <div class="middle">
        <div class="tabs" role="tablist">${tab('polls', counted('polls.polls', polls.length))}${tab('questions', counted('polls.questions', questions.length))}</div>
        <div class="list" role="tabpanel" id="tab-content" aria-labelledby=${`tab-${this.tab}`} tabindex="0">${this.tab === 'polls' ? this.#polls(polls) : this.#questions(questions)}</div>
      </div>
      ${this.tab === 'polls' ? this.#pollFooter() : this.#askForm()}
    `;
  }

  get #isHost(): boolean {
    return isHostRole(this.state.meeting?.participants.find((participant) => participant.id === this.state.you)?.role);
  }

  #polls(polls: readonly PollView[]) {
    if (this.asking) return html`<poll-form @command=${(event: CustomEvent<ClientCommandBody>) => this.#open(event.detail)} @cancel=${() => (this.asking = false)}></poll-form>`;
    if (polls.length === 0) return html`<p class="empty">${this.#isHost ? t('polls.emptyHost') : t('polls.empty')}</p>`;
    return repeat([...polls].reverse(), (poll) => poll.id, (poll) => this.#poll(poll));
  }

  #poll(poll: PollView) {
    const most = Math.max(1, poll.voters ?? 0);
    const note = [poll.anonymous ? t('anonymous') : t('poll.named'), poll.resultsToAll ? '' : t('poll.resultsForHosts'), poll.closed ? t('poll.ended') : ''].filter(Boolean).join(' · ');
    return html`<section class="poll" data-testid="poll" data-poll=${poll.id} data-closed=${poll.closed}>
      <fieldset ?disabled=${poll.closed}><legend>${poll.question}</legend>
        ${poll.options.map((option, index) => {
          const count = poll.counts?.[index];
          const share = count === undefined ? 0 : Math.round((100 * count) / most);
          return html`<label class="option ${poll.mine?.includes(index) ? 'mine' : ''}">
            <i class="bar" style=${cssom({ width: `${share}%` })}></i>
            <input type=${poll.multiple ? 'checkbox' : 'radio'} name=${`poll-${poll.id}`} data-testid="poll-option" .checked=${poll.mine?.includes(index) ?? false} @change=${(event: Event) => this.#vote(poll, index, event.target as HTMLInputElement)} />
            <span>${option}</span>${count === undefined ? nothing : html`<b data-testid="poll-count">${count}</b>`}</label>
            ${poll.named && count ? html`<small class="names">${poll.named.filter(({ choices }) => choices.includes(index)).map(({ displayName }) => displayName).join(', ')}</small>` : nothing}`;
        })}
      </fieldset>
      <div class="foot"><small>${note}${poll.voters === undefined ? nothing : ` · ${t('poll.voted', { count: poll.voters })}`}</small>
        ${this.#isHost && !poll.closed ? html`<button class="button small" data-testid="poll-close" @click=${() => this.#command({ type: 'poll.close', poll: poll.id, share: false })}>${t('poll.end')}</button>` : nothing}
        ${this.#isHost && poll.closed && !poll.resultsToAll ? html`<button class="button small" data-testid="poll-share" @click=${() => this.#command({ type: 'poll.close', poll: poll.id, share: true })}>${t('poll.share')}</button>` : nothing}
      </div>
    </section>`;
  }

  #pollFooter() {
    return this.#isHost && !this.asking ? html`<footer><button class="button primary wide" data-testid="new-poll" @click=${() => (this.asking = true)}>${icon('plus')}${t('poll.new')}</button></footer>` : nothing;
  }

  #questions(questions: readonly QuestionView[]) {
    if (questions.length === 0) return html`<p class="empty">${t('question.none')}</p>`;
    // What most want to know first; what was answered last.
    const sorted = [...questions].sort((a, b) => Number(a.answered) - Number(b.answered) || b.votes - a.votes || a.id - b.id);
    return repeat(sorted, (question) => question.id, (question) => this.#question(question));
  }

  #question(question: QuestionView) {
    const who = question.own ? t('you') : question.displayName ?? t('anonymous');
    return html`<article class="question ${question.answered ? 'done' : ''}" data-testid="question" data-question=${question.id}>
      <button class="up ${question.voted ? 'on' : ''}" data-testid="question-upvote" aria-pressed=${question.voted} ?disabled=${question.own} aria-label=${t('question.upvote', { count: question.votes })}
        @click=${() => this.#command({ type: 'question.upvote', question: question.id, up: !question.voted })}>${icon('up')}<span>${question.votes}</span></button>
      <div><small><bdi>${who}</bdi></small><p data-testid="question-text"><bdi dir="auto">${question.text}</bdi></p>
        ${question.answered ? html`<p class="answer" data-testid="question-answer">${icon('check')}<bdi dir="auto">${question.answer ?? t('question.answered')}</bdi></p>` : nothing}
        ${this.#isHost && this.answering !== question.id ? html`<div class="foot">
          ${question.answered ? nothing : html`<button class="button small" data-testid="question-aloud" @click=${() => this.#command({ type: 'question.answer', question: question.id })}>${t('question.aloud')}</button>`}
          <button class="button small" data-testid="question-reply" @click=${() => this.#startAnswer(question.id)}>${question.answered ? t('question.more') : t('question.write')}</button>
          <button class="button small ghost" data-testid="question-dismiss" @click=${() => this.#command({ type: 'question.dismiss', question: question.id })}>${t('question.dismiss')}</button></div>` : nothing}
        ${this.answering === question.id ? html`<form class="line" @submit=${(event: SubmitEvent) => this.#answer(event, question.id)}>
          <input class="input" name="text" required maxlength="4000" autocomplete="off" data-testid="question-answer-input" aria-label=${t('question.yourAnswer')} .value=${question.answer ?? ''} /><button class="button small primary">${t('send')}</button></form>` : nothing}
      </div></article>`;
  }

  #askForm() {
    if (this.state.meeting?.settings.questions === false) return html`<footer><small>${t('question.off')}</small></footer>`;
    return html`<form class="ask" @submit=${this.#ask}>
      <div class="line"><input class="input" name="text" required maxlength="1000" autocomplete="off" data-testid="question-input" placeholder=${t('question.placeholder')} aria-label=${t('question.yours')} />
        <button class="button primary icon-only" aria-label=${t('question.ask')} data-testid="question-ask">${icon('send')}</button></div>
      <label class="check"><input type="checkbox" name="anonymous" data-testid="question-anonymous" />${t('question.anonymous')}</label></form>`;
  }

  #onTabKey(event: KeyboardEvent): void {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    this.tab = this.tab === 'polls' ? 'questions' : 'polls';
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[role=tab][aria-selected=true]')?.focus());
  }

  #vote(poll: PollView, index: number, input: HTMLInputElement): void {
    const others = poll.multiple ? (poll.mine ?? []).filter((choice) => choice !== index) : [];
    const choices = input.checked ? [...others, index] : others;
    // A vote for nothing is none: the last choice stays.
    if (choices.length === 0) input.checked = true;
    else this.#command({ type: 'poll.vote', poll: poll.id, choices });
  }

  #open(command: ClientCommandBody): void {
    this.asking = false;
    this.#command(command);
  }

  #ask(event: SubmitEvent): void {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    const text = String(data.get('text') ?? '').trim();
    if (text === '') return;
    this.#command({ type: 'question.ask', text: text.normalize('NFC'), anonymous: data.has('anonymous') });
    form.reset();
  }

  #startAnswer(id: number): void {
    this.answering = id;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>('[data-testid=question-answer-input]')?.focus());
  }

  #answer(event: SubmitEvent, question: number): void {
    event.preventDefault();
    const text = String(new FormData(event.target as HTMLFormElement).get('text') ?? '').trim();
    if (text !== '') this.#command({ type: 'question.answer', question, text: text.normalize('NFC') });
    this.answering = undefined;
  }

  #command(command: ClientCommandBody): void {
    this.dispatchEvent(new CustomEvent('command', { detail: command }));
  }
}

customElements.define('polls-panel', PollsPanel);
