import type { FilledSlot, Meeting } from '@conference/client';
import { t } from '../i18n/language.ts';

export type QualityLevel = 'good' | 'fair' | 'poor';
export type QualityReason =
  | 'own.fine' | 'own.loss' | 'own.roundTrip' | 'own.bandwidth' | 'own.cpu'
  | 'fine' | 'theirs.loss' | 'theirs.stutter' | 'theirs.paused' | 'theirs.silent';

/** How well somebody is connected, as far as this page can tell, and why it thinks so. */
export interface Quality {
  readonly level: QualityLevel;
  readonly reason: QualityReason;
  /** Percent or milliseconds, where the reason has one. */
  readonly value: number;
}

/** What the browser counted up to a moment. */
export interface Sample {
  /** Milliseconds. */
  readonly at: number;
  readonly received: ReadonlyMap<string, Received>;
  readonly roundTripMs: number;
  /** Of what was sent, 0 to 1, as the pod reported last. */
  readonly lossSent: number;
  readonly limitation: 'none' | 'bandwidth' | 'cpu';
}

interface Received {
  readonly packets: number;
  readonly lost: number;
  /** Seconds in which the picture stood still. */
  readonly frozen: number;
}

const sampleMs = 2_000;
/** With fewer packets in a sample, one lost packet would look like a bad line. */
const fewestPackets = 20;

/** Reads `getStats`. */
export function sampleOf(report: Iterable<object>, at: number): Sample {
  const received = new Map<string, Received>();
  let [roundTripMs, lossSent] = [0, 0];
  let limitation: Sample['limitation'] = 'none';
  for (const entry of report as Iterable<Record<string, unknown>>) {
    const number = (name: string): number => (typeof entry[name] === 'number' ? entry[name] : 0);
    switch (entry['type']) {
      case 'inbound-rtp':
        if (typeof entry['mid'] === 'string') received.set(entry['mid'], { packets: number('packetsReceived'), lost: number('packetsLost'), frozen: number('totalFreezesDuration') });
        break;
      case 'remote-inbound-rtp':
        lossSent = Math.max(lossSent, number('fractionLost'));
        break;
      case 'candidate-pair':
        if (entry['nominated'] === true && entry['state'] === 'succeeded') roundTripMs = Math.max(roundTripMs, number('currentRoundTripTime') * 1000);
        break;
      case 'outbound-rtp': {
        const reason = entry['qualityLimitationReason'];
        if (entry['active'] !== false && (reason === 'bandwidth' || (reason === 'cpu' && limitation === 'none'))) limitation = reason;
        break;
      }
    }
  }
  return { at, received, roundTripMs, lossSent, limitation };
}

/**
 * How everybody is connected. Oneself: Q1 what was sent and got lost, Q2 the way there and back, Q3 what the browser holds back. Others: Q4 what the pod
 * says about their picture, Q5 what got lost on the way, Q6 a picture that stands still. From 2 % and 300 ms it is fair, from 8 % and 600 ms poor.
 */
export function judge(before: Sample, now: Sample, slots: readonly FilledSlot[], you: string): ReadonlyMap<string, Quality> {
  const qualities = new Map<string, Quality>([[you, own(now)]]);
  for (const slot of slots) {
    if (slot.participantId === undefined || slot.participantId === you || slot.source === 'Screen' || slot.source === 'ScreenAudio') continue;
    const quality = theirs(slot, before, now);
    const known = qualities.get(slot.participantId);
    if (quality && (!known || worse(quality, known))) qualities.set(slot.participantId, quality);
  }
  return qualities;
}

/** Q7: what is bad is said when it was bad at the look before too: a picture that changes its size or its place stands still for a moment. */
export function steady(before: ReadonlyMap<string, Quality>, now: ReadonlyMap<string, Quality>): ReadonlyMap<string, Quality> {
  return new Map([...now].map(([id, quality]): [string, Quality] => {
    const lasts = quality.level === 'good' || quality.reason === 'theirs.paused' || (before.get(id)?.level ?? 'good') !== 'good';
    return [id, lasts ? quality : { level: 'good', reason: quality.reason.startsWith('own') ? 'own.fine' : 'fine', value: 0 }];
  }));
}

/** What a level means, in words that say what to do. */
export function qualityText({ reason, value }: Quality, name: string): string {
  return t(`quality.${reason}`, { name, value: Math.round(value) });
}

function own({ lossSent, roundTripMs, limitation }: Sample): Quality {
  const lost: Quality = { level: levelOf(lossSent, 0.02, 0.08), reason: 'own.loss', value: lossSent * 100 };
  const late: Quality = { level: levelOf(roundTripMs, 300, 600), reason: 'own.roundTrip', value: roundTripMs };
  const worst = worse(late, lost) ? late : lost;
  if (worst.level !== 'good') return worst;
  return limitation === 'none' ? { level: 'good', reason: 'own.fine', value: 0 } : { level: 'fair', reason: `own.${limitation}`, value: 0 };
}

function theirs({ mid, kind, state }: FilledSlot, before: Sample, now: Sample): Quality | undefined {
  if (kind === 'video' && state === 'PausedByBandwidth') return { level: 'poor', reason: 'theirs.paused', value: 0 };
  if (kind === 'video' && state === 'PublisherSilent') return { level: 'poor', reason: 'theirs.silent', value: 0 };
  const [was, is] = [before.received.get(mid), now.received.get(mid)];
  if (!was || !is || state !== 'Live') return undefined;
  const lost = Math.max(0, is.lost - was.lost);
  const all = is.packets - was.packets + lost;
  const share = all < fewestPackets ? 0 : lost / all;
  const loss: Quality = { level: levelOf(share, 0.02, 0.08), reason: 'theirs.loss', value: share * 100 };
  const frozen = (is.frozen - was.frozen) / Math.max(0.5, (now.at - before.at) / 1000);
  const still: Quality = { level: levelOf(frozen, 0.1, 0.4), reason: 'theirs.stutter', value: 0 };
  const worst = worse(still, loss) ? still : loss;
  return worst.level === 'good' ? { level: 'good', reason: 'fine', value: 0 } : worst;
}

function levelOf(value: number, fair: number, poor: number): QualityLevel {
  return value >= poor ? 'poor' : value >= fair ? 'fair' : 'good';
}

function worse(one: Quality, other: Quality): boolean {
  const rank = { good: 0, fair: 1, poor: 2 };
  return rank[one.level] > rank[other.level];
}

/** Looks every two seconds while the page is seen; returns how to stop. */
export function watchQuality(meeting: Meeting, report: (qualities: ReadonlyMap<string, Quality>) => void): () => void {
  let last: Sample | undefined;
  let judged: ReadonlyMap<string, Quality> = new Map();
  const look = async (): Promise<void> => {
    if (document.visibilityState !== 'visible') return;
    const statistics = await meeting.statistics().catch(() => undefined);
    if (!statistics) return;
    const now = sampleOf([...statistics.values()] as object[], performance.now());
    const before = judged;
    if (last) {
      judged = judge(last, now, meeting.state.slots, meeting.state.you);
      report(steady(before, judged));
    }
    last = now;
  };
  const timer = setInterval(() => void look(), sampleMs);
  return () => clearInterval(timer);
}
