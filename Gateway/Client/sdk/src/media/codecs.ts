/** The codecs that pods forward, most preferred first; everything else only makes the offer longer. */
const videoOrder = ['video/vp8', 'video/vp9', 'video/h264', 'video/av1', 'video/rtx'];
const audioOrder = ['audio/opus', 'audio/red'];

export interface Codec {
  readonly mimeType: string;
  readonly sdpFmtpLine?: string | undefined;
}

/** The codecs to offer out of those that the browser has: ours, in our order, one variant of each where variants do not help. */
export function trimCodecs<T extends Codec>(kind: 'audio' | 'video', codecs: readonly T[]): T[] {
  const order = kind === 'audio' ? audioOrder : videoOrder;
  return codecs
    .filter((codec) => order.includes(codec.mimeType.toLowerCase()) && isUseful(codec))
    .sort((a, b) => order.indexOf(a.mimeType.toLowerCase()) - order.indexOf(b.mimeType.toLowerCase()));
}

function isUseful({ mimeType, sdpFmtpLine = '' }: Codec): boolean {
  switch (mimeType.toLowerCase()) {
    case 'video/vp9':
      return !/profile-id=[1-9]/.test(sdpFmtpLine);
    case 'video/av1':
      return !/profile=[1-9]/.test(sdpFmtpLine);
    case 'video/h264':
      // Constrained baseline and constrained high, both of which every H.264 browser decodes; mode 1 is what browsers send.
      return /packetization-mode=1/.test(sdpFmtpLine) && /profile-level-id=(42e0|640c)/i.test(sdpFmtpLine);
    default:
      return true;
  }
}

/** The entry of a sender's negotiated codecs that is called `name` (as `VP8`). */
export function findCodec<T extends Codec>(codecs: readonly T[], name: string): T | undefined {
  return codecs.find((codec) => codec.mimeType.toLowerCase() === `video/${name.toLowerCase()}`);
}

/**
 * What an encoding has to say to be encoded as `codec`; browsers that do not know these members ignore them. VP9 and AV1 need a mode:
 * without one Chromium takes a sender's simulcast encodings for the spatial layers of one stream. Three temporal layers, so that pods can
 * leave out frames for who cannot be sent all.
 */
export function codecParameters<T extends Codec>(codec: T): { readonly codec: T; readonly scalabilityMode?: string } {
  return /^video\/(vp8|vp9|av1)$/i.test(codec.mimeType) ? { codec, scalabilityMode: 'L1T3' } : { codec };
}
