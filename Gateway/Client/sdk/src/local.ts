import type { MediaSource } from './protocol.ts';

/** One of this participant's own sources. */
export interface LocalSource {
  readonly track: MediaStreamTrack | null;
  /** Others may see or hear it: there is a track, and it is not muted. */
  readonly on: boolean;
}

export type LocalSources = Readonly<Record<MediaSource, LocalSource>>;

const off: LocalSource = { track: null, on: false };
export const nothingLocal: LocalSources = { Microphone: off, Camera: off, Screen: off, ScreenAudio: off };
export const allSources: readonly MediaSource[] = ['Microphone', 'Camera', 'Screen', 'ScreenAudio'];

/** What to tell the meeting, and what to do here, when the meeting's record of what we send and the truth differ. */
export interface Reconciliation {
  /** Sources that a host muted while we were away: mute them here. */
  readonly muteHere: readonly MediaSource[];
  /** Commands to send: the source, and whether it is muted. */
  readonly tell: readonly { readonly source: MediaSource; readonly muted: boolean }[];
}

/**
 * L1. A source with a command under way is left alone: the command decides.
 * L2. We send it and the meeting says muted: for the same participant a host did that, so it is muted here; for a new one
 *     the meeting does not know yet, so it is told.
 * L3. The meeting says we send it and we do not: it is told.
 */
export function reconcile(
  local: LocalSources, recorded: readonly MediaSource[], pending: ReadonlySet<MediaSource>, isNewParticipant: boolean,
): Reconciliation {
  const open = allSources.filter((source) => !pending.has(source));
  const unrecorded = open.filter((source) => local[source].on && !recorded.includes(source));
  const overstated = open.filter((source) => !local[source].on && recorded.includes(source));
  return {
    muteHere: isNewParticipant ? [] : unrecorded,
    tell: [
      ...(isNewParticipant ? unrecorded.map((source) => ({ source, muted: false })) : []),
      ...overstated.map((source) => ({ source, muted: true })),
    ],
  };
}
