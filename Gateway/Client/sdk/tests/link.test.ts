import { beforeEach, describe, expect, it } from 'vitest';
import { ApiError, NetworkError } from '../src/api.ts';
import { Emitter } from '../src/emitter.ts';
import { MediaLink, type MediaState } from '../src/media/link.ts';
import type { MediaSession, MediaSessionEvents } from '../src/media/session.ts';
import type { DemandItem, IceServer, MediaGrant, MediaSource } from '../src/protocol.ts';
import { FakeWorld, settle } from './fakes.ts';

/** A session whose every step the test decides. */
class FakeSession implements MediaSession {
  readonly events = new Emitter<MediaSessionEvents>();
  transport: RTCPeerConnectionState = 'new';
  closed = false;
  readonly grants: MediaGrant[] = [];
  readonly tickets: string[] = [];
  iceServers: readonly IceServer[] = [];
  readonly sent: [MediaSource, boolean][] = [];
  demanded: readonly DemandItem[] = [];
  restarts = 0;
  channels = 0;
  openResult: () => Promise<void> = () => Promise.resolve();
  restartResult: () => Promise<void> = () => Promise.resolve();

  slots(): [] {
    return [];
  }

  open(grant: MediaGrant): Promise<void> {
    this.grants.push(grant);
    return this.openResult();
  }

  restart(): Promise<void> {
    this.restarts++;
    return this.restartResult();
  }

  reopenChannel(): void {
    this.channels++;
  }

  renew(ticket: string, iceServers?: readonly IceServer[]): void {
    this.tickets.push(ticket);
    if (iceServers) this.iceServers = iceServers;
  }

  demand(items: readonly DemandItem[]): void {
    this.demanded = items;
  }

  send(source: MediaSource, _track: MediaStreamTrack | null, active: boolean): Promise<void> {
    this.sent.push([source, active]);
    return Promise.resolve();
  }

  statistics(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  close(): void {
    this.closed = true;
    this.events.clear();
  }

  to(state: RTCPeerConnectionState): void {
    this.transport = state;
    this.events.emit('transport', state);
  }
}

let world: FakeWorld;
let sessions: FakeSession[];
let link: MediaLink;
let states: MediaState[];
let ticketRequests: number;
let grantRequests: number;
let setUp: (session: FakeSession) => void;

const grant = (podId: string, mediaTicket = 't1'): MediaGrant => ({ podId, url: `/media/${podId}/sessions`, mediaTicket, iceServers: [] });
const last = (): FakeSession => {
  const session = sessions.at(-1);
  if (!session) throw new Error('no session was made');
  return session;
};

beforeEach(() => {
  world = new FakeWorld();
  sessions = [];
  states = [];
  ticketRequests = 0;
  grantRequests = 0;
  setUp = () => undefined;
  link = new MediaLink(world, {
    createSession: () => {
      const session = new FakeSession();
      setUp(session);
      sessions.push(session);
      return session;
    },
    requestTicket: () => void ticketRequests++,
    requestGrant: () => void grantRequests++,
  });
  link.events.on('state', (state) => states.push(state));
});

async function connected(): Promise<FakeSession> {
  link.grant(grant('pod-1'));
  await settle();
  last().to('connected');
  last().events.emit('channel', 'open');
  expect(link.state).toBe('connected');
  return last();
}

describe('credentials of TURN servers', () => {
  const turn = (username: string): IceServer[] => [{ urls: ['turn:t'], username, credential: 'c' }];

  it('go to the session when they are renewed, and into the next one', async () => {
    const session = await connected();
    link.renew('t2', turn('later'));
    expect(session.iceServers).toEqual(turn('later'));
    session.events.emit('ended', 'DtlsFailed');
    await world.clock.advance(1_000);
    link.renew('t3', turn('latest'));
    await settle();
    expect(last()).not.toBe(session);
    expect(last().grants[0]?.iceServers).toEqual(turn('latest'));
  });

  it('stay what they were when a renewal brings none', async () => {
    link.grant({ ...grant('pod-1'), iceServers: turn('first') });
    await settle();
    link.renew('t2');
    last().to('connected');
    last().events.emit('ended', 'DtlsFailed');
    await world.clock.advance(10_000);
    expect(last().grants[0]?.iceServers).toEqual(turn('first'));
  });
});

describe('opening', () => {
  it('uses the session that was prepared', async () => {
    const prepared = new FakeSession();
    const other = new MediaLink(world, { createSession: () => new FakeSession(), requestTicket: () => undefined, requestGrant: () => undefined }, prepared);
    other.grant(grant('pod-1'));
    await settle();
    expect(prepared.grants).toEqual([grant('pod-1')]);
  });

  it('gives a session what is sent and demanded already', async () => {
    const demand: DemandItem[] = [{ participantId: 'ben', source: 'Camera', maxHeight: 360, priority: 20 }];
    link.demand(demand);
    await link.send('Microphone', null, true);
    const session = await connected();
    expect(session.demanded).toEqual(demand);
    expect(session.sent).toEqual([['Microphone', true]]);
    expect(states).toEqual(['connecting', 'connected']);
  });

  it('M5: tries the same session again while the server is away', async () => {
    let attempts = 0;
    setUp = (session) => (session.openResult = () => (++attempts < 3 ? Promise.reject(new NetworkError('refused')) : Promise.resolve()));
    link.grant(grant('pod-1'));
    await world.clock.advance(600);
    expect(attempts).toBe(3);
    expect(sessions).toHaveLength(1);
    last().to('connected');
    expect(link.state).toBe('connected');
  });

  it('M1: a transport that never comes up restarts ICE', async () => {
    link.grant(grant('pod-1'));
    await world.clock.advance(10_000);
    expect(last().restarts).toBe(1);
  });
});

describe('a lost transport', () => {
  it('M2: is given 2.5 s, then restarts ICE', async () => {
    const session = await connected();
    session.to('disconnected');
    await world.clock.advance(2_499);
    expect(session.restarts).toBe(0);
    await world.clock.advance(1);
    expect(session.restarts).toBe(1);
    expect(link.state).toBe('recovering');
    session.to('connected');
    expect(link.state).toBe('connected');
    await world.clock.advance(60_000);
    expect(sessions).toHaveLength(1);
  });

  it('M2: that comes back by itself is left alone', async () => {
    const session = await connected();
    session.to('disconnected');
    await world.clock.advance(1_000);
    session.to('connected');
    await world.clock.advance(60_000);
    expect(session.restarts).toBe(0);
  });

  it('M2: failed restarts at once', async () => {
    const session = await connected();
    session.to('failed');
    expect(session.restarts).toBe(1);
  });

  it('M5: a session that the pod does not know is replaced, with a renewed ticket', async () => {
    const session = await connected();
    session.restartResult = () => Promise.reject(new ApiError(404, 'UnknownSession', ''));
    session.to('failed');
    await world.clock.advance(0);
    expect(ticketRequests).toBe(1);
    expect(session.closed).toBe(true);
    link.renew('t2');
    await settle();
    expect(sessions).toHaveLength(2);
    expect(last().grants[0]?.mediaTicket).toBe('t2');
  });

  it('M5: a restart that heals nothing within 8 s ends in a new session', async () => {
    const session = await connected();
    session.to('failed');
    await world.clock.advance(8_000);
    expect(session.closed).toBe(true);
    await world.clock.advance(3_000);
    expect(sessions).toHaveLength(2);
  });

  it('M5: what keeps failing asks for a whole new grant, and never stops', async () => {
    await connected();
    setUp = (session) => (session.openResult = () => Promise.reject(new ApiError(404, 'UnknownSession', '')));
    last().restartResult = () => Promise.reject(new ApiError(404, 'UnknownSession', ''));
    last().to('failed');
    await world.clock.advance(120_000);
    expect(grantRequests).toBeGreaterThan(1);
    expect(sessions.length).toBeGreaterThan(6);

    setUp = () => undefined;
    await world.clock.advance(15_000);
    last().to('connected');
    expect(link.state).toBe('connected');
  });
});

describe('a lost channel', () => {
  it('M3: is opened again at once', async () => {
    const session = await connected();
    session.events.emit('channel', 'lost');
    expect(session.channels).toBe(1);
    session.events.emit('channel', 'open');
    await world.clock.advance(30_000);
    expect(session.restarts).toBe(0);
    expect(link.state).toBe('connected');
  });

  it('M3: that cannot be opened asks whether the session is still there', async () => {
    const session = await connected();
    session.events.emit('channel', 'lost');
    session.events.emit('channel', 'lost');
    await settle();
    expect(session.restarts).toBe(1);
    expect(session.channels).toBe(2);
    session.events.emit('channel', 'open');
    expect(link.state).toBe('connected');
  });
});

describe('a new grant', () => {
  it('for the same pod only renews the ticket of a session that works', async () => {
    const session = await connected();
    link.grant(grant('pod-1', 't2'));
    expect(session.tickets).toEqual(['t2']);
    expect(sessions).toHaveLength(1);
  });

  it('for the same pod, while its session is still connecting, changes nothing', async () => {
    link.grant(grant('pod-1'));
    await settle();
    link.grant(grant('pod-1', 't2'));
    last().to('connecting');
    link.kick();
    last().to('connected');
    await world.clock.advance(30_000);
    expect(sessions).toHaveLength(1);
    expect(last().restarts).toBe(0);
    expect(link.state).toBe('connected');
  });

  it('ends a wait: the server has just answered', async () => {
    setUp = (session) => (session.openResult = () => Promise.reject(new NetworkError('refused')));
    link.grant(grant('pod-1'));
    await world.clock.advance(20_000);
    const attempts = last().grants.length;
    last().openResult = () => Promise.resolve();
    link.grant(grant('pod-1', 't2'));
    await settle();
    expect(last().grants).toHaveLength(attempts + 1);
    expect(last().grants.at(-1)?.mediaTicket).toBe('t2');
  });

  it('M4: for another pod makes before it breaks', async () => {
    const old = await connected();
    link.grant(grant('pod-2'), true);
    await settle();
    expect(sessions).toHaveLength(2);
    expect(old.closed).toBe(false);
    last().to('connected');
    await world.clock.advance(1_999);
    expect(old.closed).toBe(false);
    await world.clock.advance(1);
    expect(old.closed).toBe(true);
    expect(link.session).toBe(last());
    expect(link.state).toBe('connected');
    expect(states).not.toContain('recovering');
  });

  it('M4: a move that fails keeps the old session and asks again', async () => {
    const old = await connected();
    setUp = (session) => (session.openResult = () => Promise.reject(new ApiError(503, 'PodFull', '')));
    link.grant(grant('pod-2'), true);
    await settle();
    expect(old.closed).toBe(false);
    expect(link.session).toBe(old);
    expect(grantRequests).toBe(0);
    await world.clock.advance(1_000);
    expect(grantRequests).toBe(1);
  });

  it('for another pod, while the old session is broken, starts there at once', async () => {
    const old = await connected();
    old.to('disconnected');
    link.grant(grant('pod-2'));
    await settle();
    expect(old.closed).toBe(true);
    expect(last().grants).toEqual([grant('pod-2')]);
  });
});

describe('an end that the pod announces', () => {
  it('M6: is final where the meeting decided it', async () => {
    const session = await connected();
    session.events.emit('ended', 'Removed');
    await world.clock.advance(30_000);
    expect(link.state).toBe('idle');
    expect(sessions).toHaveLength(1);
  });

  it('M6: otherwise leads to a new session', async () => {
    const session = await connected();
    session.events.emit('ended', 'PodStopping');
    await world.clock.advance(0);
    link.renew('t2');
    await settle();
    expect(sessions).toHaveLength(2);
    last().to('connected');
    expect(link.state).toBe('connected');
  });
});

it('a wake-up while a ticket is awaited goes on without it', async () => {
  const session = await connected();
  session.events.emit('ended', 'PodStopping');
  await world.clock.advance(0);
  link.kick();
  await settle();
  expect(sessions).toHaveLength(2);
  expect(session.restarts).toBe(0);
});

it('a closed link does nothing any more', async () => {
  const session = await connected();
  link.close();
  link.grant(grant('pod-2'));
  await world.clock.advance(30_000);
  expect(session.closed).toBe(true);
  expect(sessions).toHaveLength(1);
  expect(link.state).toBe('closed');
});
