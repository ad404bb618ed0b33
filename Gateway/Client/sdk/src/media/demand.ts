import type { DemandItem } from '../protocol.ts';

/** A picture on the page, as far as it matters for what to ask for. */
export interface WantedPicture {
  readonly participantId: string;
  readonly source: 'Camera' | 'Screen';
  /** The element's height in CSS pixels; 0 or less: not visible, not wanted. */
  readonly height: number;
  /** Pinned, on the stage, or speaking: asked for before the others. */
  readonly prominent?: boolean;
  /** Put on the stage by hand: where the connection is narrow it is served before everybody but the speaker. */
  readonly pinned?: boolean;
}

/** The heights that are asked for: a demand changes only when an element crosses one of them, not with every pixel of a resize. */
const steps = [90, 180, 270, 360, 540, 720, 1080, 1440, 2160];
const maxItems = 64;

/**
 * D1. What is not visible is not demanded.
 * D2. A screen comes first (text), then prominent cameras, then the others in the order given.
 * D3. The height is the element's in physical pixels, rounded up to a step.
 * D4. At most 64 items; the last ones go.
 */
export function computeDemand(pictures: readonly WantedPicture[], pixelRatio: number): DemandItem[] {
  const rank = (picture: WantedPicture): number => (picture.source === 'Screen' ? 0 : picture.prominent ? 10 : 20);
  return pictures
    .filter((picture) => picture.height > 0)
    .map((picture, index) => ({ picture, index }))
    .sort((a, b) => rank(a.picture) - rank(b.picture) || a.index - b.index)
    .slice(0, maxItems)
    .map(({ picture }, index) => ({
      participantId: picture.participantId,
      source: picture.source,
      maxHeight: roundUp(picture.height * pixelRatio),
      priority: Math.min(100, rank(picture) + Math.min(index, 79)),
      ...(picture.pinned ? { pinned: true } : {}),
    }));
}

/** How many camera slots a demand needs beyond those there are; grows in steps, so that a growing grid re-offers rarely. */
export function slotsToAdd(items: readonly DemandItem[], slots: number): number {
  const wanted = items.filter((item) => item.source === 'Camera').length;
  if (wanted <= slots) return 0;
  const target = [9, 16, 25, 36, 49, 64].find((step) => step >= wanted) ?? wanted;
  return target - slots;
}

export function sameDemand(a: readonly DemandItem[], b: readonly DemandItem[]): boolean {
  return a.length === b.length && a.every((item, index) => {
    const other = b[index];
    return other !== undefined && item.participantId === other.participantId && item.source === other.source
      && item.maxHeight === other.maxHeight && item.priority === other.priority && item.pinned === other.pinned;
  });
}

function roundUp(height: number): number {
  return steps.find((step) => step >= height) ?? 2160;
}
