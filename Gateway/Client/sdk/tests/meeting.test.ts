import { beforeEach, describe, expect, it } from 'vitest';
import { Emitter } from '../src/emitter.ts';
import { Meeting } from '../src/meeting.ts';
import type { MediaSession, MediaSessionEvents } from '../src/media/session.ts';
import type { MeetingView } from '../src/protocol.ts';
import { FakeWorld, joinResponse, json, participant, problem, settle, view } from './fakes.ts';

let world: FakeWorld;
let demands: unknown[];

beforeEach(() => {
  world = new FakeWorld();
  demands = [];
  world.respond = ({ path }) => (path === '/api/join/abcd' ? json(200, joinResponse()) : problem(404, 'UnknownCode'));
});

function join(): Promise<Meeting> {
  return Meeting.join({ code: 'abcd', displayName: 'Anna', env: world });
}

function welcome(snapshot: MeetingView | undefined, seq: number, you = 'anna'): void {
  world.socket.open();
  world.socket.receive({ type: 'welcome', you, seq, ...(snapshot ? { snapshot } : {}) });
}

function event(seq: number, body: object, actor?: string): void {
  world.socket.receive({ type: 'event', seq, at: '2030-01-02T03:04:05+00:00', ...(actor ? { actor } : {}), event: { version: 1, ...body } });
}

/** A microphone's track, as far as the SDK touches one. */
function track(): MediaStreamTrack {
  return { kind: 'audio', enabled: true, stop: () => undefined, getSettings: () => ({}) } as unknown as MediaStreamTrack;
}

const prepared: MediaSession = {
  events: new Emitter<MediaSessionEvents>(), transport: 'new', slots: () => [], open: () => Promise.resolve(), restart: () => Promise.resolve(),
  reopenChannel: () => undefined, renew: () => undefined, demand: (items) => void demands.push(items), send: () => Promise.resolve(),
  statistics: () => Promise.resolve(undefined), close: () => undefined,
};

describe('joining', () => {
  it('takes the place, keeps the resume token, and shows the snapshot', async () => {
    const meeting = await join();
    expect(world.requests[0]).toMatchObject({ method: 'POST', path: '/api/join/abcd', body: { displayName: 'Anna' } });
    expect(meeting.state.phase).toBe('joining');
    welcome(view(participant('anna'), participant('ben')), 10);
    expect(meeting.state).toMatchObject({ phase: 'joined', you: 'anna', meeting: { title: 'Weekly', seq: 10 } });
    expect(world.stored.get('conference:place:abcd')).toContain('resume-1');
    expect(world.marks.slice(0, 2)).toEqual(['click', 'joined-response']);
  });

  it('tells once how long it took, with the first picture', async () => {
    world.respond = () => json(200, joinResponse({ trace: 'the-trace' }));
    const meeting = await join();
    await world.clock.advance(120);
    meeting.noteFirstFrame();
    expect(world.socket.of('join.times')).toEqual([]);
    welcome(view(participant('anna')), 10);
    expect(world.socket.of('hello')[0]?.['trace']).toBe('the-trace');
    meeting.noteFirstFrame();
    expect(world.socket.of('join.times')).toEqual([{ type: 'join.times', joined: 0, signaling: 120, firstFrame: 120 }]);
    await world.clock.advance(20_000);
    expect(world.sockets.flatMap((socket) => socket.of('join.times'))).toHaveLength(1);
  });

  it('tells how long it took when nobody is there to be seen', async () => {
    await join();
    await world.clock.advance(50);
    welcome(view(participant('anna')), 10);
    await world.clock.advance(9_950);
    expect(world.socket.of('join.times')).toEqual([{ type: 'join.times', joined: 0, signaling: 50 }]);
  });

  it('after a reload resumes the same participant', async () => {
    await join();
    const reloaded = new FakeWorld();
    reloaded.stored.set('conference:place:abcd', world.stored.get('conference:place:abcd') ?? '');
    reloaded.respond = () => json(200, joinResponse());
    await Meeting.join({ code: 'abcd', displayName: 'Anna', env: reloaded });
    expect(reloaded.requests.map((request) => request.body)).toEqual([{ resumeToken: 'resume-1' }]);
  });

  it('R3: joins anew when there is nothing left to resume', async () => {
    world.stored.set('conference:place:abcd', JSON.stringify({ resumeToken: 'old', displayName: 'Anna' }));
    world.respond = ({ body }) => ('resumeToken' in (body as object) ? problem(410, 'ResumeExpired') : json(200, joinResponse()));
    const meeting = await join();
    expect(world.requests.map((request) => request.body)).toEqual([{ resumeToken: 'old' }, { displayName: 'Anna' }]);
    expect(meeting.state.you).toBe('anna');
  });

  it('tells a token of the browser that outlives the tab, the same for every join', async () => {
    const lasting = new Map<string, string>();
    const store = { get: (key: string) => lasting.get(key), set: (key: string, value: string) => void lasting.set(key, value), remove: (key: string) => void lasting.delete(key) };
    for (const _ of [1, 2]) {
      world.stored.clear();
      await Meeting.join({ code: 'abcd', displayName: 'Anna', env: Object.assign(world, { lasting: store }) });
    }
    const tokens = world.requests.map((request) => (request.body as { deviceToken?: string }).deviceToken);
    expect(tokens[0]).toMatch(/^[\w-]+$/);
    expect(tokens[1]).toBe(tokens[0]);
  });

  it('tells the named refusal', async () => {
    world.respond = () => problem(423, 'Locked');
    await expect(join()).rejects.toMatchObject({ reason: 'Locked', status: 423 });
  });

  it('waits in the lobby until a host admits', async () => {
    world.respond = () => json(200, joinResponse({ state: 'Lobby' }));
    const meeting = await join();
    expect(meeting.state.phase).toBe('lobby');
    welcome(view(participant('anna', { presence: 'Lobby' })), 5);
    expect(meeting.state.phase).toBe('lobby');
    event(6, { type: 'participant.admitted', participantId: 'anna' }, 'host');
    expect(meeting.state.phase).toBe('joined');
  });
});

describe('programs', () => {
  it('tell each other something once, also when it is said again after a reconnect', async () => {
    const meeting = await join();
    const heard: unknown[] = [];
    meeting.events.on('data', (message) => heard.push(message));
    welcome(view(participant('anna'), participant('ben')), 10);
    const sent = meeting.sendData('board', '{"x":1}', ['ben']);
    expect(world.socket.of('app.send')).toMatchObject([{ topic: 'board', data: '{"x":1}', to: ['ben'] }]);
    event(11, { type: 'app.data', from: 'anna', topic: 'board', data: '{"x":1}' }, 'anna');
    event(11, { type: 'app.data', from: 'anna', topic: 'board', data: '{"x":1}' }, 'anna');
    world.socket.receive({ type: 'ack', id: world.socket.of('app.send')[0]?.['id'], seq: 11 });
    expect(await sent).toBe(11);
    expect(heard).toEqual([{ seq: 11, from: 'anna', topic: 'board', data: '{"x":1}' }]);
  });

  it('are told how many watch', async () => {
    const meeting = await join();
    welcome(view(participant('anna', { role: 'Viewer' })), 10);
    world.socket.receive({ type: 'viewers', viewers: 3000 });
    expect(meeting.state.meeting?.viewers).toBe(3000);
  });

  it('show captions', async () => {
    const meeting = await join();
    const shown: unknown[] = [];
    meeting.events.on('caption', (caption) => shown.push(caption));
    welcome(view(participant('anna')), 10);
    world.socket.receive({ type: 'caption', text: 'Good morning', final: true, speaker: 'anna', speakerName: 'Anna' });
    expect(shown).toEqual([{ text: 'Good morning', final: true, speaker: 'anna', speakerName: 'Anna' }]);
  });
});

describe('leaving', () => {
  it('with a successor is over when the meeting has taken it, and goes on when it has not', async () => {
    const meeting = await join();
    welcome(view(participant('anna', { role: 'Host' }), participant('ben')), 10);
    const refused = meeting.leave('cleo');
    const [first] = world.socket.of('leave');
    world.socket.receive({ type: 'refused', id: first?.['id'], reason: 'UnknownParticipant' });
    await expect(refused).rejects.toMatchObject({ reason: 'UnknownParticipant' });
    expect(meeting.state.phase).toBe('joined');
    const left = meeting.leave('ben');
    world.socket.receive({ type: 'ack', id: world.socket.of('leave')[1]?.['id'] });
    await left;
    expect(meeting.state).toMatchObject({ phase: 'over', over: 'Left' });
  });
});

describe('older chat', () => {
  const sent = (seq: number, text: string) => ({ seq, at: '2030-01-02T03:04:05+00:00', from: 'ben', displayName: 'Ben', text });

  it('is read page by page before what is shown, with what changed meanwhile', async () => {
    const meeting = await join();
    welcome({ ...view(participant('anna')), chat: [sent(50, 'shown')], chatTruncated: true }, 60);
    let answer: (response: Response) => void = () => undefined;
    world.respond = () => new Promise<Response>((resolve) => (answer = resolve));
    const loading = meeting.loadOlderChat();
    await meeting.loadOlderChat();
    event(61, { type: 'chat.edited', message: 30, from: 'ben', text: 'edited' });
    event(62, { type: 'chat.deleted', message: 50, from: 'ben' });
    answer(json(200, { messages: [sent(20, 'older'), sent(30, 'old text')], previous: 20 }));
    await loading;
    expect(world.requests.filter(({ path }) => path.includes('/chat')).map(({ path }) => path)).toEqual(['/api/meetings/m1/chat?before=50']);
    expect(meeting.state.meeting?.chat.map(({ text }) => text)).toEqual(['older', 'edited', '']);
    world.respond = () => json(200, { messages: [sent(10, 'first')] });
    await meeting.loadOlderChat();
    expect(meeting.state.meeting).toMatchObject({ chatTruncated: false, chat: [{ seq: 10 }, { seq: 20 }, { seq: 30 }, { seq: 50 }] });
  });

  it('is searched with this participant’s own right', async () => {
    const meeting = await join();
    welcome(view(participant('anna')), 60);
    world.respond = () => json(200, { messages: [sent(10, 'two words')], previous: 5 });
    expect(await meeting.searchChat(' two words ')).toMatchObject({ messages: [{ seq: 10 }], before: 5 });
    expect(world.requests.at(-1)?.path).toBe(`/api/meetings/m1/chat?before=${Number.MAX_SAFE_INTEGER}&q=two%20words`);
  });

  it('goes to hosts, or to some, where the sender says so', async () => {
    const meeting = await join();
    welcome(view(participant('anna'), participant('ben')), 60);
    meeting.sendChat('a', { hosts: true });
    meeting.sendChat('b', { participants: ['ben'] });
    expect(world.socket.of('chat.send')).toMatchObject([{ text: 'a', toHosts: true }, { text: 'b', to: ['ben'] }]);
    expect(meeting.state.unsent.map(({ to }) => to)).toEqual([{ hosts: true }, { participants: ['ben'] }]);
  });
});

describe('after the connection was lost', () => {
  it('continues with events where the server can, and keeps what was there', async () => {
    const meeting = await join();
    welcome(view(participant('anna'), participant('ben')), 10);
    event(11, { type: 'chat.sent', from: 'ben', displayName: 'Ben', text: 'one' }, 'ben');
    world.socket.drop();
    await world.clock.advance(100);
    expect(world.requests.at(-1)?.body).toEqual({ resumeToken: 'resume-1' });
    welcome(undefined, 11);
    event(11, { type: 'chat.sent', from: 'ben', displayName: 'Ben', text: 'one' }, 'ben');
    event(12, { type: 'chat.sent', from: 'ben', displayName: 'Ben', text: 'two' }, 'ben');
    expect(meeting.state.meeting?.chat.map((message) => message.text)).toEqual(['one', 'two']);
  });

  it('a chat message that was not acknowledged is sent again with its id and shown once', async () => {
    const meeting = await join();
    welcome(view(participant('anna')), 10);
    meeting.sendChat('hello');
    const id = world.socket.of('chat.send')[0]?.['id'];
    expect(meeting.state.unsent.map((chat) => chat.text)).toEqual(['hello']);
    world.socket.drop();
    await world.clock.advance(100);
    welcome(undefined, 10);
    expect(world.socket.of('chat.send').map((message) => message['id'])).toEqual([id]);
    event(11, { type: 'chat.sent', from: 'anna', displayName: 'Anna', text: 'hello' }, 'anna');
    world.socket.receive({ type: 'ack', id, seq: 11 });
    await settle();
    expect(meeting.state.unsent).toEqual([]);
    expect(meeting.state.meeting?.chat.map((message) => message.text)).toEqual(['hello']);
  });

  it('R3: a new participant tells again what it sends', async () => {
    const meeting = await join();
    welcome(view(participant('anna')), 10);
    await meeting.publish('Microphone', track());
    world.socket.receive({ type: 'ack', id: 'id-1', seq: 11 });
    world.respond = ({ body }) => ('resumeToken' in (body as object) ? problem(410, 'ResumeExpired') : json(200, joinResponse({ participantId: 'anna-2', resumeToken: 'resume-2' })));
    world.socket.drop();
    await world.clock.advance(100);
    welcome(view(participant('anna-2')), 20, 'anna-2');
    expect(world.socket.of('media.setMuted')).toMatchObject([{ source: 'Microphone', muted: false }]);
    expect(meeting.state.you).toBe('anna-2');
    expect(meeting.state.local.Microphone.on).toBe(true);
  });

  it('R3: a new participant has the name that the old one had at last', async () => {
    await join();
    welcome(view(participant('anna')), 10);
    event(11, { type: 'participant.renamed', participantId: 'anna', displayName: 'Anna B.' });
    event(12, { type: 'participant.renamed', participantId: 'ben', displayName: 'Benjamin' });
    expect(world.stored.get('conference:place:abcd')).toContain('Anna B.');
    world.respond = ({ body }) => ('resumeToken' in (body as object) ? problem(410, 'ResumeExpired') : json(200, joinResponse({ participantId: 'anna-2', resumeToken: 'resume-2' })));
    world.socket.drop();
    await world.clock.advance(100);
    expect(world.requests.at(-1)?.body).toEqual({ displayName: 'Anna B.' });
    expect(world.stored.get('conference:place:abcd')).toContain('Anna B.');
  });

  it('L2: respects that a host muted meanwhile', async () => {
    const meeting = await join();
    const muted: unknown[] = [];
    meeting.events.on('muted', (value) => muted.push(value));
    welcome(view(participant('anna')), 10);
    await meeting.publish('Microphone', track());
    world.socket.receive({ type: 'ack', id: 'id-1', seq: 11 });
    world.socket.drop();
    await world.clock.advance(100);
    welcome(view(participant('anna', { sending: [] })), 14);
    await settle();
    expect(meeting.state.local.Microphone.on).toBe(false);
    expect(muted).toEqual([{ source: 'Microphone', by: 'host' }]);
    expect(world.socket.of('media.setMuted')).toEqual([]);
  });
});

describe('in a meeting', () => {
  it('a mute by a host is obeyed, one’s own is not reported as one', async () => {
    const meeting = await join();
    const muted: unknown[] = [];
    meeting.events.on('muted', (value) => muted.push(value));
    welcome(view(participant('anna'), participant('host', { role: 'Host' })), 10);
    const microphone = track();
    await meeting.publish('Microphone', microphone);
    event(11, { type: 'participant.mediaChanged', participantId: 'anna', source: 'Microphone', muted: true }, 'anna');
    expect(muted).toEqual([]);
    event(12, { type: 'participant.mediaChanged', participantId: 'anna', source: 'Microphone', muted: true }, 'host');
    await settle();
    expect(microphone.enabled).toBe(false);
    expect(muted).toEqual([{ source: 'Microphone', by: 'host' }]);
  });

  it('what it may not send is not sent', async () => {
    const meeting = await join();
    welcome(view(participant('anna')), 10);
    await meeting.publish('Screen', track());
    world.socket.receive({ type: 'refused', id: 'id-1', reason: 'SwitchedOff' });
    await settle();
    expect(meeting.state.local.Screen.on).toBe(false);
  });

  it('tells nothing from the lobby, and everything on admission', async () => {
    world.respond = () => json(200, joinResponse({ state: 'Lobby' }));
    const meeting = await join();
    await meeting.publish('Microphone', track());
    welcome(view(participant('anna', { presence: 'Lobby' })), 5);
    expect(world.socket.of('media.setMuted')).toEqual([]);
    event(6, { type: 'participant.admitted', participantId: 'anna' }, 'host');
    expect(world.socket.of('media.setMuted')).toMatchObject([{ source: 'Microphone', muted: false }]);
  });

  it('a second welcome on the open socket resends nothing', async () => {
    const meeting = await join();
    welcome(view(participant('anna')), 10);
    meeting.sendChat('hello');
    world.socket.receive({ type: 'welcome', you: 'anna', seq: 12, snapshot: view(participant('anna'), participant('ben')) });
    expect(world.socket.of('chat.send')).toHaveLength(1);
    expect(meeting.state.meeting?.participants).toHaveLength(2);
  });

  it('does not mute again, by the rule for newcomers, who comes back', async () => {
    world.stored.set('conference:place:abcd', JSON.stringify({ resumeToken: 'old', displayName: 'Anna' }));
    const meeting = await join();
    await meeting.publish('Microphone', track());
    const ruled = view(participant('anna'));
    welcome({ ...ruled, settings: { ...ruled.settings, muteOnEntry: true } }, 10);
    expect(meeting.state.local.Microphone.on).toBe(true);
  });

  it('joins muted where that is the rule', async () => {
    const meeting = await join();
    await meeting.publish('Microphone', track());
    const ruled = view(participant('anna'));
    welcome({ ...ruled, settings: { ...ruled.settings, muteOnEntry: true } }, 10);
    await settle();
    expect(meeting.state.local.Microphone.on).toBe(false);
    expect(world.socket.of('media.setMuted')).toEqual([]);
  });

  it('demands only what is sent by others, and follows what they start and stop', async () => {
    world.respond = () => json(200, joinResponse({ media: { podId: 'p', url: '/media/p/sessions', mediaTicket: 't', iceServers: [] } }));
    const meeting = await Meeting.join({ code: 'abcd', displayName: 'Anna', env: world, prepared });
    welcome(view(participant('anna', { sending: ['Camera'] }), participant('ben', { sending: ['Camera'] }), participant('cleo')), 10);
    demands.length = 0;
    meeting.show(['anna', 'ben', 'cleo'].map((participantId) => ({ participantId, source: 'Camera', height: 300 })), 1);
    expect(demands).toMatchObject([[{ participantId: 'ben', maxHeight: 360 }]]);
    event(11, { type: 'participant.mediaChanged', participantId: 'cleo', source: 'Camera', muted: false }, 'cleo');
    await world.clock.advance(100);
    expect(demands.at(-1)).toMatchObject([{ participantId: 'ben' }, { participantId: 'cleo' }]);
  });

  it('sends a demand at once after a calm, and then at most every 80 ms with the newest', async () => {
    world.respond = () => json(200, joinResponse({ media: { podId: 'p', url: '/media/p/sessions', mediaTicket: 't', iceServers: [] } }));
    const meeting = await Meeting.join({ code: 'abcd', displayName: 'Anna', env: world, prepared });
    welcome(view(participant('anna'), participant('ben', { sending: ['Camera'] })), 10);
    const show = (height: number): void => meeting.show([{ participantId: 'ben', source: 'Camera', height }], 1);
    await world.clock.advance(1_000);
    demands.length = 0;
    show(90);
    expect(demands).toMatchObject([[{ maxHeight: 90 }]]);
    show(180);
    show(360);
    expect(demands).toHaveLength(1);
    await world.clock.advance(80);
    expect(demands).toMatchObject([[{ maxHeight: 90 }], [{ maxHeight: 360 }]]);
    await world.clock.advance(1_000);
    show(720);
    expect(demands.at(-1)).toMatchObject([{ maxHeight: 720 }]);
  });

  it.each([['Removed', 'Removed'], ['Denied', 'Denied'], ['MeetingEnded', 'Ended']] as const)('ends when it leaves by %s', async (reason, over) => {
    const meeting = await join();
    welcome(view(participant('anna')), 10);
    event(11, { type: 'participant.left', participantId: 'anna', reason }, 'host');
    expect(meeting.state).toMatchObject({ phase: 'over', over });
    expect(world.stored.size).toBe(0);
  });

  it('leaves with a command, and at the latest a second later', async () => {
    const meeting = await join();
    welcome(view(participant('anna')), 10);
    const left = meeting.leave();
    expect(world.socket.of('leave')).toHaveLength(1);
    await world.clock.advance(1_000);
    await left;
    expect(meeting.state).toMatchObject({ phase: 'over', over: 'Left' });
  });

  it('another tab that took over keeps the place', async () => {
    const meeting = await join();
    welcome(view(participant('anna')), 10);
    world.socket.receive({ type: 'goaway', reason: 'Replaced' });
    expect(meeting.state.over).toBe('Replaced');
    expect(world.stored.size).toBe(1);
  });
});
