import { ApiError, EncryptionProblem, NetworkError, type CommandRefusal, type FinalReason, type MediaSource, type MeetingSchedule, type MeetingSettings, type SlotState } from '@conference/client';
import { knownKey, locale, t } from './i18n/language.ts';

export interface Text {
  readonly title: string;
  readonly help: string;
}

/** Why joining failed, in words that say what to do. */
export function joinProblem(error: unknown): Text & { readonly canRetry: boolean; readonly reason: string } {
  if (error instanceof ApiError) return { ...refusalText(error.reason), reason: error.reason, canRetry: true };
  if (error instanceof EncryptionProblem) return { ...refusalText(error.reason), reason: error.reason, canRetry: false };
  const reason = error instanceof NetworkError ? 'Network' : 'Unknown';
  return { ...refusalText(reason), canRetry: true, reason };
}

function refusalText(reason: string): Text {
  const title = knownKey(`refusal.${reason}.title`);
  const help = knownKey(`refusal.${reason}.help`);
  return title && help ? { title: t(title), help: t(help) } : { title: t('refusal.other.title'), help: t('refusal.other.help') };
}

/** Why nobody is signed in. */
export function signInText(reason: string): string {
  return t(knownKey(`signIn.${reason}`) ?? 'signIn.other');
}

/** What the last page says. */
export function overText(reason: FinalReason): Text & { readonly canRejoin: boolean } {
  const title = knownKey(`over.${reason}.title`);
  const help = knownKey(`over.${reason}.help`);
  if (title && help) return { title: t(title), help: t(help), canRejoin: reason === 'Left' || reason === 'Replaced' };
  return { ...refusalText(reason), canRejoin: reason !== 'UnknownCode' };
}

/** Why a tile shows no picture; empty when there is nothing to say. */
export function slotText(state: SlotState | undefined): string {
  if (state !== 'CodecNotSupported' && state !== 'PausedByBandwidth') return '';
  return t(`slot.${state}`);
}

export function commandText(reason: CommandRefusal | 'Closed'): string {
  return t(knownKey(`command.${reason}`) ?? 'command.other');
}

/** What stands in the empty chat field. */
export function chatPlaceholder(settings: MeetingSettings | undefined, may: boolean, to: string): string {
  if (settings && !settings.chat) return t('chat.off');
  if (!may) return t('chat.hostsOnly');
  return t(to === 'all' ? 'chat.toAll.hint' : to === 'hosts' ? 'chat.toHosts.hint' : 'chat.private.hint');
}

/** Why one's own source is off now. */
export function mutedText(source: MediaSource, by: 'host' | 'entry' | 'rule'): string {
  if (by === 'entry') return t('muted.entry');
  return t(`muted.${by}.${source === 'Microphone' || source === 'Camera' ? source : 'Screen'}`);
}

export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]] : [words[0]];
  return letters.map((word) => [...(word ?? '?')][0] ?? '').join('').toUpperCase() || '?';
}

/** A hue for somebody's avatar that stays the same for them. */
export function hueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0;
  return (hash ^ (hash >>> 15)) % 360;
}

/** When a meeting is, in the reader's own time, and where that was agreed if that is elsewhere. */
export function scheduleText({ start, end, timeZone }: MeetingSchedule): string {
  const [from, to] = [new Date(start), new Date(end)];
  const isOfThisYear = from.getFullYear() === new Date().getFullYear();
  const day = from.toLocaleDateString(locale(), { weekday: 'long', day: 'numeric', month: 'long', ...(isOfThisYear ? {} : { year: 'numeric' }) });
  const time = (date: Date): string => date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
  const until = from.toDateString() === to.toDateString() ? time(to) : `${to.toLocaleDateString(locale(), { day: 'numeric', month: 'long' })} ${time(to)}`;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const theirs = timeZone === own ? '' : zoneText(from, timeZone);
  return `${day}, ${time(from)} – ${until}${theirs}`;
}

function zoneText(date: Date, timeZone: string): string {
  try {
    const time = date.toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit', timeZone });
    return ` (${t('schedule.elsewhere', { time, place: timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone })})`;
  } catch {
    return '';
  }
}

export function timeOf(iso: string): string {
  return new Date(iso).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
}
