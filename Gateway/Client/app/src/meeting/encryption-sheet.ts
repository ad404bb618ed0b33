import { LitElement, css, html, nothing } from 'lit';
import type { EncryptionStatus, MeetingModel } from '@conference/client';
import { t } from '../i18n/language.ts';
import { icon } from '../icons.ts';
import { parseDestination } from '../links.ts';
import { controls } from '../styles/shared.ts';
import './modal-dialog.ts';

/** What the lock means: how things stand, what is protected and what is not, and a place for the key where it is missing. Emits `key` (detail: the key) and `close`. */
export class EncryptionSheet extends LitElement {
  static override properties = { status: { attribute: false }, meeting: { attribute: false }, bad: { state: true } };

  declare status: EncryptionStatus;
  declare meeting: MeetingModel;
  declare bad: boolean;

  constructor() {
    super();
    this.bad = false;
  }

  static override styles = [controls, css`
    .sheet { display: grid; gap: var(--space-4); max-width: 52ch; }
    .state { display: grid; grid-template-columns: auto 1fr; gap: 12px; align-items: start; padding: 14px 16px; border-radius: var(--radius-md); background: var(--warn-soft); color: var(--warn-text); font-size: var(--text-sm); }
    .state.on { background: var(--accent-soft); color: var(--accent-text); }
    .state strong { display: block; margin-bottom: 2px; }
    .state svg.icon { width: 22px; height: 22px; }
    h3 { font-size: var(--text-sm); margin: 0 0 2px; }
    p { color: var(--text-soft); font-size: var(--text-sm); text-wrap: pretty; }
    output { display: block; padding: 10px 14px; margin: 4px 0 6px; border-radius: var(--radius-md); background: var(--surface-sunken); font: 600 1.0625rem/1.5 ui-monospace, monospace; letter-spacing: 0.04em; text-align: center; }
    form { display: grid; gap: var(--space-3); }
    .trust { border-top: 1px solid var(--line); padding-top: var(--space-3); }
  `];

  override render() {
    const { phase, code, unproven } = this.status;
    const names = unproven.map((id) => this.meeting.participants.find((participant) => participant.id === id)?.displayName ?? t('somebody'));
    return html`<modal-dialog heading=${t('encryption.title')} data-testid="encryption-sheet" @close=${() => this.dispatchEvent(new Event('close'))}>
      <div class="sheet">
        <div class="state ${phase === 'on' ? 'on' : ''}" data-testid="encryption-state" data-phase=${phase}>${icon(phase === 'on' ? 'lock' : 'warning')}<div><strong>${t(`encryption.lock.${phase}`)}</strong>${t(`encryption.state.${phase}`)}</div></div>
        ${phase === 'missing' || phase === 'wrong' ? this.#entry() : nothing}
        ${code ? html`<section><h3>${t('encryption.code')}</h3><output data-testid="encryption-code">${code}</output><p>${t('encryption.code.help')}</p></section>` : nothing}
        ${names.length > 0 && phase !== 'missing' && phase !== 'wrong' ? html`<p data-testid="encryption-unproven">${t('encryption.unproven', { names: names.join(', '), count: names.length })}</p>` : nothing}
        <section><h3>${t('encryption.protected')}</h3><p>${t('encryption.protected.list')}</p></section>
        <section><h3>${t('encryption.open')}</h3><p>${t('encryption.open.list')}</p></section>
        <section><h3>${t('encryption.not')}</h3><p>${t('encryption.not.list')}</p></section>
        <p class="trust">${t('encryption.trust')}</p>
      </div></modal-dialog>`;
  }

  #entry() {
    return html`<form @submit=${this.#submit}>
      <label class="field"><span>${t('encryption.enter.help')}</span>
        <input class="input ${this.bad ? 'invalid' : ''}" name="link" required autocomplete="off" spellcheck="false" data-testid="key-link-input" @input=${() => (this.bad = false)} /></label>
      ${this.bad ? html`<div class="notice error" role="alert">${t('encryption.enter.bad')}</div>` : nothing}
      <button class="button primary" data-testid="key-link-save">${t('encryption.enter')}</button>
    </form>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const given = parseDestination(String(new FormData(event.target as HTMLFormElement).get('link') ?? ''));
    if (given?.key && given.code === this.meeting.code) this.dispatchEvent(new CustomEvent('key', { detail: given.key }));
    else this.bad = true;
  }
}

customElements.define('encryption-sheet', EncryptionSheet);
