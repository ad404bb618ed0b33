import { LitElement, css, html, nothing } from 'lit';
import { ApiError } from '@conference/client';
import { t } from '../i18n/language.ts';
import { controls } from '../styles/shared.ts';
import '../meeting/modal-dialog.ts';
import type { AdminApi, MeetingDetails, Person } from './admin-api.ts';

type Asked = { readonly question: string; readonly act: string; readonly go: () => Promise<void> };

/** One meeting: who is in it, to remove somebody or to end it. What cannot be taken back is asked first. Emits `close`. */
export class AdminMeetingDialog extends LitElement {
  static override properties = { api: { attribute: false }, details: { attribute: false }, asked: { state: true }, problem: { state: true } };

  declare api: AdminApi;
  declare details: MeetingDetails;
  declare asked: Asked | null;
  declare problem: string;

  constructor() {
    super();
    this.asked = null;
    this.problem = '';
  }

  static override styles = [controls, css`
    ul { display: grid; max-height: 50dvh; overflow-y: auto; border: 1px solid var(--line); border-radius: var(--radius-md); }
    li { display: flex; align-items: center; gap: var(--space-3); padding: 10px 14px; border-bottom: 1px solid var(--line); }
    li:last-child { border-bottom: 0; }
    .who { flex: 1; min-width: 0; }
    .who strong { display: block; overflow-wrap: anywhere; }
    .soft { color: var(--text-soft); font-size: var(--text-sm); }
    .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: var(--space-2); margin-top: var(--space-4); }
    .notice { align-items: center; margin-top: var(--space-4); }
    .notice p { flex: 1; }
  `];

  override render() {
    const { details, asked } = this;
    return html`<modal-dialog @close=${() => this.dispatchEvent(new Event('close'))} .heading=${details.title}>
      <ul data-testid="admin-people">${details.participants.map((person) => this.#person(person))}</ul>
      ${this.problem ? html`<p class="notice error" role="alert">${this.problem}</p>` : nothing}
      ${asked ? html`<div class="notice warn" role="alertdialog" aria-label=${asked.question}><p>${asked.question}</p>
          <button class="button small" @click=${() => (this.asked = null)}>${t('cancel')}</button>
          <button class="button small danger" data-testid="admin-sure" @click=${asked.go}>${asked.act}</button></div>`
        : html`<div class="actions"><button class="button danger" data-testid="admin-end" @click=${this.#end}>${t('admin.end')}</button></div>`}
    </modal-dialog>`;
  }

  #person(person: Person) {
    const sends = person.sending.length === 0 ? t('admin.nothing') : person.sending.map((source) => (source === 'Microphone' ? t('microphone') : source === 'Camera' ? t('camera') : source)).join(', ');
    return html`<li data-testid="admin-person"><span class="who"><strong>${person.displayName}</strong>
        <span class="soft">${t(`admin.role.${person.role as 'Host'}`)} · ${t(`admin.presence.${person.presence as 'Connected'}`)} · ${t('admin.sending')}: ${sends}</span></span>
      <button class="button small outline" data-testid="admin-remove" @click=${() => this.#remove(person)}>${t('admin.remove')}</button></li>`;
  }

  #remove(person: Person): void {
    this.asked = {
      question: t('admin.removeSure', { name: person.displayName }), act: t('admin.remove'),
      go: () => this.#do(async () => {
        await this.api.remove(this.details.id, person.id);
        this.details = { ...this.details, participants: this.details.participants.filter((other) => other.id !== person.id) };
      }),
    };
  }

  #end(): void {
    this.asked = {
      question: t('admin.endSure', { title: this.details.title }), act: t('admin.end'),
      go: () => this.#do(async () => {
        await this.api.end(this.details.id);
        this.dispatchEvent(new Event('close'));
      }),
    };
  }

  async #do(act: () => Promise<void>): Promise<void> {
    this.asked = null;
    try {
      await act();
      this.problem = '';
    } catch (error) {
      this.problem = error instanceof ApiError ? t('admin.failed', { reason: error.message }) : t('admin.away');
    }
  }
}

customElements.define('admin-meeting', AdminMeetingDialog);
