/** One simulcast layer as the sender should encode it. */
export interface LayerSettings {
  readonly rid: string;
  readonly active: boolean;
  readonly scaleResolutionDownBy: number;
  /** Bits per second. */
  readonly maxBitrate: number;
}

/** Rids of the camera's layers as offered, smallest first: the order in which libwebrtc's encoders hold them. Pods do not depend on it. */
export const cameraRids = ['q', 'h', 'f'] as const;

/**
 * E1. A camera of at least 540 lines sends three layers: a quarter, a half, full.
 * E2. At least 270 lines: two, a half and full; the half is not offered below 135 lines, where nobody recognises a face.
 * E3. Less: one.
 * What is left out is the smallest layers, so `f` is always the whole picture.
 */
export function cameraLayers(height: number): LayerSettings[] {
  const count = height >= 540 ? 3 : height >= 270 ? 2 : 1;
  return cameraRids.map((rid, index) => {
    const scale = 2 ** (cameraRids.length - 1 - index);
    return { rid, active: index >= cameraRids.length - count, scaleResolutionDownBy: scale, maxBitrate: bitrateFor(height / scale) };
  });
}

/** What a picture of this many lines needs at 30 frames a second, bits per second. */
export function bitrateFor(height: number): number {
  if (height >= 1000) return 3_000_000;
  if (height >= 680) return 1_700_000;
  if (height >= 500) return 1_000_000;
  if (height >= 340) return 500_000;
  if (height >= 240) return 300_000;
  return 150_000;
}

/** A shared screen: text must stay readable, so there is one layer of full size. Bits per second. */
export const screenMaxBitrate = 2_500_000;
