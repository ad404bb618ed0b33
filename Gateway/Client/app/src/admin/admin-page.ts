import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { ApiError } from '@conference/client';
import { brandMark, icon } from '../icons.ts';
import { locale, t } from '../i18n/language.ts';
import { controls, pages } from '../styles/shared.ts';
import '../pages/language-choice.ts';
import { AdminApi, type AdminMeeting, type MeetingDetails, type Overview, type Tenant } from './admin-api.ts';
import { adminStyles } from './admin-styles.ts';
import './meeting-dialog.ts';
import './tenant-dialogs.ts';

const storageKey = 'conference.admin';
const refreshEveryMs = 3000;
type Dialog = { readonly kind: 'meeting'; readonly details: MeetingDetails } | { readonly kind: 'quotas' | 'delete'; readonly tenant: Tenant } | { readonly kind: 'new' } | null;

/** The page for the operator of the installation: what runs, where, and for whom. */
export class AdminPage extends LitElement {
  static override properties = {
    api: { state: true }, overview: { state: true }, tenants: { state: true }, dialog: { state: true }, problem: { state: true }, tab: { state: true },
  };

  declare api: AdminApi | null;
  declare overview: Overview | null;
  declare tenants: readonly Tenant[];
  declare dialog: Dialog;
  declare problem: string;
  declare tab: 'meetings' | 'tenants' | 'pods';
  #timer = 0;

  constructor() {
    super();
    this.overview = null;
    this.tenants = [];
    this.dialog = null;
    this.problem = '';
    this.tab = 'meetings';
    const token = sessionStorage.getItem(storageKey);
    this.api = token ? new AdminApi(token) : null;
  }

  static override styles = [controls, pages, adminStyles];

  override connectedCallback(): void {
    super.connectedCallback();
    document.title = `${t('admin.title')} · Conference`;
    this.#timer = window.setInterval(() => void this.#refresh(), refreshEveryMs);
    void this.#refresh();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.#timer);
  }

  override render() {
    return html`
      <header class="top"><a class="brand" href="/">${brandMark}Conference</a>
        <span class="right"><language-choice></language-choice>
          ${this.api ? html`<button class="button ghost small" data-testid="admin-sign-out" @click=${this.#signOut}>${t('admin.signOut')}</button>` : nothing}</span></header>
      ${this.api ? html`<main class="desk">${this.#desk()}</main>` : html`<main>${this.#door()}</main>`}
      ${this.#dialogs()}`;
  }

  #door(): TemplateResult {
    return html`<form class="card door" @submit=${this.#signIn}>
      <h1>${t('admin.title')}</h1>
      <label class="field"><span>${t('admin.token')}</span>
        <input class="input" type="password" name="token" autocomplete="off" required data-testid="admin-token" /><small>${t('admin.tokenHelp')}</small></label>
      ${this.problem ? html`<p class="notice error" role="alert" data-testid="admin-problem">${this.problem}</p>` : nothing}
      <button class="button primary large wide" data-testid="admin-sign-in">${t('admin.signIn')}</button>
    </form>`;
  }

  #desk(): TemplateResult {
    const { overview } = this;
    if (!overview) return html`<p class="empty"><span class="spinner"></span></p>`;
    const pods = overview.regions.flatMap((region) => region.pods);
    const traffic = overview.regions.reduce((sum, region) => sum + region.egressMbps, 0);
    return html`
      <div class="headline"><h1>${t('admin.title')}</h1><span class="soft">${t('admin.version', { version: overview.version })}</span></div>
      ${this.problem ? html`<p class="notice warn" role="alert" data-testid="admin-problem">${this.problem}</p>` : nothing}
      <dl class="figures">
        ${this.#figure(t('admin.meetings'), number(overview.meetingCount), 'figure-meetings')}
        ${this.#figure(t('admin.participants'), number(overview.participants), 'figure-participants')}
        ${this.#figure(t('admin.pods'), number(pods.length), 'figure-pods')}
        ${this.#figure(t('admin.traffic'), megabits(traffic), 'figure-traffic')}
      </dl>
      <div class="tabs" role="tablist">${(['meetings', 'tenants', 'pods'] as const).map((tab) => html`
        <button role="tab" aria-selected=${this.tab === tab} data-testid="tab-${tab}" @click=${() => (this.tab = tab)}>${t(`admin.${tab}`)}</button>`)}</div>
      <section class="card sheet" role="tabpanel">${this.tab === 'meetings' ? this.#meetings(overview) : this.tab === 'tenants' ? this.#tenants() : this.#pods(overview)}</section>`;
  }

  #figure(name: string, value: string, id: string): TemplateResult {
    return html`<div class="card figure"><dt>${name}</dt><dd data-testid=${id}>${value}</dd></div>`;
  }

  #meetings(overview: Overview): TemplateResult {
    if (overview.meetings.length === 0) return html`<div class="empty">${icon('people')}<strong>${t('admin.noMeetings')}</strong><span>${t('admin.noMeetingsHelp')}</span></div>`;
    return html`<table><thead><tr><th>${t('admin.meeting')}</th><th>${t('admin.tenant')}</th><th class="end">${t('admin.participants')}</th><th>${t('admin.since')}</th><th></th></tr></thead>
      <tbody>${overview.meetings.map((meeting) => html`<tr data-testid="meeting-row">
        <td><strong>${meeting.title}</strong><span class="soft">${meeting.code}</span>${meeting.locked ? html`<span class="tag">${t('admin.locked')}</span>` : nothing}</td>
        <td>${meeting.tenantId}</td>
        <td class="end">${number(meeting.participants)}${meeting.lobby > 0 ? html`<span class="soft">${t('admin.waiting', { count: meeting.lobby })}</span>` : nothing}</td>
        <td>${time(meeting.since)}</td>
        <td class="end"><button class="button small" data-testid="show-meeting" @click=${() => this.#show(meeting)}>${t('admin.show')}</button></td></tr>`)}</tbody></table>`;
  }

  #tenants(): TemplateResult {
    return html`<div class="bar"><button class="button primary small" data-testid="new-tenant" @click=${() => (this.dialog = { kind: 'new' })}>${icon('plus')}${t('admin.newTenant')}</button></div>
      ${this.tenants.length === 0 ? html`<div class="empty">${icon('grid')}<strong>${t('admin.noTenants')}</strong></div>` : html`
      <table><thead><tr><th>${t('admin.tenant')}</th><th class="end">${t('admin.meetings')}</th><th class="end">${t('admin.participants')}</th><th class="end">${t('admin.minutes')}</th><th>${t('admin.bitrate')}</th><th></th></tr></thead>
      <tbody>${this.tenants.map((tenant) => html`<tr data-testid="tenant-row" data-tenant=${tenant.id}>
        <td><strong>${tenant.name}</strong><span class="soft">${tenant.id}</span>${tenant.deleting ? html`<span class="tag">${t('admin.deleting')}</span>` : tenant.tokensOnly ? html`<span class="tag">${t('admin.tokensOnlyTag')}</span>` : nothing}</td>
        <td class="end">${used(tenant.usage.meetings, tenant.quotas.meetings)}</td>
        <td class="end">${used(tenant.usage.participants, tenant.quotas.participants)}</td>
        <td class="end">${used(tenant.usage.minutes, tenant.quotas.minutesPerMonth)}</td>
        <td>${t(`admin.bitrate.${tenant.quotas.bitrate}`)}</td>
        <td class="end"><button class="button small" data-testid="show-quotas" ?disabled=${tenant.deleting ?? false} @click=${() => (this.dialog = { kind: 'quotas', tenant })}>${t('admin.quotas')}</button></td></tr>`)}</tbody></table>`}`;
  }

  #pods(overview: Overview): TemplateResult {
    const pods = overview.regions.flatMap((region) => region.pods);
    if (pods.length === 0) return html`<div class="empty">${icon('warning')}<strong>${t('admin.noPods')}</strong></div>`;
    return html`<table><thead><tr><th>${t('admin.pod')}</th><th>${t('admin.region')}</th><th class="end">${t('admin.participants')}</th><th class="end">${t('admin.meetings')}</th><th class="end">${t('admin.traffic')}</th><th>${t('admin.load')}</th></tr></thead>
      <tbody>${pods.map((pod) => html`<tr data-testid="pod-row">
        <td><strong>${pod.podId}</strong>${pod.draining ? html`<span class="tag">${t('admin.draining')}</span>` : nothing}</td>
        <td>${pod.region}</td><td class="end">${used(pod.participants, pod.capacity.participants)}</td><td class="end">${number(pod.meetings)}</td>
        <td class="end">${megabits(pod.egressMbps)}</td>
        <td><meter min="0" max="1" low="0.6" high="0.85" optimum="0" value=${pod.load} aria-label=${t('admin.load')}></meter> ${Math.round(pod.load * 100)} %</td></tr>`)}</tbody></table>`;
  }

  #dialogs(): TemplateResult | typeof nothing {
    const { api, dialog } = this;
    if (!api || !dialog) return nothing;
    const close = (): void => {
      this.dialog = null;
      void this.#refresh();
    };
    if (dialog.kind === 'meeting') return html`<admin-meeting .api=${api} .details=${dialog.details} @close=${close}></admin-meeting>`;
    if (dialog.kind === 'quotas') {
      const remove = (): void => {
        this.dialog = { kind: 'delete', tenant: dialog.tenant };
      };
      return html`<tenant-quotas .api=${api} .tenant=${dialog.tenant} @close=${close} @delete=${remove}></tenant-quotas>`;
    }
    if (dialog.kind === 'delete') return html`<delete-tenant .api=${api} .tenant=${dialog.tenant} @close=${close}></delete-tenant>`;
    return html`<new-tenant .api=${api} @close=${close}></new-tenant>`;
  }

  async #show(meeting: AdminMeeting): Promise<void> {
    try {
      if (this.api) this.dialog = { kind: 'meeting', details: await this.api.meeting(meeting.id) };
    } catch (error) {
      this.#failed(error);
    }
  }

  #signIn(event: SubmitEvent): void {
    event.preventDefault();
    const token = new FormData(event.target as HTMLFormElement).get('token');
    if (typeof token !== 'string' || token === '') return;
    sessionStorage.setItem(storageKey, token);
    this.api = new AdminApi(token);
    this.problem = '';
    void this.#refresh();
  }

  #signOut(): void {
    sessionStorage.removeItem(storageKey);
    this.api = null;
    this.overview = null;
    this.dialog = null;
  }

  async #refresh(): Promise<void> {
    const { api } = this;
    if (!api) return;
    try {
      const [overview, tenants] = await Promise.all([api.overview(), api.tenants()]);
      if (this.api === api) [this.overview, this.tenants, this.problem] = [overview, tenants, ''];
    } catch (error) {
      if (this.api === api) this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (!(error instanceof ApiError) || error.status >= 500) {
      this.problem = t('admin.away');
    } else if (error.status === 401) {
      this.#signOut();
      this.problem = t('admin.wrongToken');
    } else {
      this.problem = t('admin.failed', { reason: error.message });
    }
  }
}

function number(value: number): string {
  return value.toLocaleString(locale());
}

function megabits(value: number): string {
  return t('admin.megabits', { value: number(Math.round(value * 10) / 10) });
}

function time(at: string): string {
  return new Date(at).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
}

function used(value: number, most: number | undefined): TemplateResult {
  return html`${number(value)}${most === undefined ? nothing : html`<span class="soft most"> / ${number(most)}</span>`}`;
}

customElements.define('admin-page', AdminPage);
