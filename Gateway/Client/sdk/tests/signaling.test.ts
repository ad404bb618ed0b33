import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError, NetworkError } from '../src/api.ts';
import type { EventMessage, JoinResponse, Welcome } from '../src/protocol.ts';
import { Signaling, type FinalReason, type SignalingState } from '../src/signaling.ts';
import { FakeWorld, joinResponse, settle } from './fakes.ts';

let world: FakeWorld;
let signaling: Signaling;
let rejoins: number;
let rejoin: () => Promise<JoinResponse>;
let seq: number | undefined;
let welcomes: Welcome[];
let events: EventMessage[];
let states: SignalingState[];
let finals: FinalReason[];

beforeEach(() => {
  world = new FakeWorld();
  rejoins = 0;
  seq = undefined;
  welcomes = [];
  events = [];
  states = [];
  finals = [];
  rejoin = () => Promise.resolve(joinResponse({ signalTicket: `ticket-${rejoins + 1}` }));
  signaling = new Signaling(world, {
    rejoin: () => {
      rejoins++;
      return rejoin();
    },
    resumeAfter: () => seq,
    welcome: (message) => {
      welcomes.push(message);
      seq = Math.max(seq ?? 0, message.seq);
    },
    event: (message) => {
      events.push(message);
      seq = message.seq;
    },
    side: () => undefined,
    state: (state) => states.push(state),
    final: (reason) => finals.push(reason),
  });
});

function connect(at = 10): void {
  world.socket.open();
  world.socket.receive({ type: 'welcome', you: 'anna', seq: at });
}

describe('opening', () => {
  it('says hello with the ticket, and without a sequence where there is no snapshot', () => {
    signaling.start(joinResponse());
    expect(world.socket.url).toBe('wss://meet.test/signal');
    world.socket.open();
    expect(world.socket.sent).toEqual([{ type: 'hello', signalTicket: 'ticket-1' }]);
    world.socket.receive({ type: 'welcome', you: 'anna', seq: 10 });
    expect(signaling.state.kind).toBe('open');
    expect(world.marks).toContain('signaling-open');
  });

  it('gives up a socket that never says welcome', async () => {
    signaling.start(joinResponse());
    world.socket.open();
    await world.clock.advance(10_100);
    expect(world.sockets[0]?.closed).toBe(true);
    expect(rejoins).toBe(1);
  });
});

describe('coming back', () => {
  it('R1, R2: retries after hardly any time, with a new ticket and the last sequence', async () => {
    signaling.start(joinResponse());
    connect(10);
    world.socket.receive({ type: 'event', seq: 11, at: '', event: { type: 'meeting.locked', locked: true, version: 1 } });
    world.socket.drop();
    await world.clock.advance(100);
    expect(rejoins).toBe(1);
    world.socket.open();
    expect(world.socket.sent[0]).toEqual({ type: 'hello', signalTicket: 'ticket-2', resumeAfter: 11 });
  });

  it('R1: takes a silent socket for dead after 15 s, pinging every 5 s', async () => {
    signaling.start(joinResponse());
    connect();
    await world.clock.advance(14_999);
    expect(world.sockets[0]?.of('ping')).toHaveLength(2);
    await world.clock.advance(1);
    expect(signaling.state.kind).toBe('waiting');
    await world.clock.advance(99);
    expect(rejoins).toBe(0);
    await world.clock.advance(1);
    expect(rejoins).toBe(1);
  });

  it('stays open as long as anything comes', async () => {
    signaling.start(joinResponse());
    connect();
    for (let i = 0; i < 10; i++) {
      await world.clock.advance(5_000);
      world.socket.receive({ type: 'pong' });
    }
    expect(rejoins).toBe(0);
    expect(signaling.state.kind).toBe('open');
  });

  it('R5: never stops trying while the server is away, with capped waits', async () => {
    rejoin = () => Promise.reject(new NetworkError('refused'));
    signaling.start(joinResponse());
    connect();
    world.socket.drop();
    await world.clock.advance(120_000);
    expect(rejoins).toBeGreaterThan(20);
    expect(rejoins).toBeLessThan(35);
    const waits = states.flatMap((state) => (state.kind === 'waiting' ? [state.retryInMs] : []));
    expect(waits.slice(0, 5)).toEqual([100, 500, 1000, 2000, 4000]);
    expect(Math.max(...waits)).toBe(5_000);

    rejoin = () => Promise.resolve(joinResponse());
    await world.clock.advance(10_000);
    connect();
    expect(signaling.state.kind).toBe('open');
  });

  it('R5: waits as long as the server asks', async () => {
    rejoin = () => Promise.reject(new ApiError(429, 'TooManyAttempts', '', 7_000));
    signaling.start(joinResponse());
    connect();
    world.socket.drop();
    await world.clock.advance(7_099);
    expect(rejoins).toBe(1);
    await world.clock.advance(1);
    expect(rejoins).toBe(2);
  });

  it('tries at once when the network returns', async () => {
    rejoin = () => Promise.reject(new NetworkError('refused'));
    signaling.start(joinResponse());
    connect();
    world.socket.drop();
    await world.clock.advance(4_000);
    const before = rejoins;
    world.networkChanged();
    expect(rejoins).toBe(before + 1);
  });

  it.each(['Ended', 'Removed', 'Locked'] as const)('R4: %s is final', async (reason) => {
    rejoin = () => Promise.reject(new ApiError(403, reason, ''));
    signaling.start(joinResponse());
    connect();
    world.socket.drop();
    await world.clock.advance(60_000);
    expect(rejoins).toBe(1);
    expect(finals).toEqual([reason]);
    expect(signaling.state.kind).toBe('closed');
  });

  it('ignores what an abandoned socket still says', async () => {
    signaling.start(joinResponse());
    connect();
    const old = world.socket;
    old.drop();
    await world.clock.advance(100);
    connect();
    old.receive({ type: 'event', seq: 99, at: '', event: { type: 'meeting.locked', locked: true, version: 1 } });
    old.drop();
    await world.clock.advance(100);
    expect(events).toEqual([]);
    expect(rejoins).toBe(1);
  });
});

describe('goaway', () => {
  it('R6: a restart is waited out as long as the server says', async () => {
    signaling.start(joinResponse());
    connect();
    world.socket.receive({ type: 'goaway', reason: 'Restarting', retryAfterMs: 800 });
    await world.clock.advance(899);
    expect(rejoins).toBe(0);
    await world.clock.advance(1);
    expect(rejoins).toBe(1);
  });

  it('R6: another tab took over: this one stays away', async () => {
    signaling.start(joinResponse());
    connect();
    world.socket.receive({ type: 'goaway', reason: 'Replaced' });
    await world.clock.advance(60_000);
    expect(finals).toEqual(['Replaced']);
    expect(rejoins).toBe(0);
  });

  it('R6: a client that floods slows down', async () => {
    signaling.start(joinResponse());
    connect();
    world.socket.receive({ type: 'goaway', reason: 'Flooding' });
    await world.clock.advance(5_099);
    expect(rejoins).toBe(0);
    await world.clock.advance(1);
    expect(rejoins).toBe(1);
  });
});

describe('commands', () => {
  it('R7: resends what is not acknowledged, in order, with the same ids', async () => {
    signaling.start(joinResponse());
    connect();
    const first = signaling.command({ type: 'chat.send', text: 'one' });
    void signaling.command({ type: 'chat.send', text: 'two' });
    void signaling.command({ type: 'chat.send', text: 'three' });
    world.socket.receive({ type: 'ack', id: 'id-1', seq: 10 });
    expect(await first).toBe(10);
    world.socket.drop();
    await world.clock.advance(100);
    world.socket.open();
    expect(world.socket.of('chat.send')).toEqual([]);
    world.socket.receive({ type: 'welcome', you: 'anna', seq: 10 });
    expect(world.socket.of('chat.send').map(({ id, text }) => [id, text])).toEqual([['id-2', 'two'], ['id-3', 'three']]);
  });

  it('keeps commands that were given while nothing is connected', async () => {
    signaling.start(joinResponse());
    const done = signaling.command({ type: 'hand.raise', raised: true });
    expect(world.socket.sent).toEqual([]);
    connect();
    expect(world.socket.of('hand.raise')).toHaveLength(1);
    world.socket.receive({ type: 'ack', id: 'id-1' });
    expect(await done).toBeUndefined();
  });

  it('a command given while the welcome is handled goes out once', () => {
    signaling.start(joinResponse());
    connect();
    expect(world.socket.of('chat.send')).toHaveLength(0);
    void signaling.command({ type: 'chat.send', text: 'x' });
    expect(world.socket.of('chat.send')).toHaveLength(1);
  });

  it('rejects with the named reason', async () => {
    signaling.start(joinResponse());
    connect();
    const done = signaling.command({ type: 'host.lock', locked: true });
    world.socket.receive({ type: 'refused', id: 'id-1', reason: 'NotAllowed' });
    await expect(done).rejects.toMatchObject({ reason: 'NotAllowed' });
  });

  it('sends again, with the same id, what the journal could not take', async () => {
    signaling.start(joinResponse());
    connect();
    const done = signaling.command({ type: 'chat.send', text: 'x' });
    world.socket.receive({ type: 'refused', id: 'id-1', reason: 'Unavailable' });
    await world.clock.advance(1_000);
    expect(world.socket.of('chat.send').map(({ id }) => id)).toEqual(['id-1', 'id-1']);
    world.socket.receive({ type: 'ack', id: 'id-1', seq: 11 });
    expect(await done).toBe(11);
  });

  it('gives up what waits when it is closed', async () => {
    signaling.start(joinResponse());
    connect();
    const done = signaling.command({ type: 'chat.send', text: 'x' });
    signaling.close();
    await expect(done).rejects.toMatchObject({ reason: 'Closed' });
  });
});

describe('a missing event', () => {
  it('R8: an acknowledged event that does not come within 5 s makes it resume', async () => {
    signaling.start(joinResponse());
    connect(10);
    void signaling.command({ type: 'chat.send', text: 'x' });
    world.socket.receive({ type: 'ack', id: 'id-1', seq: 12 });
    await world.clock.advance(5_099);
    expect(rejoins).toBe(0);
    await world.clock.advance(1);
    expect(rejoins).toBe(1);
  });

  it('R8: one that comes does not', async () => {
    signaling.start(joinResponse());
    connect(10);
    void signaling.command({ type: 'chat.send', text: 'x' });
    world.socket.receive({ type: 'ack', id: 'id-1', seq: 12 });
    world.socket.receive({ type: 'event', seq: 12, at: '', event: { type: 'meeting.locked', locked: true, version: 1 } });
    await settle();
    await world.clock.advance(6_000);
    expect(rejoins).toBe(0);
  });
});
