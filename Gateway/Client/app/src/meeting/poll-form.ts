import { LitElement, css, html, nothing } from 'lit';
import type { ClientCommandBody } from '@conference/client';
import { icon } from '../icons.ts';
import { controls } from '../styles/shared.ts';
import { t } from '../i18n/language.ts';

const mostOptions = 10;

/** A new poll. Emits `command` (detail: a command of the protocol) and `cancel`. */
export class PollForm extends LitElement {
  static override properties = { options: { state: true } };

  declare options: readonly number[];
  #next = 2;

  constructor() {
    super();
    this.options = [0, 1];
  }

  static override styles = [controls, css`
    form { display: grid; gap: var(--space-3); padding: 4px 2px; }
    .option { display: flex; gap: 6px; }
    .check { display: flex; align-items: center; gap: 10px; min-height: 36px; font-size: var(--text-sm); }
    .check input { width: 18px; height: 18px; accent-color: var(--accent); margin: 0; }
    .line { display: flex; gap: 8px; justify-content: flex-end; }
  `];

  override render() {
    const check = (name: string, text: string, on: boolean) => html`<label class="check"><input type="checkbox" name=${name} data-testid=${`poll-${name}`} ?checked=${on} />${text}</label>`;
    return html`<form data-testid="poll-form" @submit=${this.#submit}>
      <label class="field"><span>${t('poll.question')}</span><input class="input" name="question" required maxlength="200" autocomplete="off" data-testid="poll-question" autofocus /></label>
      <div class="field"><span>${t('poll.answers')}</span>
        ${this.options.map((key, index) => html`<div class="option"><input class="input" name="option" required maxlength="200" autocomplete="off" data-testid="poll-answer" data-key=${key} aria-label=${t('poll.answer', { number: index + 1 })} placeholder=${t('poll.answer', { number: index + 1 })} />
          ${this.options.length > 2 ? html`<button type="button" class="button ghost icon-only" aria-label=${t('poll.removeAnswer', { number: index + 1 })} @click=${() => this.#remove(key)}>${icon('close')}</button>` : nothing}</div>`)}
        ${this.options.length < mostOptions ? html`<button type="button" class="button small ghost" data-testid="poll-add" @click=${() => (this.options = [...this.options, this.#next++])}>${icon('plus')}${t('poll.more')}</button>` : nothing}
      </div>
      <div>${check('multiple', t('poll.multiple'), false)}${check('anonymous', t('poll.makeAnonymous'), true)}${check('results', t('poll.results'), true)}</div>
      <div class="line"><button type="button" class="button ghost" @click=${() => this.dispatchEvent(new Event('cancel'))}>${t('cancel')}</button><button class="button primary" data-testid="poll-start">${t('poll.start')}</button></div>
    </form>`;
  }

  #remove(key: number): void {
    // The fields keep what is typed in them: each value moves up from the one behind it.
    const fields = [...this.renderRoot.querySelectorAll<HTMLInputElement>('input[name=option]')];
    const values = fields.map((field) => field.value);
    values.splice(this.options.indexOf(key), 1);
    this.options = this.options.filter((other) => other !== key);
    void this.updateComplete.then(() => this.renderRoot.querySelectorAll<HTMLInputElement>('input[name=option]').forEach((field, index) => (field.value = values[index] ?? '')));
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const text = (value: FormDataEntryValue | null): string => String(value ?? '').trim().normalize('NFC');
    const detail: ClientCommandBody = {
      type: 'poll.open', question: text(data.get('question')), options: data.getAll('option').map(text), multiple: data.has('multiple'), anonymous: data.has('anonymous'), resultsToAll: data.has('results'),
    };
    this.dispatchEvent(new CustomEvent('command', { detail }));
  }
}

customElements.define('poll-form', PollForm);
