import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { applyEvent, inMyRoom, modelOf, type MeetingModel } from '../src/model.ts';
import type { EventMessage, MeetingEventBody } from '../src/protocol.ts';
import { participant, view } from './fakes.ts';

type WithoutVersion<T> = T extends { version: number } ? Omit<T, 'version'> : never;

function event(seq: number, body: WithoutVersion<MeetingEventBody>, actor?: string): EventMessage {
  return { type: 'event', seq, at: '2030-01-02T03:04:05+00:00', ...(actor ? { actor } : {}), event: { ...body, version: 1 } as MeetingEventBody };
}

function after(model: MeetingModel, ...messages: EventMessage[]): MeetingModel {
  return messages.reduce(applyEvent, model);
}

const start = modelOf(view(participant('anna'), participant('ben', { sending: ['Microphone'] })), 10, 'anna');

describe('events', () => {
  it('are applied once: an older or repeated one changes nothing', () => {
    const chat = event(11, { type: 'chat.sent', from: 'ben', displayName: 'Ben', text: 'hi' });
    const once = after(start, chat);
    expect(applyEvent(once, chat)).toBe(once);
    expect(applyEvent(once, event(3, { type: 'meeting.locked', locked: true }))).toBe(once);
    expect(once.chat).toHaveLength(1);
  });

  it('may skip sequences that this participant may not see', () => {
    const model = after(start, event(14, { type: 'meeting.locked', locked: true }));
    expect(model).toMatchObject({ seq: 14, locked: true });
  });

  it('never change the model they are applied to', () => {
    const before = structuredClone(start);
    after(start, event(11, { type: 'participant.left', participantId: 'ben', reason: 'Left' }), event(12, { type: 'meeting.locked', locked: true }));
    expect(start).toEqual(before);
  });

  it('follow somebody from the lobby to leaving', () => {
    let model = after(start, event(11, { type: 'participant.joined', participantId: 'cleo', displayName: 'Cleo', role: 'Attendee', inLobby: true }));
    const presence = (): string | undefined => model.participants.find((p) => p.id === 'cleo')?.presence;
    expect(presence()).toBe('Lobby');
    model = after(model, event(12, { type: 'participant.connected', participantId: 'cleo' }));
    expect(presence()).toBe('Lobby');
    model = after(model, event(13, { type: 'participant.admitted', participantId: 'cleo' }));
    expect(presence()).toBe('Joining');
    model = after(model, event(14, { type: 'participant.connected', participantId: 'cleo' }));
    expect(presence()).toBe('Connected');
    model = after(model, event(15, { type: 'participant.disconnected', participantId: 'cleo' }));
    expect(presence()).toBe('Reconnecting');
    model = after(model, event(16, { type: 'participant.left', participantId: 'cleo', reason: 'ConnectionLost' }));
    expect(presence()).toBeUndefined();
  });

  it('tell hosts who was removed and let back, and nobody else', () => {
    const removal = event(11, { type: 'participant.left', participantId: 'ben', reason: 'Removed' });
    expect(after(start, removal).removed).toEqual([{ id: 'ben', displayName: 'ben' }]);
    expect(after(start, removal, event(12, { type: 'participant.letBack', participantId: 'ben' })).removed).toEqual([]);
    const { removed: _, ...attendees } = start;
    expect(after(attendees, removal).removed).toBeUndefined();
    expect(after(start, event(11, { type: 'participant.left', participantId: 'ben', reason: 'Left' })).removed).toEqual([]);
  });

  it('record what somebody sends without doubling it', () => {
    const model = after(start,
      event(11, { type: 'participant.mediaChanged', participantId: 'ben', source: 'Microphone', muted: false }),
      event(12, { type: 'participant.mediaChanged', participantId: 'ben', source: 'Camera', muted: false }),
      event(13, { type: 'participant.mediaChanged', participantId: 'ben', source: 'Microphone', muted: true }));
    expect(model.participants[1]?.sending).toEqual(['Camera']);
  });

  it('raise a hand at a sequence, and lower it', () => {
    const up = after(start, event(11, { type: 'participant.handChanged', participantId: 'ben', raised: true }));
    expect(up.participants[1]?.handRaisedSeq).toBe(11);
    const down = after(up, event(12, { type: 'participant.handChanged', participantId: 'ben', raised: false }));
    expect(down.participants[1]).not.toHaveProperty('handRaisedSeq');
  });

  it('keep chat in the order of the journal', () => {
    const model = after(start, ...['a', 'b', 'c'].map((text, i) => event(11 + i, { type: 'chat.sent', from: 'ben', displayName: 'Ben', text })));
    expect(model.chat.map(({ seq, text }) => [seq, text])).toEqual([[11, 'a'], [12, 'b'], [13, 'c']]);
  });

  it('change and delete messages where they stand, and a deleted one stays so', () => {
    const model = after(start, ...['a', 'b'].map((text, i) => event(11 + i, { type: 'chat.sent', from: 'ben', displayName: 'Ben', text })),
      event(13, { type: 'chat.edited', message: 11, from: 'ben', text: 'A' }), event(14, { type: 'chat.deleted', message: 12, from: 'ben' }),
      event(15, { type: 'chat.edited', message: 12, from: 'ben', text: 'late' }), event(16, { type: 'chat.edited', message: 2, from: 'ben', text: 'not here' }));
    expect(model.chat.map(({ text, deleted, editedAt }) => [text, deleted ?? false, editedAt !== undefined])).toEqual([['A', false, true], ['', true, false]]);
  });

  it('keep the spotlight to those who are there', () => {
    const lit = after(start, event(11, { type: 'meeting.spotlighted', participants: ['ben', 'anna'] }));
    expect(lit.spotlight).toEqual(['ben', 'anna']);
    expect(after(lit, event(12, { type: 'participant.left', participantId: 'ben', reason: 'Left' })).spotlight).toEqual(['anna']);
  });

  it('follow everybody into rooms and back', () => {
    const apart = after(start, event(11, { type: 'breakouts.opened', rooms: ['A', 'B'], selfChosen: true }), event(12, { type: 'breakouts.moved', participantId: 'ben', room: 1 }),
      event(13, { type: 'breakouts.closing', at: '2030-01-02T03:05:05+00:00' }));
    expect(apart).toMatchObject({ breakouts: { rooms: ['A', 'B'], closesAt: '2030-01-02T03:05:05+00:00' }, participants: [{ id: 'anna' }, { id: 'ben', room: 1 }] });
    expect(inMyRoom(apart).map(({ id }) => id)).toEqual(['anna']);
    const back = after(apart, event(14, { type: 'breakouts.closed' }));
    expect(back).not.toHaveProperty('breakouts');
    expect(inMyRoom(back)).toHaveLength(2);
    expect(after(apart, event(14, { type: 'breakouts.moved', participantId: 'ben' })).participants[1]).not.toHaveProperty('room');
  });

  it('count votes and remember one’s own', () => {
    const opened = event(11, { type: 'poll.opened', question: 'Which?', options: ['a', 'b'], multiple: false, anonymous: true, resultsToAll: true });
    const model = after(start, opened, event(12, { type: 'poll.voted', poll: 11, anonymous: true, counts: [0, 1], voters: 1 }),
      event(13, { type: 'poll.voted', poll: 11, anonymous: true, from: 'anna', displayName: 'anna', choices: [1], counts: [0, 2], voters: 2 }, 'anna'));
    expect(model.polls).toMatchObject([{ id: 11, mine: [1], counts: [0, 2], voters: 2, closed: false }]);
    expect(model.polls[0]).not.toHaveProperty('named');
    expect(after(model, event(14, { type: 'poll.closed', poll: 11, shared: false })).polls[0]).toMatchObject({ closed: true, counts: [0, 2] });
  });

  it('show results of a poll for hosts only when they are shared, and names to hosts', () => {
    const opened = event(11, { type: 'poll.opened', question: 'Which?', options: ['a', 'b'], multiple: false, anonymous: false, resultsToAll: false });
    const own = event(12, { type: 'poll.voted', poll: 11, anonymous: false, from: 'anna', displayName: 'anna', choices: [0] }, 'anna');
    const seen = after(start, opened, own);
    expect(seen.polls[0]).not.toHaveProperty('counts');
    expect(after(seen, event(13, { type: 'poll.closed', poll: 11, shared: true, counts: [1, 0], voters: 1 })).polls[0]).toMatchObject({ counts: [1, 0], resultsToAll: true });
    const host = modelOf(view(participant('anna', { role: 'Host' }), participant('ben')), 10, 'anna');
    const named = after(host, opened, event(12, { type: 'poll.voted', poll: 11, anonymous: false, from: 'ben', displayName: 'Ben', choices: [0], counts: [1, 0], voters: 1 }, 'ben'));
    expect(named.polls[0]).toMatchObject({ named: [{ displayName: 'Ben', choices: [0] }], counts: [1, 0] });
  });

  it('follow a question from asking to answering', () => {
    const asked = after(start, event(11, { type: 'question.asked', text: 'Why?', anonymous: true }), event(12, { type: 'question.asked', text: 'How?', anonymous: false, from: 'anna', displayName: 'Anna' }),
      event(13, { type: 'question.voted', question: 11, up: true, from: 'anna', votes: 1 }), event(14, { type: 'question.voted', question: 12, up: true, votes: 3 }),
      event(15, { type: 'question.answered', question: 11, text: 'Because', displayName: 'Host' }));
    expect(asked.questions).toMatchObject([{ own: false, voted: true, votes: 1, answered: true, answer: 'Because' }, { own: true, voted: false, votes: 3, displayName: 'Anna' }]);
    expect(asked.questions[0]).not.toHaveProperty('displayName');
    expect(after(asked, event(16, { type: 'question.dismissed', question: 11 })).questions).toHaveLength(1);
  });

  it('of types that this client does not know only move the sequence', () => {
    const unknown = { type: 'event', seq: 11, at: '', event: { type: 'weather.changed', version: 1 } } as unknown as EventMessage;
    expect(after(start, unknown)).toEqual({ ...start, seq: 11 });
  });
});

describe('the services’ own samples', () => {
  const golden = readFileSync(new URL('../../../../tests/Contracts.Tests/golden/MeetingEventBody.jsonl', import.meta.url), 'utf8')
    .split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as MeetingEventBody);

  it('of every event can be applied', () => {
    expect(golden.length).toBeGreaterThan(10);
    const model = golden.reduce((state, body, index) => applyEvent(state, { type: 'event', seq: 11 + index, at: '2030-01-02T03:04:05+00:00', event: body }), start);
    expect(model.seq).toBe(10 + golden.length);
    expect(model.chat.every((message) => typeof message.text === 'string' && typeof message.displayName === 'string')).toBe(true);
    expect(model.settings.maxParticipants).toBe(7);
  });

  it('of a meeting have everything that the page reads', () => {
    const text = readFileSync(new URL('../../../../tests/Contracts.Tests/golden/MeetingView.jsonl', import.meta.url), 'utf8').split('\n')[0] ?? '';
    const sample = JSON.parse(text) as object;
    expect(Object.keys(sample).sort()).toEqual(Object.keys(view()).sort());
    const settings = (sample as { settings: object }).settings;
    expect(Object.keys(settings).sort()).toEqual(Object.keys(view().settings).sort());
  });
});
