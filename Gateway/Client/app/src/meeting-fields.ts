import { css, html, type TemplateResult } from 'lit';
import type { MeetingSchedule, NewMeeting } from '@conference/client';
import { t } from './i18n/language.ts';
import { repeatField, scheduleOf, toLocal, zoneField } from './schedule.ts';

/** How the fields of a meeting stand. */
export const fieldStyles = css`
  .options { display: grid; gap: var(--space-3); }
  .check { display: flex; align-items: center; gap: 10px; font-size: var(--text-sm); }
  .check input { width: 18px; height: 18px; accent-color: var(--accent); margin: 0; flex: none; }
  .pair { display: grid; grid-template-columns: 1fr 1fr; gap: var(--space-3); }
  .pair > * { min-width: 0; }
`;

/** What a meeting is called and when it is. */
export function planFields(title = '', schedule?: MeetingSchedule): TemplateResult {
  const lasts = schedule ? Math.round((Date.parse(schedule.end) - Date.parse(schedule.start)) / 60_000) : 60;
  const choices = [...new Set([15, 30, 45, 60, 90, 120, 240, lasts])].sort((a, b) => a - b);
  const start = schedule ? toLocal(new Date(schedule.start), schedule.timeZone) : '';
  return html`
    <label class="field"><span>${t('schedule.title')}</span><input class="input" name="title" maxlength="200" placeholder=${t('start.titleHint')} data-testid="title-input" .value=${title} /></label>
    <label class="field"><span>${t('schedule.start')}</span><input class="input" type="datetime-local" name="start" data-testid="start-input" .value=${start} />${schedule ? '' : html`<small>${t('start.startHelp')}</small>`}</label>
    <label class="field"><span>${t('start.lasts')}</span><select class="input" name="minutes" data-testid="minutes-input">
      ${choices.map((minutes) => html`<option value=${minutes} ?selected=${minutes === lasts}>${minutes < 60 || minutes % 30 > 0 ? t('minutes', { count: minutes }) : t('hours', { count: minutes / 60 })}</option>`)}</select></label>
    <div class="pair">${zoneField(schedule?.timeZone)}${repeatField(schedule?.repeats)}</div>`;
}

/** How a new meeting is run. */
export function settingFields(): TemplateResult {
  return html`
    <label class="field"><span>${t('passcode')}</span><input class="input" name="passcode" minlength="4" maxlength="32" autocomplete="off" placeholder=${t('none')} data-testid="new-passcode-input" /></label>
    <label class="check"><input type="checkbox" name="encrypted" data-testid="encrypted-input" />${t('encryption.option')}</label>
    <label class="check"><input type="checkbox" name="lobby" data-testid="lobby-input" />${t('start.lobby')}</label>
    <label class="check"><input type="checkbox" name="wait" data-testid="wait-input" />${t('start.wait')}</label>
    <label class="check"><input type="checkbox" name="recurring" data-testid="recurring-input" />${t('start.recurring')}</label>
    <label class="check"><input type="checkbox" name="limit" data-testid="limit-input" />${t('start.limit')}</label>
    <label class="check"><input type="checkbox" name="webinar" data-testid="webinar-input" />${t('start.webinar')}</label>
    <label class="check"><input type="checkbox" name="muted" data-testid="mute-on-entry-input" />${t('start.muted')}</label>`;
}

/** What those fields ask for; a text: why it cannot be. */
export function requestOf(data: FormData): NewMeeting | string {
  const text = (name: string): string => String(data.get(name) ?? '').trim();
  if (data.has('encrypted') && data.has('webinar')) return t('encryption.option.not');
  const schedule = scheduleOf(data);
  return {
    ...(text('title') ? { title: text('title') } : {}),
    ...(text('passcode') ? { passcode: text('passcode') } : {}),
    settings: {
      lobby: data.has('lobby'), muteOnEntry: data.has('muted'), joinBeforeHost: !data.has('wait'), recurring: data.has('recurring') || text('repeats') !== '', webinar: data.has('webinar'),
      maxMinutes: data.has('limit') ? Number(text('minutes')) : 0, encrypted: data.has('encrypted'),
    },
    ...(schedule ? { schedule } : {}),
  };
}
