import { LitElement, css, html } from 'lit';
import type { ClientCommandBody } from '@conference/client';
import { controls } from '../styles/shared.ts';
import './modal-dialog.ts';
import { t } from '../i18n/language.ts';

/** Asks once before everybody is muted, and whether they may unmute themselves. Emits `command` (detail: a command of the protocol) and `close`. */
export class MuteAllDialog extends LitElement {
  static override properties = { mayUnmute: { type: Boolean } };

  declare mayUnmute: boolean;

  static override styles = [controls, css`
    form { display: grid; gap: var(--space-4); }
    p { color: var(--text-soft); }
    .check { display: flex; align-items: center; gap: 10px; min-height: 44px; }
    .check input { width: 20px; height: 20px; accent-color: var(--accent); margin: 0; }
    .actions { display: flex; justify-content: flex-end; gap: var(--space-2); }
  `];

  override render() {
    return html`<modal-dialog heading=${t('muteAll.title')} data-testid="mute-all-dialog" @close=${() => this.dispatchEvent(new Event('close'))}>
      <form @submit=${this.#submit}>
        <p>${t('muteAll.help')}</p>
        <label class="check"><input type="checkbox" name="may" data-testid="may-unmute" .checked=${this.mayUnmute} />${t('muteAll.may')}</label>
        <div class="actions"><button type="button" class="button ghost" @click=${() => this.dispatchEvent(new Event('close'))}>${t('cancel')}</button>
          <button class="button primary" data-testid="mute-all-confirm">${t('muteAll.confirm')}</button></div>
      </form></modal-dialog>`;
  }

  #submit(event: SubmitEvent): void {
    event.preventDefault();
    const mayUnmute = new FormData(event.target as HTMLFormElement).has('may');
    const detail: ClientCommandBody = { type: 'host.mute', participantId: null, source: 'Microphone', mayUnmute };
    this.dispatchEvent(new CustomEvent('command', { detail }));
    this.dispatchEvent(new Event('close'));
  }
}

customElements.define('mute-all-dialog', MuteAllDialog);
