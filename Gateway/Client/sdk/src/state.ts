import type { EncryptionStatus } from './e2ee/encryption.ts';
import type { LocalSources } from './local.ts';
import type { FilledSlot, MediaState } from './media/link.ts';
import type { MeetingModel } from './model.ts';
import type { Caption, CommandRefusal, MediaSource } from './protocol.ts';
import type { FinalReason, SignalingState } from './signaling.ts';

/** Whom a chat message is for, if not everybody. */
export type ChatTarget = { readonly hosts: true } | { readonly participants: readonly string[] };

/** A chat message that is on its way, or was refused. */
export interface UnsentChat {
  readonly key: number;
  readonly text: string;
  readonly to?: ChatTarget;
  readonly refused?: CommandRefusal;
}

/** All that a page renders from; immutable, each change is a new object. */
export interface MeetingState {
  readonly phase: 'joining' | 'lobby' | 'joined' | 'over';
  /** Set in phase `over`. */
  readonly over?: FinalReason;
  readonly you: string;
  /** Undefined until the first snapshot. */
  readonly meeting?: MeetingModel;
  readonly signaling: SignalingState;
  readonly media: MediaState;
  readonly slots: readonly FilledSlot[];
  readonly activeSpeaker?: string;
  readonly local: LocalSources;
  readonly unsent: readonly UnsentChat[];
  /** Undefined: the meeting is not encrypted from end to end. */
  readonly encryption?: EncryptionStatus;
}

/** What happens besides changes of the state. */
export interface MeetingEvents {
  state: MeetingState;
  /** Speaking levels, at most ten times a second: 0 to 127 by participant. */
  levels: ReadonlyMap<string, number>;
  /** A message of another participant's program (or one's own), in the order of everything that happens. */
  data: { readonly seq: number; readonly from: string; readonly topic: string; readonly data: string };
  /** A host says something to all breakout rooms. */
  broadcast: { readonly from: string; readonly displayName: string; readonly text: string };
  /** What somebody says, in writing. */
  caption: Caption;
  reaction: { readonly from: string; readonly emoji: string };
  /** A host asks this participant to unmute; nothing happens until the person does. */
  askUnmute: { readonly by: string; readonly source: MediaSource };
  /**
   * A host muted one of this participant's sources; or the meeting's rules say that newcomers begin muted (`entry`, whether or not there is a track yet), or that
   * only hosts may begin to send it (`rule`).
   */
  muted: { readonly source: MediaSource; readonly by: 'host' | 'entry' | 'rule' };
}
