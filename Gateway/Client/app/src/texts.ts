import { ApiError, NetworkError, type CommandRefusal, type FinalReason, type MediaSource, type MeetingSchedule, type MeetingSettings, type SlotState } from '@conference/client';

export interface Text {
  readonly title: string;
  readonly help: string;
}

/** Why joining failed, in words that say what to do. */
export function joinProblem(error: unknown): Text & { readonly canRetry: boolean; readonly reason: string } {
  if (error instanceof ApiError) return { ...refusalText(error.reason), reason: error.reason, canRetry: true };
  if (error instanceof NetworkError) {
    return { title: 'The server cannot be reached', help: 'Check your connection, then try again.', canRetry: true, reason: 'Network' };
  }
  return { title: 'That did not work', help: 'Try again. If it keeps failing, reload the page.', canRetry: true, reason: 'Unknown' };
}

function refusalText(reason: string): Text {
  switch (reason) {
    case 'UnknownCode':
      return { title: 'No meeting has this code', help: 'Check the link or ask whoever invited you for a new one.' };
    case 'Ended':
      return { title: 'This meeting has ended', help: 'It cannot be joined again. Ask for the link of the next one.' };
    case 'Locked':
      return { title: 'This meeting is locked', help: 'The host lets nobody else in at present. Try again later.' };
    case 'Full':
      return { title: 'This meeting is full', help: 'Every place is taken. Try again when somebody has left.' };
    case 'WrongPasscode':
      return { title: 'That passcode is not right', help: 'Ask the host for the passcode and type it again.' };
    case 'WrongHostKey':
      return { title: 'This host link is not valid', help: 'Join as a participant with the normal link, or ask for a new host link.' };
    case 'Removed':
      return { title: 'You were removed from this meeting', help: 'A host removed you, so you cannot join again.' };
    case 'NotStarted':
      return { title: 'The host has not started yet', help: 'Keep this page open: you join by yourself as soon as the meeting begins.' };
    case 'InvalidDisplayName':
      return { title: 'That name cannot be used', help: 'Use 1 to 64 ordinary characters.' };
    case 'NoPod':
      return { title: 'No media server is free', help: 'Wait a moment, then try again.' };
    case 'TooManyAttempts':
      return { title: 'Too many attempts', help: 'Wait a minute, then try again.' };
    case 'Unavailable':
      return { title: 'The server is busy', help: 'Wait a moment, then try again.' };
    case 'TenantKeyRequired':
      return { title: 'An access key is needed', help: 'On this installation only people with a key may create meetings. Everybody can join them.' };
    default:
      return { title: 'The server refused', help: 'Try again. If it keeps failing, tell whoever runs this server.' };
  }
}

/** What the last page says. */
export function overText(reason: FinalReason): Text & { readonly canRejoin: boolean } {
  switch (reason) {
    case 'Left':
      return { title: 'You left the meeting', help: 'Left by mistake? You can go straight back.', canRejoin: true };
    case 'Ended':
      return { title: 'The meeting has ended', help: 'Thank you for taking part.', canRejoin: false };
    case 'Removed':
      return { title: 'You were removed', help: 'A host removed you from this meeting.', canRejoin: false };
    case 'Denied':
      return { title: 'You were not let in', help: 'A host decided not to admit you to this meeting.', canRejoin: false };
    case 'Replaced':
      return { title: 'You joined in another tab', help: 'The meeting goes on there. You can bring it back here.', canRejoin: true };
    default:
      return { ...refusalText(reason), canRejoin: reason !== 'UnknownCode' };
  }
}

/** Why a tile shows no picture; empty when there is nothing to say. */
export function slotText(state: SlotState | undefined): string {
  switch (state) {
    case 'CodecNotSupported':
      return 'Your browser cannot show this video format';
    case 'PausedByBandwidth':
      return 'Video paused: your connection is slow';
    default:
      return '';
  }
}

export function commandText(reason: CommandRefusal | 'Closed'): string {
  switch (reason) {
    case 'NotAllowed':
      return 'Your role does not allow that.';
    case 'SwitchedOff':
      return 'A host has switched that off.';
    case 'RateLimited':
      return 'Too fast: wait a moment.';
    case 'InvalidText':
      return 'The message is empty or too long.';
    case 'Full':
      return 'The meeting is full.';
    case 'InvalidDisplayName':
      return 'That name cannot be used.';
    case 'UnknownPoll':
    case 'UnknownQuestion':
      return 'That is no longer there.';
    case 'PollClosed':
      return 'The poll has ended.';
    case 'TooLarge':
      return 'That is too large.';
    case 'TooMany':
      return 'There are too many already.';
    case 'UnknownMessage':
      return 'That message is no longer there.';
    case 'UnknownParticipant':
      return 'That person is no longer here.';
    default:
      return 'That did not work.';
  }
}

/** What stands in the empty chat field. */
export function chatPlaceholder(settings: MeetingSettings | undefined, may: boolean, to: string): string {
  if (settings && !settings.chat) return 'The chat is switched off';
  if (!may) return 'Only hosts may write';
  return to === 'all' ? 'Message everybody' : to === 'hosts' ? 'Message the hosts' : 'Private message';
}

/** Why one's own source is off now. */
export function mutedText(source: MediaSource, by: 'host' | 'entry' | 'rule'): string {
  if (by === 'entry') return 'Everybody joins this meeting muted.';
  switch (source) {
    case 'Microphone':
      return by === 'host' ? 'A host muted you.' : 'Only hosts unmute people here. Raise your hand to speak.';
    case 'Camera':
      return by === 'host' ? 'A host stopped your camera.' : 'Only hosts let cameras start here.';
    default:
      return by === 'host' ? 'A host stopped your sharing.' : 'Only hosts may share their screen here.';
  }
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
  const day = from.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
  const time = (date: Date): string => date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const until = from.toDateString() === to.toDateString() ? time(to) : `${to.toLocaleDateString([], { day: 'numeric', month: 'long' })} ${time(to)}`;
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const theirs = timeZone === own ? '' : zoneText(from, timeZone);
  return `${day}, ${time(from)} – ${until}${theirs}`;
}

function zoneText(date: Date, timeZone: string): string {
  try {
    return ` (${date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', timeZone })} in ${timeZone.split('/').at(-1)?.replaceAll('_', ' ') ?? timeZone})`;
  } catch {
    return '';
  }
}

export function timeOf(iso: string): string {
  return new Date(iso).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}
