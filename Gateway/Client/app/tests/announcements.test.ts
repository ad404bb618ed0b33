import { expect, it } from 'vitest';
import type { MeetingModel, MeetingState, ParticipantView } from '@conference/client';
import { announcement } from '../src/meeting/announcements.ts';

const person = (id: string, change: Partial<ParticipantView> = {}): ParticipantView => ({
  id, displayName: id, role: 'Attendee', presence: 'Connected', sending: [], joinedAt: '', ...change,
});

function state(participants: ParticipantView[], texts: string[] = []): MeetingState {
  const chat = texts.map((text, index) => ({ seq: index + 1, at: '', from: 'ben', displayName: 'ben', text }));
  return { you: 'me', meeting: { participants, chat } as unknown as MeetingModel } as MeetingState;
}

it('tells who came, went, raised a hand, shares and wrote', () => {
  const before = state([person('me'), person('ben'), person('cleo')]);
  const after = state([person('me'), person('ben', { handRaisedSeq: 4, sending: ['Screen'] }), person('dora')], ['hello']);
  expect(announcement(before, after)).toBe('dora joined. cleo left. ben raised a hand. ben shares a screen');
  expect(announcement(state([person('ben')]), state([person('ben')], ['hello']))).toBe('ben: hello');
});

it('says nothing about oneself, the lobby, or a first view', () => {
  expect(announcement(state([]), state([person('me'), person('eve', { presence: 'Lobby' })]))).toBe('');
  expect(announcement({ you: 'me' } as MeetingState, state([person('ben')]))).toBe('');
});
