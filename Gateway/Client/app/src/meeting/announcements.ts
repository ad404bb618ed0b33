import type { MeetingState } from '@conference/client';

/** What a screen reader should say about a change: who came and went, what was written, whose hand is up. Empty: nothing. */
export function announcement(before: MeetingState, after: MeetingState): string {
  if (!before.meeting || !after.meeting || before.meeting === after.meeting || before.you !== after.you) return '';
  const was = new Map(before.meeting.participants.filter((p) => p.presence !== 'Lobby' && p.role !== 'Viewer').map((p) => [p.id, p]));
  const is = new Map(after.meeting.participants.filter((p) => p.presence !== 'Lobby' && p.role !== 'Viewer').map((p) => [p.id, p]));
  const others = [...is.values()].filter((p) => p.id !== after.you);
  const came = others.filter((p) => !was.has(p.id)).map((p) => `${p.displayName} joined`);
  const gone = [...was.values()].filter((p) => !is.has(p.id) && p.id !== after.you).map((p) => `${p.displayName} left`);
  const hands = others.filter((p) => p.handRaisedSeq !== undefined && was.get(p.id)?.handRaisedSeq === undefined && was.has(p.id)).map((p) => `${p.displayName} raised a hand`);
  const screens = others.filter((p) => p.sending.includes('Screen') && was.get(p.id)?.sending.includes('Screen') === false).map((p) => `${p.displayName} shares a screen`);
  const last = before.meeting.chat.at(-1)?.seq ?? 0;
  const chat = after.meeting.chat.filter((message) => message.seq > last && message.from !== after.you).map((message) => `${message.displayName}: ${message.text}`);
  return [...came, ...gone, ...hands, ...screens, ...chat].slice(0, 4).join('. ');
}
