import { LitElement, css, html } from 'lit';
import { deviceField } from '../meeting/device-fields.ts';
import { controls } from '../styles/shared.ts';
import type { LocalMedia } from './local-media.ts';

/** The choice of microphone and camera, side by side where there is room. */
export class DeviceChoices extends LitElement {
  static override properties = { local: { attribute: false } };

  declare local: LocalMedia;
  readonly #onChange = (): void => this.requestUpdate();

  static override styles = [controls, css`
    :host { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: var(--space-3); min-width: 0; align-self: start; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.local.addEventListener('change', this.#onChange);
  }

  override disconnectedCallback(): void {
    this.local.removeEventListener('change', this.#onChange);
    super.disconnectedCallback();
  }

  override render() {
    return html`${deviceField(this.local, 'microphone')}${deviceField(this.local, 'camera')}`;
  }
}

customElements.define('device-choices', DeviceChoices);
