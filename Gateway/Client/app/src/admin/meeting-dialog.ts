import { LitElement, css, html, nothing, type TemplateResult } from 'lit';
import { ApiError } from '@conference/client';
import { locale, t } from '../i18n/language.ts';
import { controls } from '../styles/shared.ts';
import '../meeting/modal-dialog.ts';
import type { AdminApi, MeetingDetails, MeetingQuality, Person, PersonQuality, SentQuality } from './admin-api.ts';
import { healthOf, topLayer } from './quality-words.ts';

const refreshEveryMs = 2000;

type Asked = { readonly question: string; readonly act: string; readonly go: () => Promise<void> };

/** One meeting: who is in it and how their media fares, to remove somebody or to end it. What cannot be taken back is asked first. Emits `close`. */
export class AdminMeetingDialog extends LitElement {
  static override properties = { api: { attribute: false }, details: { attribute: false }, quality: { state: true }, asked: { state: true }, problem: { state: true } };

  declare api: AdminApi;
  declare details: MeetingDetails;
  declare quality: MeetingQuality | null;
  declare asked: Asked | null;
  declare problem: string;
  #timer = 0;

  constructor() {
    super();
    this.quality = null;
    this.asked = null;
    this.problem = '';
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = window.setInterval(() => void this.#measure(), refreshEveryMs);
    void this.updateComplete.then(() => this.#measure());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.clearInterval(this.#timer);
  }

  static override styles = [controls, css`
    ul { display: grid; max-height: 50dvh; overflow-y: auto; border: 1px solid var(--line); border-radius: var(--radius-md); }
    li { display: grid; grid-template-columns: 1fr auto; align-items: start; gap: 0 var(--space-3); padding: 10px 14px; border-bottom: 1px solid var(--line); }
    li:last-child { border-bottom: 0; }
    .who { min-width: 0; }
    .who strong { display: block; overflow-wrap: anywhere; }
    .soft { color: var(--text-soft); font-size: var(--text-sm); }
    .actions { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: var(--space-2); margin-top: var(--space-4); }
    .media { display: grid; grid-template-columns: auto 1fr; gap: 4px var(--space-3); grid-column: 1 / -1; margin-top: var(--space-2); font-size: var(--text-sm); font-variant-numeric: tabular-nums; }
    .media dt { color: var(--text-soft); }
    .media dd { display: flex; flex-wrap: wrap; gap: 0 var(--space-3); margin: 0; }
    .media dd span { white-space: nowrap; }
    .dot { display: inline-block; inline-size: 10px; block-size: 10px; margin-inline-end: 8px; border-radius: 50%; background: var(--text-soft); }
    .dot.good { background: var(--speaking); }
    .dot.fair { background: var(--warn-text); }
    .dot.poor { background: var(--danger); }
    .notice { align-items: center; margin-top: var(--space-4); }
    .notice p { flex: 1; }
  `];

  override render() {
    const { details, asked } = this;
    return html`<modal-dialog wide @close=${() => this.dispatchEvent(new Event('close'))} .heading=${details.title}>
      <ul data-testid="admin-people">${details.participants.map((person) => this.#person(person))}</ul>
      ${this.quality && this.quality.silentPods.length > 0 ? html`<p class="notice warn">${t('admin.silentPods', { pods: this.quality.silentPods.join(', ') })}</p>` : nothing}
      ${this.problem ? html`<p class="notice error" role="alert">${this.problem}</p>` : nothing}
      ${asked ? html`<div class="notice warn" role="alertdialog" aria-label=${asked.question}><p>${asked.question}</p>
          <button class="button small" @click=${() => (this.asked = null)}>${t('cancel')}</button>
          <button class="button small danger" data-testid="admin-sure" @click=${asked.go}>${asked.act}</button></div>`
        : html`<div class="actions"><button class="button danger" data-testid="admin-end" @click=${this.#end}>${t('admin.end')}</button></div>`}
    </modal-dialog>`;
  }

  #person(person: Person) {
    const sends = person.sending.length === 0 ? t('admin.nothing') : person.sending.map(sourceText).join(', ');
    const quality = this.quality?.participants.find((one) => one.id === person.id);
    const health = healthOf(quality);
    return html`<li data-testid="admin-person"><span class="who"><strong><span class="dot ${health}" role="img" aria-label=${t(`admin.health.${health}`)} title=${t(`admin.health.${health}`)}></span>${person.displayName}</strong>
        <span class="soft">${t(`admin.role.${person.role as 'Host'}`)} · ${t(`admin.presence.${person.presence as 'Connected'}`)} · ${t('admin.sending')}: ${sends}</span></span>
      <button class="button small outline" data-testid="admin-remove" @click=${() => this.#remove(person)}>${t('admin.remove')}</button>${quality?.connected ? this.#media(quality) : nothing}</li>`;
  }

  #media(quality: PersonQuality) {
    const path = [
      quality.roundTripMs === undefined ? '' : t('admin.roundTrip', { value: Math.round(quality.roundTripMs) }), t('admin.loss', { value: figure(quality.lossPercent) }),
      quality.estimateKbps === undefined ? t('admin.gets', { value: rate(quality.sentKbps) }) : t('admin.getsOf', { value: rate(quality.sentKbps), most: rate(quality.estimateKbps) }), quality.podId,
    ];
    const sees = quality.sees.map((seen) => (seen.height === 0 ? t('admin.paused', { limit: seen.limit }) : `${seen.height}p ${Math.round(seen.framesPerSecond)} fps ${rate(seen.kbps)}`));
    return html`<dl class="media" data-testid="admin-media"><dt>${t('admin.path')}</dt><dd>${parts(path)}</dd>
      ${quality.sends.filter((sent) => sent.codec !== undefined).map((sent) => html`<dt>${sourceText(sent.source)}</dt><dd>${this.#sent(sent)}</dd>`)}
      ${sees.length > 0 ? html`<dt>${t('admin.sees')}</dt><dd>${parts(sees)}</dd>` : nothing}</dl>`;
  }

  #sent(sent: SentQuality): readonly TemplateResult[] {
    const top = topLayer(sent);
    if (!top) return parts([t('admin.nothing')]);
    const off = sent.layers.filter((layer) => layer.off).length;
    return parts([
      codec(sent.codec), top.height > 0 ? `${top.width} × ${top.height}` : '', rate(top.kbps), t('admin.loss', { value: figure(top.lossPercent) }), t('admin.jitter', { value: Math.round(top.jitterMs) }),
      sent.layers.length > 1 ? t('admin.layers', { running: sent.layers.length - off, all: sent.layers.length }) : '', sent.muted ? t('admin.mutedByHost') : '',
    ]);
  }

  async #measure(): Promise<void> {
    try {
      this.quality = await this.api.quality(this.details.id);
    } catch {
      this.quality = null; // a meeting that is over, or a service that is away: the page behind says so
    }
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

// Each stays whole where the line ends.
function parts(texts: readonly string[]): readonly TemplateResult[] {
  return texts.filter((text) => text !== '').map((text) => html`<span>${text}</span>`);
}

function codec(name: string | undefined): string {
  return name === undefined ? '' : name === 'Opus' ? name : name.toUpperCase();
}

function figure(value: number): string {
  return value.toLocaleString(locale(), { maximumFractionDigits: 1 });
}

function rate(kbps: number): string {
  return kbps >= 1000 ? t('admin.megabits', { value: figure(kbps / 1000) }) : t('admin.kilobits', { value: figure(kbps) });
}

function sourceText(source: string): string {
  return t(source === 'Microphone' ? 'microphone' : source === 'Camera' ? 'camera' : source === 'Screen' ? 'admin.screen' : 'admin.screenSound');
}

customElements.define('admin-meeting', AdminMeetingDialog);
