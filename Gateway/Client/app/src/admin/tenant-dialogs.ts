import { LitElement, css, html, nothing } from 'lit';
import { ApiError } from '@conference/client';
import { t } from '../i18n/language.ts';
import { controls } from '../styles/shared.ts';
import '../meeting/modal-dialog.ts';
import type { AdminApi, Bitrate, Quotas, Tenant } from './admin-api.ts';

const form = css`
  form { display: grid; gap: var(--space-4); }
  .actions { display: flex; justify-content: flex-end; gap: var(--space-2); }
  code { display: block; padding: 12px 14px; border-radius: var(--radius-md); background: var(--surface-sunken); overflow-wrap: anywhere; user-select: all; font-size: var(--text-sm); }
  .check { display: flex; gap: var(--space-3); align-items: flex-start; }
  .check input { margin-top: 3px; inline-size: 18px; block-size: 18px; accent-color: var(--accent); }
  .check span { display: grid; gap: 2px; }
  .check small { color: var(--text-soft); }
  .actions .remove { margin-inline-end: auto; color: var(--danger-text); }
  p.notice { color: inherit; margin-bottom: 0; }
  p { color: var(--text-soft); font-size: var(--text-sm); margin-bottom: var(--space-3); }
`;

function problemOf(error: unknown): string {
  return error instanceof ApiError ? t('admin.failed', { reason: error.message }) : t('admin.away');
}

/** What a tenant may use, how people come in, and its end. Emits `close`; `delete` when it is to be deleted. */
export class TenantQuotas extends LitElement {
  static override properties = { api: { attribute: false }, tenant: { attribute: false }, problem: { state: true } };

  declare api: AdminApi;
  declare tenant: Tenant;
  declare problem: string;

  constructor() {
    super();
    this.problem = '';
  }

  static override styles = [controls, form];

  override render() {
    const { quotas, name } = this.tenant;
    return html`<modal-dialog @close=${() => this.dispatchEvent(new Event('close'))} .heading=${t('admin.quotasOf', { name })}><form @submit=${this.#save}>
      ${this.#field('meetings', t('admin.quotaMeetings'), quotas.meetings, 1_000_000)}
      ${this.#field('participants', t('admin.quotaParticipants'), quotas.participants, 1_000_000)}
      ${this.#field('minutesPerMonth', t('admin.quotaMinutes'), quotas.minutesPerMonth, 1_000_000_000)}
      <label class="field"><span>${t('admin.bitrate')}</span><select class="input" name="bitrate" data-testid="quota-bitrate">
        ${(['Full', 'Standard', 'Basic'] as const).map((tier) => html`<option value=${tier} ?selected=${tier === quotas.bitrate}>${t(`admin.bitrate.${tier}`)}</option>`)}</select></label>
      <p>${t('admin.quotaHelp')}</p>
      <label class="check"><input type="checkbox" name="tokensOnly" data-testid="tokens-only" .checked=${this.tenant.tokensOnly ?? false} /><span>${t('admin.tokensOnly')}<small>${t('admin.tokensOnlyHelp')}</small></span></label>
      ${this.problem ? html`<p class="notice error" role="alert">${this.problem}</p>` : nothing}
      <div class="actions"><button type="button" class="button outline remove" data-testid="delete-tenant" @click=${() => this.dispatchEvent(new Event('delete'))}>${t('admin.deleteTenant')}</button>
        <button class="button primary" data-testid="save-quotas">${t('save')}</button></div></form></modal-dialog>`;
  }

  #field(name: string, label: string, value: number | undefined, most: number) {
    return html`<label class="field"><span>${label}</span><input class="input" type="number" min="1" max=${most} step="1" name=${name} data-testid="quota-${name}" .value=${String(value ?? '')} /></label>`;
  }

  async #save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const bound = (name: string): Record<string, number> => {
      const text = data.get(name);
      return typeof text === 'string' && text !== '' ? { [name]: Number(text) } : {};
    };
    const quotas: Quotas = { ...bound('meetings'), ...bound('participants'), ...bound('minutesPerMonth'), bitrate: data.get('bitrate') as Bitrate };
    try {
      await this.api.setQuotas(this.tenant.id, quotas);
      if (data.has('tokensOnly') !== (this.tenant.tokensOnly ?? false)) await this.api.setJoining(this.tenant.id, data.has('tokensOnly'));
      this.dispatchEvent(new Event('close'));
    } catch (error) {
      this.problem = problemOf(error);
    }
  }
}

/** Makes a tenant, and shows its key once. Emits `close`. */
export class NewTenant extends LitElement {
  static override properties = { api: { attribute: false }, made: { state: true }, problem: { state: true } };

  declare api: AdminApi;
  declare made: { readonly name: string; readonly key: string } | null;
  declare problem: string;

  constructor() {
    super();
    this.made = null;
    this.problem = '';
  }

  static override styles = [controls, form];

  override render() {
    if (this.made) {
      return html`<modal-dialog @close=${() => this.dispatchEvent(new Event('close'))} .heading=${t('admin.keyOf', { name: this.made.name })}><div><p>${t('admin.keyHelp')}</p><code data-testid="tenant-key">${this.made.key}</code></div></modal-dialog>`;
    }
    return html`<modal-dialog @close=${() => this.dispatchEvent(new Event('close'))} .heading=${t('admin.newTenant')}><form @submit=${this.#create}>
      <label class="field"><span>${t('admin.tenantId')}</span><input class="input" name="id" required maxlength="64" pattern="[A-Za-z0-9_\\-]+" autocomplete="off" data-testid="tenant-id" /><small>${t('admin.tenantIdHelp')}</small></label>
      <label class="field"><span>${t('admin.tenantName')}</span><input class="input" name="name" maxlength="64" autocomplete="off" data-testid="tenant-name" /></label>
      ${this.problem ? html`<p class="notice error" role="alert">${this.problem}</p>` : nothing}
      <div class="actions"><button class="button primary" data-testid="create-tenant">${t('admin.create')}</button></div></form></modal-dialog>`;
  }

  async #create(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    const [id, name] = [String(data.get('id')), String(data.get('name')).trim()];
    try {
      this.made = await this.api.createTenant(id, name === '' ? undefined : name);
    } catch (error) {
      this.problem = problemOf(error);
    }
  }
}

/** Deletes a tenant, once its id was typed. Emits `close`. */
export class DeleteTenant extends LitElement {
  static override properties = { api: { attribute: false }, tenant: { attribute: false }, problem: { state: true }, typed: { state: true }, live: { state: true }, busy: { state: true } };

  declare api: AdminApi;
  declare tenant: Tenant;
  declare problem: string;
  declare typed: string;
  declare live: boolean;
  declare busy: boolean;

  constructor() {
    super();
    [this.problem, this.typed, this.live, this.busy] = ['', '', false, false];
  }

  static override styles = [controls, form];

  override render() {
    const { id, name, usage } = this.tenant;
    const live = this.live || usage.meetings > 0;
    return html`<modal-dialog @close=${() => this.dispatchEvent(new Event('close'))} .heading=${t('admin.deleteOf', { name })}><form @submit=${this.#delete}>
      <p>${t('admin.deleteHelp')}</p>
      ${live ? html`<p class="notice warn" role="alert" data-testid="delete-live">${t('admin.deleteLive')}</p>` : nothing}
      <label class="field"><span>${t('admin.deleteType', { id })}</span><input class="input" autocomplete="off" spellcheck="false" data-testid="delete-typed" .value=${this.typed} @input=${(event: Event) => (this.typed = (event.target as HTMLInputElement).value)} /></label>
      ${this.problem ? html`<p class="notice error" role="alert">${this.problem}</p>` : nothing}
      <div class="actions"><button class="button danger" data-testid="delete-sure" ?disabled=${this.typed !== id || this.busy}>${live ? t('admin.deleteForce') : t('admin.deleteTenant')}</button></div></form></modal-dialog>`;
  }

  async #delete(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    if (this.typed !== this.tenant.id || this.busy) return;
    this.busy = true;
    try {
      await this.api.deleteTenant(this.tenant.id, this.live || this.tenant.usage.meetings > 0);
      this.dispatchEvent(new Event('close'));
    } catch (error) {
      // Somebody came in meanwhile: said, and asked again.
      if (error instanceof ApiError && error.reason === 'MeetingsLive') this.live = true;
      else this.problem = problemOf(error);
    } finally {
      this.busy = false;
    }
  }
}

customElements.define('tenant-quotas', TenantQuotas);
customElements.define('delete-tenant', DeleteTenant);
customElements.define('new-tenant', NewTenant);
