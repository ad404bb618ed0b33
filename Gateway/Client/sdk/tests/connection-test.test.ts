import { describe, expect, it } from 'vitest';
import { figuresOf, testConnection, verdictOf, type ConnectionFigures } from '../src/connection-test.ts';
import { Emitter } from '../src/emitter.ts';
import type { MediaSession, MediaSessionEvents } from '../src/media/session.ts';
import { FakeWorld, json, problem } from './fakes.ts';

const good: ConnectionFigures = { roundTripMs: 20, jitterMs: 2, lossPercent: 0, way: 'udp' };
const track = {} as MediaStreamTrack;

const statistics = (change: { protocol?: string; lost?: number } = {}): object[] => [
  { type: 'candidate-pair', nominated: true, state: 'succeeded', localCandidateId: 'here', responsesReceived: 4, totalRoundTripTime: 0.1, currentRoundTripTime: 0.5 },
  { type: 'candidate-pair', nominated: false, state: 'succeeded', localCandidateId: 'there', responsesReceived: 1, totalRoundTripTime: 9 },
  { type: 'local-candidate', id: 'here', protocol: change.protocol ?? 'udp', candidateType: 'host' },
  { type: 'outbound-rtp', kind: 'audio', packetsSent: 200 },
  { type: 'remote-inbound-rtp', kind: 'audio', packetsLost: change.lost ?? 0, jitter: 0.004 },
];

function session(report: object[] = statistics()) {
  const sent: string[] = [];
  const fake = {
    events: new Emitter<MediaSessionEvents>(), transport: 'new' as const, isClosed: false, sent,
    slots: () => [], open: () => Promise.resolve(), restart: () => Promise.resolve(), reopenChannel: () => undefined, renew: () => undefined, demand: () => undefined,
    send: (source: string) => (sent.push(source), Promise.resolve()),
    statistics: () => Promise.resolve(new Map(report.map((entry, index) => [String(index), entry])) as unknown as RTCStatsReport),
    close: () => void (fake.isClosed = true),
  };
  return fake satisfies MediaSession;
}

function world(): FakeWorld {
  const made = new FakeWorld();
  made.respond = () => json(200, { podId: 'p', url: '/media/p/sessions', mediaTicket: 't', iceServers: [] });
  return made;
}

describe('the verdict', () => {
  it.each([
    [{}, 'good'], [{ lossPercent: 2 }, 'fair'], [{ roundTripMs: 300 }, 'fair'], [{ jitterMs: 50 }, 'fair'], [{ lossPercent: 8 }, 'poor'], [{ roundTripMs: 600 }, 'poor'],
    [{ lossPercent: undefined }, 'good'], [{ lossPercent: undefined, roundTripMs: 700 }, 'poor'], [{ lossPercent: 100 }, 'poor'], [{ way: 'tcp' }, 'tcp'], [{ way: 'tcp', lossPercent: 20 }, 'poor'], [{ way: 'relay' }, 'good'],
  ] as const)('of %j is %s', (change, verdict) => expect(verdictOf({ ...good, ...change })).toBe(verdict));

  it('is read from the pair in use', () => {
    expect(figuresOf(statistics({ lost: 10 }))).toEqual({ roundTripMs: 25, jitterMs: 4, lossPercent: 5, way: 'udp' });
    expect(figuresOf(statistics({ protocol: 'tcp' })).way).toBe('tcp');
    expect(figuresOf(statistics().filter((entry) => (entry as { type: string }).type !== 'remote-inbound-rtp')).lossPercent).toBe(100);
    expect(figuresOf([])).toEqual({ roundTripMs: 0, jitterMs: 0, lossPercent: undefined, way: 'udp' });
  });
});

describe('a test', () => {
  it('sends sound to the pod for some seconds, and reports', async () => {
    const [env, fake] = [world(), session()];
    const testing = testConnection('abcd-efgh', { track, env, session: fake });
    await env.clock.advance(100);
    fake.events.emit('transport', 'connected');
    expect(fake.isClosed).toBe(false);
    await env.clock.advance(4_500);
    expect(await testing).toEqual({ verdict: 'good', figures: { roundTripMs: 25, jitterMs: 4, lossPercent: 0, way: 'udp' } });
    expect([env.requests[0]?.path, fake.sent, fake.isClosed]).toEqual(['/api/join/abcd-efgh/test', ['Microphone'], true]);
  });

  it('tells a server that does not answer from a network that lets no media through', async () => {
    const away = world();
    away.respond = () => problem(503, 'NoPod');
    expect(await testConnection('abcd', { track, env: away, session: session() })).toEqual({ verdict: 'unreachable' });
    const [env, fake] = [world(), session()];
    const testing = testConnection('abcd', { track, env, session: fake });
    await env.clock.advance(6_000);
    expect(await testing).toEqual({ verdict: 'blocked' });
    expect(fake.isClosed).toBe(true);
  });
});
