import { LitElement, css, html } from 'lit';
import type { ParticipantView } from '@conference/client';
import { controls } from '../styles/shared.ts';
import './modal-dialog.ts';
import { t } from '../i18n/language.ts';

/** Asks the only host who leaves who is host then. Emits `leave` (detail: the id, or undefined for nobody) and `close`. */
export class HandoverDialog extends LitElement {
  static override properties = { people: { attribute: false } };

  declare people: readonly ParticipantView[];

  static override styles = [controls, css`
    form { display: grid; gap: var(--space-4); }
    p { color: var(--text-soft); }
    .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: var(--space-2); }
  `];

  override render() {
    return html`<modal-dialog heading=${t('handover.title')} data-testid="handover-dialog" @close=${() => this.dispatchEvent(new Event('close'))}>
      <form @submit=${this.#submit}>
        <p>${t('handover.help')}</p>
        <label class="field"><span>${t('handover.who')}</span><select class="input" name="who" data-testid="successor">${this.people.map((p) => html`<option value=${p.id}>${p.displayName}</option>`)}</select></label>
        <div class="actions"><button type="button" class="button ghost" data-testid="leave-without" @click=${() => this.#leave(undefined)}>${t('handover.without')}</button>
          <button class="button primary" data-testid="handover-confirm">${t('handover.confirm')}</button></div>
      </form></modal-dialog>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    this.#leave(String(new FormData(event.target as HTMLFormElement).get('who') ?? '') || undefined);
  }

  #leave(successor: string | undefined): void {
    this.dispatchEvent(new CustomEvent('leave', { detail: successor }));
  }
}

customElements.define('handover-dialog', HandoverDialog);
