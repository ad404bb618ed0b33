import type { Recurrence } from '@conference/client';
import { toInstant, toLocal } from '../schedule.ts';
import type { OwnMeeting } from './account-api.ts';

/** The meetings of a person as their page shows them. */
export interface MeetingGroups {
  /** Those that are to take place, or may now; the next one first. */
  readonly upcoming: readonly OwnMeeting[];
  /** Those whose link stays; what takes place next first, what has no time by its title. */
  readonly lasting: readonly OwnMeeting[];
  /** Those that are over, the latest first. */
  readonly past: readonly OwnMeeting[];
}

export function groupsOf(meetings: readonly OwnMeeting[], now: Date): MeetingGroups {
  const past = meetings.filter((meeting) => isPast(meeting, now));
  const live = meetings.filter((meeting) => !isPast(meeting, now)).map((meeting) => withNext(meeting, now));
  const start = ({ schedule, createdAt }: OwnMeeting): number => Date.parse(schedule?.start ?? createdAt);
  return {
    upcoming: live.filter(({ recurring }) => !recurring).sort((a, b) => start(a) - start(b)),
    lasting: live.filter(({ recurring }) => recurring).sort((a, b) => Number(!a.schedule) - Number(!b.schedule) || (a.schedule ? start(a) - start(b) : a.title.localeCompare(b.title))),
    past: past.sort((a, b) => start(b) - start(a)),
  };
}

function isPast({ ended, recurring, schedule }: OwnMeeting, now: Date): boolean {
  return ended || (!recurring && schedule !== undefined && Date.parse(schedule.end) <= now.getTime());
}

/** The same with the time at which it takes place next. */
function withNext(meeting: OwnMeeting, now: Date): OwnMeeting {
  const { schedule } = meeting;
  if (!schedule?.repeats) return meeting;
  const lasts = Date.parse(schedule.end) - Date.parse(schedule.start);
  let start = new Date(schedule.start);
  // The clocks of the meeting's own zone stay the same, also over a change of theirs. Bounded: three years of days.
  for (let step = 1; start.getTime() + lasts <= now.getTime() && step < 1_100; step += 1) start = repeated(new Date(schedule.start), schedule.timeZone, schedule.repeats, step) ?? start;
  return { ...meeting, schedule: { ...schedule, start: start.toISOString(), end: new Date(start.getTime() + lasts).toISOString() } };
}

const days: Readonly<Record<Exclude<Recurrence, 'Monthly' | 'Weekdays'>, number>> = { Daily: 1, Weekly: 7, Fortnightly: 14 };

/** The start after so many repetitions; undefined where there is none (the 31st of a short month, a Sunday among working days). */
function repeated(first: Date, timeZone: string, repeats: Recurrence, times: number): Date | undefined {
  const local = toLocal(first, timeZone);
  const day = new Date(`${local.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return undefined;
  const date = day.getUTCDate();
  if (repeats === 'Monthly') day.setUTCMonth(day.getUTCMonth() + times);
  else day.setUTCDate(date + times * (repeats === 'Weekdays' ? 1 : days[repeats]));
  if ((repeats === 'Monthly' && day.getUTCDate() !== date) || (repeats === 'Weekdays' && day.getUTCDay() % 6 === 0)) return undefined;
  return toInstant(`${day.toISOString().slice(0, 10)}${local.slice(10)}`, timeZone);
}
