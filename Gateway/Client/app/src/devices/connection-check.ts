import { LitElement, css, html, nothing } from 'lit';
import { testConnection, type ConnectionReport } from '@conference/client';
import { icon } from '../icons.ts';
import { t } from '../i18n/language.ts';
import { controls } from '../styles/shared.ts';

/** Tries the way to the media server before joining, and says in words what it is good for. */
export class ConnectionCheck extends LitElement {
  static override properties = { code: { type: String }, running: { state: true }, report: { state: true } };

  declare code: string;
  declare running: boolean;
  declare report: ConnectionReport | undefined;

  constructor() {
    super();
    this.running = false;
  }

  static override styles = [controls, css`
    :host { display: grid; gap: var(--space-3); min-width: 0; align-self: start; }
    .line { display: flex; align-items: center; gap: 10px; color: var(--text-soft); font-size: var(--text-sm); }
    .line small { font-size: var(--text-xs); }
    dl { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0; font-size: var(--text-xs); }
    dl div { display: flex; gap: 6px; }
    dd { margin: 0; font-weight: 650; font-variant-numeric: tabular-nums; }
    .notice { box-shadow: none; }
  `];

  override render() {
    return html`<div class="line"><button type="button" class="button small outline" data-testid="connection-test-button" ?disabled=${this.running} @click=${this.#run}>
        ${this.running ? html`<span class="spinner"></span>` : icon('signal')}${this.running ? t('test.running') : t(this.report ? 'test.again' : 'test.run')}</button>${this.report ? nothing : html`<small>${t('test.help')}</small>`}</div>
      <div role="status" aria-live="polite">${this.report && !this.running ? this.#verdict(this.report) : nothing}</div>`;
  }

  #verdict({ verdict, figures }: ConnectionReport) {
    const kind = verdict === 'good' ? 'info' : verdict === 'fair' || verdict === 'tcp' ? 'warn' : 'error';
    return html`<div class="notice ${kind}" data-testid="connection-verdict" data-verdict=${verdict}>${icon(verdict === 'good' ? 'check' : 'warning')}<div><strong>${t(`test.${verdict}.title`)}</strong>${t(`test.${verdict}.help`)}
      ${figures ? html`<dl>
        <div><dt>${t('test.roundTrip')}</dt><dd data-testid="connection-round-trip">${t('test.ms', { ms: Math.round(figures.roundTripMs) })}</dd></div>
        <div><dt>${t('test.jitter')}</dt><dd>${t('test.ms', { ms: Math.round(figures.jitterMs) })}</dd></div>
        ${figures.lossPercent === undefined ? nothing : html`<div><dt>${t('test.loss')}</dt><dd data-testid="connection-loss">${t('test.percent', { percent: figures.lossPercent.toFixed(1) })}</dd></div>`}
        <div><dt>${t('test.way')}</dt><dd>${t(`test.way.${figures.way}`)}</dd></div></dl>` : nothing}</div></div>`;
  }

  async #run(): Promise<void> {
    this.running = true;
    // A tone that nobody hears: the microphone may be off, and silence is hardly sent.
    const context = new AudioContext();
    const tone = new OscillatorNode(context, { frequency: 220 });
    const out = context.createMediaStreamDestination();
    tone.connect(out);
    tone.start();
    await context.resume().catch(() => undefined);
    try {
      const [track] = out.stream.getAudioTracks();
      if (track) this.report = await testConnection(this.code, { track });
    } finally {
      tone.stop();
      void context.close();
      this.running = false;
    }
  }
}

customElements.define('connection-check', ConnectionCheck);
