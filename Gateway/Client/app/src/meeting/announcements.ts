import type { MeetingState } from '@conference/client';
import { t } from '../i18n/language.ts';

/** What a screen reader should say about a change: who came and went, what was written, whose hand is up. Empty: nothing. */
export function announcement(before: MeetingState, after: MeetingState): string {
  if (!before.meeting || !after.meeting || before.meeting === after.meeting || before.you !== after.you) return '';
  const was = new Map(before.meeting.participants.filter((p) => p.presence !== 'Lobby' && p.role !== 'Viewer').map((p) => [p.id, p]));
  const is = new Map(after.meeting.participants.filter((p) => p.presence !== 'Lobby' && p.role !== 'Viewer').map((p) => [p.id, p]));
  const others = [...is.values()].filter((p) => p.id !== after.you);
  const came = others.filter((p) => !was.has(p.id)).map((p) => t('said.joined', { name: p.displayName }));
  const gone = [...was.values()].filter((p) => !is.has(p.id) && p.id !== after.you).map((p) => t('said.left', { name: p.displayName }));
  const hands = others.filter((p) => p.handRaisedSeq !== undefined && was.get(p.id)?.handRaisedSeq === undefined && was.has(p.id)).map((p) => t('said.hand', { name: p.displayName }));
  const screens = others.filter((p) => p.sending.includes('Screen') && was.get(p.id)?.sending.includes('Screen') === false).map((p) => t('said.screen', { name: p.displayName }));
  const last = before.meeting.chat.at(-1)?.seq ?? 0;
  const chat = after.meeting.chat.filter((message) => message.seq > last && message.from !== after.you).map((message) => `${message.displayName}: ${message.text}`);
  return [...came, ...gone, ...hands, ...screens, ...chat].slice(0, 4).join('. ');
}
