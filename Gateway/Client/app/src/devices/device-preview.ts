import { LitElement, css, html, nothing } from 'lit';
import { icon } from '../icons.ts';
import { preferences } from '../preferences.ts';
import { controls } from '../styles/shared.ts';
import { measureLevel } from './level-meter.ts';
import type { LocalMedia } from './local-media.ts';
import { isShared, problemText, type DeviceKind, type DeviceProblem } from './problems.ts';
import { t } from '../i18n/language.ts';

/** The own picture and sound before joining, and what is wrong with them. */
export class DevicePreview extends LitElement {
  static override properties = { local: { attribute: false } };

  declare local: LocalMedia;

  #measured: MediaStreamTrack | undefined;
  #stopMeter: (() => void) | undefined;
  readonly #onChange = (): void => this.requestUpdate();

  static override styles = [controls, css`
    :host { display: grid; gap: var(--space-3); min-width: 0; }
    .screen { position: relative; aspect-ratio: 16 / 9; border-radius: var(--radius-lg); overflow: hidden; background: #11161c; color: #fff; box-shadow: var(--shadow-lg); display: grid; place-items: center; }
    video { position: absolute; inset: 0; width: 100%; height: 100%; object-fit: cover; }
    video.mirrored { transform: scaleX(-1); }
    .none { display: grid; justify-items: center; gap: 10px; color: #aeb8c5; font-weight: 550; padding: 24px 24px 72px; text-align: center; }
    .none svg.icon { width: 34px; height: 34px; }
    .toggles { position: absolute; bottom: 16px; left: 0; right: 0; display: flex; justify-content: center; gap: 12px; }
    .toggle { width: 52px; height: 52px; display: grid; place-items: center; border-radius: 18px; border: 0; background: rgb(255 255 255 / 16%); color: #fff; backdrop-filter: blur(10px); cursor: pointer; transition: background var(--quick); }
    .toggle:hover { background: rgb(255 255 255 / 26%); }
    .toggle.off { background: var(--danger); }
    .toggle svg.icon { width: 23px; height: 23px; }
    .meter { position: absolute; left: 16px; bottom: 28px; height: 28px; display: flex; gap: 4px; align-items: center; padding: 0 10px; border-radius: 10px; background: rgb(10 13 17 / 55%); }
    .meter i { width: 4px; border-radius: 2px; height: calc(4px + 14px * var(--level, 0)); background: #6ff0cf; }
    .meter i:nth-child(odd) { height: calc(4px + 9px * var(--level, 0)); }
    /* Above the shadow of the picture. */
    .problems { position: relative; display: grid; gap: var(--space-2); }
    .problems .button { margin-left: auto; align-self: center; }
    @media (max-width: 480px) { .problems .notice { flex-wrap: wrap; } .problems .notice > div { flex: 1 0 75%; } }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.local.addEventListener('change', this.#onChange);
  }

  override disconnectedCallback(): void {
    this.local.removeEventListener('change', this.#onChange);
    this.#stopMeter?.();
    super.disconnectedCallback();
  }

  override render() {
    const { camera, microphone } = this.local;
    const problems = this.local.starting ? [] : (['microphone', 'camera'] as const).filter((kind) => this.local[kind].on && this.local[kind].problem);
    const shared = problems.length === 2 && isShared(camera.problem, microphone.problem);
    return html`
      <div class="screen">
        ${camera.track ? html`<video class=${preferences().mirror ? 'mirrored' : ''} data-testid="preview" autoplay playsinline muted></video>`
          : html`<div class="none">${icon('cameraOff')}${camera.pending ? t('preview.waiting') : camera.on && camera.problem ? problemText('camera', camera.problem).title : t('preview.off')}</div>`}
        <div class="meter" role="img" aria-label=${t('preview.level')} ?hidden=${!microphone.track || !microphone.on}><i></i><i></i><i></i><i></i><i></i></div>
        <div class="toggles">
          ${this.#toggle('microphone', microphone.on && !microphone.problem, 'preview-mute')}
          ${this.#toggle('camera', camera.on && !camera.problem, 'preview-camera')}
        </div>
      </div>
      <div class="problems" aria-live="polite">
        ${shared ? this.#problem('both', camera.problem) : problems.map((kind) => this.#problem(kind, this.local[kind].problem))}
      </div>
    `;
  }

  protected override updated(): void {
    const video = this.renderRoot.querySelector('video');
    const { track } = this.local.camera;
    if (video && track && (video.srcObject as MediaStream | null)?.getVideoTracks()[0] !== track) {
      video.muted = true;
      video.srcObject = new MediaStream([track]);
    }
    const sound = this.local.microphone.track ?? undefined;
    if (sound === this.#measured) return;
    this.#stopMeter?.();
    this.#measured = sound;
    const meter = this.renderRoot.querySelector<HTMLElement>('.meter');
    this.#stopMeter = sound && meter ? measureLevel(sound, (level) => meter.style.setProperty('--level', level.toFixed(2))) : undefined;
  }

  /** @param on It is wanted and works; what does not work looks off, and a click tries it again. */
  #toggle(kind: DeviceKind, on: boolean, testid: string) {
    return html`<button type="button" class="toggle ${on ? '' : 'off'}" data-testid=${testid} aria-pressed=${on} aria-label=${t(kind)} title=${t(`turn${on ? 'Off' : 'On'}.${kind}`)}
      @click=${() => void this.local.set(kind, !on)}>${icon(kind === 'camera' ? (on ? 'camera' : 'cameraOff') : on ? 'mic' : 'micOff')}</button>`;
  }

  #problem(kind: DeviceKind | 'both', problem: DeviceProblem | undefined) {
    if (!problem) return nothing;
    const text = problemText(kind, problem);
    return html`<div class="notice warn" data-testid="device-problem" data-kind=${kind} data-problem=${problem}>${icon('warning')}
      <div><strong>${text.title}</strong>${text.help}</div>
      ${problem === 'insecure' ? nothing : html`<button type="button" class="button small" @click=${() => void (kind === 'both' ? this.local.start() : this.local.set(kind, true))}>${t('tryAgain')}</button>`}
    </div>`;
  }
}

customElements.define('device-preview', DevicePreview);
