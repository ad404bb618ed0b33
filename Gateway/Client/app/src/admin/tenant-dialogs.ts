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
  p { color: var(--text-soft); font-size: var(--text-sm); margin-bottom: var(--space-3); }
`;

function problemOf(error: unknown): string {
  return error instanceof ApiError ? t('admin.failed', { reason: error.message }) : t('admin.away');
}

/** What a tenant may use. Emits `close`. */
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
      ${this.problem ? html`<p class="notice error" role="alert">${this.problem}</p>` : nothing}
      <div class="actions"><button class="button primary" data-testid="save-quotas">${t('save')}</button></div></form></modal-dialog>`;
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

customElements.define('tenant-quotas', TenantQuotas);
customElements.define('new-tenant', NewTenant);
