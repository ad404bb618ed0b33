import { LitElement, css, html, nothing } from 'lit';
import { newLinkKey, type CreateMeetingResponse } from '@conference/client';
import { t } from '../i18n/language.ts';
import { fieldStyles, planFields, requestOf, settingFields } from '../meeting-fields.ts';
import '../meeting/modal-dialog.ts';
import { scheduleOf } from '../schedule.ts';
import { controls } from '../styles/shared.ts';
import { joinProblem } from '../texts.ts';
import { changeOwnMeeting, createOwnMeeting, type OwnMeeting } from './account-api.ts';

/** What the editor made: a meeting, and the key that only this page knows where it is encrypted. */
export interface Made {
  readonly meeting: CreateMeetingResponse;
  readonly key: string | undefined;
}

/** Plans a meeting, or changes when and under what name one is. Emits `saved` (detail: {@link Made}, or nothing) and `close`. */
export class MeetingEditor extends LitElement {
  static override properties = { meeting: { attribute: false }, busy: { state: true }, problem: { state: true } };

  /** The one to change; null: a new one. */
  declare meeting: OwnMeeting | null;
  declare busy: boolean;
  declare problem: string;

  constructor() {
    super();
    this.meeting = null;
    this.busy = false;
    this.problem = '';
  }

  static override styles = [controls, fieldStyles, css`
    form { display: grid; gap: var(--space-4); }
    .actions { display: flex; justify-content: flex-end; gap: var(--space-2); }
    details summary { cursor: pointer; font-size: var(--text-sm); color: var(--text-soft); font-weight: 550; border-radius: 6px; width: fit-content; }
    details[open] summary { margin-bottom: var(--space-3); }
    @media (max-width: 480px) { .pair { grid-template-columns: 1fr; } }
  `];

  override render() {
    const { meeting } = this;
    return html`<modal-dialog @close=${this.#close} .heading=${meeting ? t('my.edit') : t('my.plan')}><form @submit=${this.#save}>
      <div class="options">${planFields(meeting?.title, meeting?.schedule)}</div>
      ${meeting ? nothing : html`<details><summary>${t('start.options')}</summary><div class="options">${settingFields()}</div></details>`}
      ${this.problem ? html`<p class="notice error" role="alert" data-testid="editor-problem">${this.problem}</p>` : nothing}
      <div class="actions"><button class="button primary" data-testid="save-meeting" ?disabled=${this.busy}>${this.busy ? html`<span class="spinner"></span>` : nothing}${meeting ? t('save') : t('my.plan')}</button></div></form></modal-dialog>`;
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    this.busy = true;
    this.problem = '';
    try {
      if (this.meeting) await this.#change(this.meeting, data);
      else await this.#create(data);
    } catch (error) {
      const { title, help } = joinProblem(error);
      this.problem = `${title}. ${help}`;
    } finally {
      this.busy = false;
    }
  }

  async #change(meeting: OwnMeeting, data: FormData): Promise<void> {
    const schedule = scheduleOf(data);
    await changeOwnMeeting(meeting, { title: String(data.get('title') ?? '').trim() || meeting.title, ...(schedule ? { schedule } : {}) });
    this.dispatchEvent(new CustomEvent('saved'));
  }

  async #create(data: FormData): Promise<void> {
    const request = requestOf(data);
    if (typeof request === 'string') {
      this.problem = request;
      return;
    }
    const key = request.settings?.encrypted ? newLinkKey() : undefined;
    const detail: Made = { meeting: await createOwnMeeting(request), key };
    this.dispatchEvent(new CustomEvent('saved', { detail }));
  }

  #close(): void {
    this.dispatchEvent(new Event('close'));
  }
}

customElements.define('meeting-editor', MeetingEditor);
