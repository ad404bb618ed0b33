import { LitElement, css, html, nothing } from 'lit';
import type { MeetingModel } from '@conference/client';
import { icon } from '../icons.ts';
import { controls } from '../styles/shared.ts';
import { t } from '../i18n/language.ts';

const tickMs = 500;

/** Which breakout room one is in, and when it closes. Emits `back` and `choose`. */
export class RoomBanner extends LitElement {
  static override properties = { meeting: { attribute: false } };

  declare meeting: MeetingModel;
  #timer: ReturnType<typeof setInterval> | undefined;

  static override styles = [controls, css`
    div { display: flex; align-items: center; gap: 10px; min-height: 46px; padding: 4px 8px 4px 16px; border-radius: 14px; background: var(--surface-raised); border: 1px solid var(--line); font-size: var(--text-sm); font-weight: 600; box-shadow: var(--shadow-md); }
    b { color: var(--warn-text); font-variant-numeric: tabular-nums; }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.meeting.breakouts?.closesAt && this.requestUpdate(), tickMs);
  }

  override disconnectedCallback(): void {
    clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    const { breakouts, participants, you } = this.meeting;
    if (!breakouts) return nothing;
    const room = participants.find((participant) => participant.id === you)?.room;
    const left = breakouts.closesAt === undefined ? undefined : Math.max(0, Math.ceil((Date.parse(breakouts.closesAt) - Date.now()) / 1000));
    if (room === undefined && !breakouts.selfChosen) return nothing;
    return html`<div role="status" data-testid="room-banner" data-room=${room ?? nothing}>${icon('door')}${room === undefined ? t('rooms.areOpen') : breakouts.rooms[room]}
      ${left === undefined ? nothing : html`<b data-testid="room-countdown">${t('rooms.closesIn', { seconds: left })}</b>`}
      ${breakouts.selfChosen ? html`<button class="button small" data-testid="room-choose" @click=${() => this.dispatchEvent(new Event('choose'))}>${room === undefined ? t('rooms.choose') : t('rooms.other')}</button>` : nothing}
      ${room === undefined ? nothing : html`<button class="button small" data-testid="room-back" @click=${() => this.dispatchEvent(new Event('back'))}>${t('rooms.back')}</button>`}</div>`;
  }
}

customElements.define('room-banner', RoomBanner);
