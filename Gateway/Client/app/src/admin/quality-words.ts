import type { LayerQuality, PersonQuality, SentQuality } from './admin-api.ts';

export type Health = 'good' | 'fair' | 'poor' | 'unknown';

/** Loss in percent and round trips in milliseconds above which people notice, and above which they complain. */
export const limits = { fair: { loss: 2, roundTrip: 250 }, poor: { loss: 8, roundTrip: 500 } } as const;

/** How one participant's media fares, by the worst of what is measured. */
export function healthOf(person: PersonQuality | undefined): Health {
  if (!person?.connected) return 'unknown';
  const losses = [person.lossPercent, ...person.sends.flatMap((sent) => sent.layers.filter((layer) => !layer.off).map((layer) => layer.lossPercent))];
  const [loss, roundTrip] = [Math.max(...losses), person.roundTripMs ?? 0];
  const starved = person.sees.length > 0 && person.sees.every((seen) => seen.height === 0);
  if (starved || loss >= limits.poor.loss || roundTrip >= limits.poor.roundTrip) return 'poor';
  return loss >= limits.fair.loss || roundTrip >= limits.fair.roundTrip || person.sees.some((seen) => seen.height === 0) ? 'fair' : 'good';
}

/** The encoding that says most about a source: the largest that arrives, else the largest. */
export function topLayer(sent: SentQuality): LayerQuality | undefined {
  const running = sent.layers.filter((layer) => !layer.off && layer.kbps > 0);
  return (running.length > 0 ? running : sent.layers).reduce<LayerQuality | undefined>((top, layer) => (top === undefined || layer.height > top.height || (layer.height === top.height && layer.kbps > top.kbps) ? layer : top), undefined);
}
