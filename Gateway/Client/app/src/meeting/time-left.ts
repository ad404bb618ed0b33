import { LitElement, css, html, nothing } from 'lit';
import type { MeetingModel } from '@conference/client';
import { icon } from '../icons.ts';
import { controls } from '../styles/shared.ts';
import { t } from '../i18n/language.ts';

const warnMinutes = 5;
const tickMs = 5_000;

/** Minutes until the meeting ends by itself, rounded up; undefined: it does not, or not soon. */
export function minutesLeft(meeting: Pick<MeetingModel, 'settings' | 'startedAt'>, now: number): number | undefined {
  if (meeting.settings.maxMinutes <= 0 || meeting.startedAt === undefined) return undefined;
  const left = Math.ceil((Date.parse(meeting.startedAt) + meeting.settings.maxMinutes * 60_000 - now) / 60_000);
  return left <= warnMinutes ? Math.max(left, 0) : undefined;
}

/** Says when the meeting ends by itself soon. */
export class TimeLeft extends LitElement {
  static override properties = { meeting: { attribute: false } };

  declare meeting: MeetingModel;
  #timer: ReturnType<typeof setInterval> | undefined;

  static override styles = [controls, css`
    div { display: flex; align-items: center; gap: 10px; min-height: 40px; padding: 4px 16px; border-radius: 14px; background: var(--warn-soft); color: var(--warn-text); font-size: var(--text-sm); font-weight: 600; box-shadow: var(--shadow-md); }
  `];

  override connectedCallback(): void {
    super.connectedCallback();
    this.#timer = setInterval(() => this.requestUpdate(), tickMs);
  }

  override disconnectedCallback(): void {
    clearInterval(this.#timer);
    super.disconnectedCallback();
  }

  override render() {
    const left = minutesLeft(this.meeting, Date.now());
    if (left === undefined) return nothing;
    return html`<div role="status" data-testid="time-left">${icon('warning')}${left === 0 ? t('timeLeft.now') : left === 1 ? t('timeLeft.soon') : t('timeLeft.minutes', { count: left })}</div>`;
  }
}

customElements.define('time-left', TimeLeft);
