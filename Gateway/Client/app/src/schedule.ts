import { html, nothing, type TemplateResult } from 'lit';
import type { MeetingSchedule, Recurrence } from '@conference/client';
import { t } from './i18n/language.ts';

export const recurrences: readonly Recurrence[] = ['Daily', 'Weekdays', 'Weekly', 'Fortnightly', 'Monthly'];

export function ownTimeZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** What the clocks of a zone show at an instant, as `<input type=datetime-local>` takes it; empty for a zone that the browser does not know. */
export function toLocal(instant: Date, timeZone: string): string {
  const parts = partsOf(instant, timeZone);
  return parts ? `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}` : '';
}

/**
 * The instant at which the clocks of a zone show `local`; undefined when there is none to be read. Where clocks are put forward, what they skip is the time after
 * the gap; where they are put back, it is the first of the two.
 */
export function toInstant(local: string, timeZone: string): Date | undefined {
  const asUtc = Date.parse(`${local}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) || Number.isNaN(asUtc)) return undefined;
  // The offset half a day before and after: at most one change lies between.
  const offsets = [-43_200_000, 43_200_000].map((shift) => offsetAt(new Date(asUtc + shift), timeZone));
  if (offsets.includes(undefined)) return undefined;
  const candidates = offsets.map((offset) => new Date(asUtc - (offset ?? 0)));
  return candidates.find((candidate) => toLocal(candidate, timeZone) === local) ?? candidates[0];
}

function offsetAt(instant: Date, timeZone: string): number | undefined {
  const shown = toLocal(instant, timeZone);
  return shown === '' ? undefined : Date.parse(`${shown}:00Z`) - Math.floor(instant.getTime() / 60_000) * 60_000;
}

function partsOf(instant: Date, timeZone: string): Record<string, string> | undefined {
  try {
    const format = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' });
    return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
  } catch {
    return undefined;
  }
}

/** The choice of a time zone. */
export function zoneField(chosen = ownTimeZone()): TemplateResult {
  const known = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  const zones = known.includes(chosen) ? known : [chosen, ...known];
  return html`<label class="field"><span>${t('schedule.zone')}</span><select class="input" name="zone" data-testid="zone-input">
    ${zones.map((zone) => html`<option value=${zone} ?selected=${zone === chosen}>${zone.replaceAll('_', ' ')}</option>`)}</select></label>`;
}

/** The choice of how often a meeting takes place again. */
export function repeatField(chosen?: Recurrence): TemplateResult {
  return html`<label class="field"><span>${t('schedule.repeat')}</span><select class="input" name="repeats" data-testid="repeat-input">
    <option value="">${t('schedule.repeat.none')}</option>
    ${recurrences.map((recurrence) => html`<option value=${recurrence} ?selected=${recurrence === chosen}>${t(`schedule.repeat.${recurrence}`)}</option>`)}</select></label>`;
}

/** How often a meeting takes place again, in words. */
export function repeatText({ repeats }: MeetingSchedule): TemplateResult | typeof nothing {
  return repeats ? html` · ${t(`schedule.repeat.${repeats}`)}` : nothing;
}

/** Reads a form with `start`, `zone`, `repeats`, and either `end` or `minutes`; undefined where that makes no schedule. */
export function scheduleOf(data: FormData): MeetingSchedule | undefined {
  const text = (name: string): string => String(data.get(name) ?? '').trim();
  const timeZone = text('zone') || ownTimeZone();
  const start = toInstant(text('start'), timeZone);
  const end = start && (data.has('end') ? toInstant(text('end'), timeZone) : new Date(start.getTime() + Number(text('minutes')) * 60_000));
  const repeats = recurrences.find((known) => known === text('repeats'));
  return start && end && end > start ? { start: start.toISOString(), end: end.toISOString(), timeZone, ...(repeats ? { repeats } : {}) } : undefined;
}
