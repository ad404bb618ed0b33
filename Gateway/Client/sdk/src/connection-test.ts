import { Api } from './api.ts';
import { ambientEnvironment, type Environment } from './environment.ts';
import { PeerSession, type MediaSession } from './media/session.ts';

/** How packets go to the media server: straight, over TCP where UDP is blocked, or through a TURN server. */
export type ConnectionWay = 'udp' | 'tcp' | 'relay';
export type ConnectionVerdict = 'good' | 'fair' | 'poor' | 'tcp' | 'blocked' | 'unreachable';

/** What a test measured. */
export interface ConnectionFigures {
  readonly roundTripMs: number;
  readonly jitterMs: number;
  /** Of what was sent; undefined: too little was sent to tell. */
  readonly lossPercent: number | undefined;
  readonly way: ConnectionWay;
}

export interface ConnectionReport {
  readonly verdict: ConnectionVerdict;
  /** Undefined where nothing came about: `blocked`, `unreachable`. */
  readonly figures?: ConnectionFigures;
}

export interface ConnectionTestOptions {
  /** Any sound that does not stop (silence may not be sent): it goes to the pod and to nobody else. The caller owns it. */
  readonly track: MediaStreamTrack;
  readonly env?: Environment;
  readonly session?: MediaSession;
}

const connectWithinMs = 6_000;
const measureMs = 3_800;
/** The pod ends a session that belongs to no meeting after 5 s; until then it reports once a second. */
const lastsMs = 4_700;
const leastMs = 1_500;
/** A second of sound: when the pod reports none of that, none of it arrived. */
const fewestPackets = 50;

/** V1: loss from 8 % or 600 ms is poor; V2: without UDP that is what there is to say; V3: from 2 %, 300 ms or 50 ms of jitter it is fair. */
export function verdictOf({ lossPercent, roundTripMs, jitterMs, way }: ConnectionFigures): ConnectionVerdict {
  const loss = lossPercent ?? 0;
  if (loss >= 8 || roundTripMs >= 600) return 'poor';
  if (way === 'tcp') return 'tcp';
  return loss >= 2 || roundTripMs >= 300 || jitterMs >= 50 ? 'fair' : 'good';
}

/** Tries the way to the pod that a meeting's newcomers get, with a real media session of five seconds. Never throws. */
export async function testConnection(code: string, { track, env = ambientEnvironment(), session = new PeerSession(env) }: ConnectionTestOptions): Promise<ConnectionReport> {
  try {
    const connected = transportOf(session, env);
    const begun = env.clock.now();
    try {
      await session.open(await new Api(env).testGrant(code));
    } catch {
      return { verdict: 'unreachable' };
    }
    await session.send('Microphone', track, true);
    if (!(await connected)) return { verdict: 'blocked' };
    await after(env, Math.max(leastMs, Math.min(measureMs, lastsMs - (env.clock.now() - begun))));
    const figures = figuresOf([...((await session.statistics())?.values() ?? [])] as object[]);
    return { verdict: verdictOf(figures), figures };
  } finally {
    session.close();
  }
}

/** Reads `getStats` at the end of a test. */
export function figuresOf(report: readonly object[]): ConnectionFigures {
  const entries = report as readonly Readonly<Record<string, unknown>>[];
  const number = (entry: Readonly<Record<string, unknown>> | undefined, name: string): number => (typeof entry?.[name] === 'number' ? entry[name] : 0);
  const pair = entries.find((entry) => entry['type'] === 'candidate-pair' && entry['nominated'] === true && entry['state'] === 'succeeded');
  const local = entries.find((entry) => entry['type'] === 'local-candidate' && entry['id'] === pair?.['localCandidateId']);
  const reported = entries.find((entry) => entry['type'] === 'remote-inbound-rtp' && entry['kind'] === 'audio');
  const sent = number(entries.find((entry) => entry['type'] === 'outbound-rtp' && entry['kind'] === 'audio'), 'packetsSent');
  const answers = number(pair, 'responsesReceived');
  return {
    // The first checks wait for the handshake beside them: the last one is the better of the two then.
    roundTripMs: 1000 * Math.min(number(pair, 'currentRoundTripTime'), answers > 0 ? number(pair, 'totalRoundTripTime') / answers : Infinity),
    jitterMs: 1000 * number(reported, 'jitter'),
    lossPercent: reported && sent > 0 ? Math.min(100, (100 * Math.max(0, number(reported, 'packetsLost'))) / sent) : sent >= fewestPackets ? 100 : undefined,
    way: local?.['candidateType'] === 'relay' ? 'relay' : local?.['protocol'] === 'tcp' ? 'tcp' : 'udp',
  };
}

/** Whether the session's transport comes up in time. */
function transportOf(session: MediaSession, env: Environment): Promise<boolean> {
  return new Promise((resolve) => {
    session.events.on('transport', (state) => {
      if (state === 'connected') resolve(true);
      else if (state === 'failed' || state === 'closed') resolve(false);
    });
    session.events.on('ended', () => resolve(false));
    env.clock.after(connectWithinMs, () => resolve(false));
  });
}

function after(env: Environment, ms: number): Promise<void> {
  return new Promise((resolve) => void env.clock.after(ms, resolve));
}
