/**
 * The words that this client and the services share, exactly as the Contracts project defines them: camelCase JSON, enum values as
 * their names, a `type` tag on messages. The services leave nulls out, so what may be null is optional here; what a client must
 * send even when it is null is `| null`.
 */

export type MediaSource = 'Microphone' | 'Camera' | 'Screen' | 'ScreenAudio';
/** A viewer watches a webinar: sends nothing, is counted and not listed. */
export type Role = 'Attendee' | 'CoHost' | 'Host' | 'Viewer';
/** What a stream does: it only sends (WHIP), or only receives (WHEP). */
export type StreamKind = 'Publish' | 'Play';
export type Presence = 'Lobby' | 'Joining' | 'Connected' | 'Reconnecting';

// ---- Meetings ----

export interface MeetingSettings {
  readonly lobby: boolean;
  readonly muteOnEntry: boolean;
  readonly maxParticipants: number;
  readonly chatForAll: boolean;
  readonly shareForAll: boolean;
  readonly joinBeforeHost: boolean;
  readonly openPublish: boolean;
  readonly openPlay: boolean;
  /** Everybody may unmute the own microphone; otherwise hosts, and whom a host asks. */
  readonly unmuteForAll: boolean;
  /** The same for the camera. */
  readonly cameraForAll: boolean;
  readonly renameForAll: boolean;
  /** False: nobody writes. */
  readonly chat: boolean;
  /** Others than hosts may write to one person (with `chatForAll`), or to hosts (without). */
  readonly privateChat: boolean;
  readonly removedNamesStayOut: boolean;
  /** Everybody may ask the hosts questions, for all to see. */
  readonly questions: boolean;
  /** The longest it may last, from when the first came; 0: no limit. */
  readonly maxMinutes: number;
  readonly endWithoutHost: boolean;
  /** Its link can be used again after its end. */
  readonly recurring: boolean;
  /** Whoever joins without the host key is a viewer. */
  readonly webinar: boolean;
  /** Sound and pictures are encrypted from end to end; said at creation, for good. */
  readonly encrypted: boolean;
}

/** What a participant of an encrypted meeting has announced. */
export interface EncryptionKeys {
  readonly publicKey: string;
  readonly salt: string;
  readonly proof: string;
  readonly needsSecret?: boolean;
  readonly attempt?: number;
}

/** Which secret is in use. */
export interface EncryptionView {
  readonly generation: number;
  readonly step: number;
  readonly fromLink: boolean;
  readonly removals: number;
  readonly rotationDue: boolean;
}

export interface SealedSecret {
  readonly participantId: string;
  readonly box: string;
}

/** How often a meeting takes place again, at the same time of day. */
export type Recurrence = 'Daily' | 'Weekdays' | 'Weekly' | 'Fortnightly' | 'Monthly';

/** When a meeting is to take place. The time zone is a name, as `Europe/Berlin`: shown, and the clock by which it repeats. */
export interface MeetingSchedule {
  readonly start: string;
  readonly end: string;
  readonly timeZone: string;
  readonly repeats?: Recurrence;
}

/** Somebody whom a host removed. */
export interface RemovedView {
  readonly id: string;
  readonly displayName: string;
}

export interface ParticipantView {
  readonly id: string;
  readonly displayName: string;
  readonly role: Role;
  readonly presence: Presence;
  readonly sending: readonly MediaSource[];
  readonly handRaisedSeq?: number;
  readonly joinedAt: string;
  /** Set for a stream (WHIP, WHEP) rather than a person with a page. */
  readonly stream?: StreamKind;
  /** The index of the breakout room they are in; undefined: the main room. */
  readonly room?: number;
  /** Undefined: nothing announced yet. */
  readonly keys?: EncryptionKeys;
}

export interface ChatMessage {
  readonly seq: number;
  readonly at: string;
  readonly from: string;
  readonly displayName: string;
  readonly text: string;
  readonly to?: readonly string[];
  /** It is for hosts and co-hosts. */
  readonly toHosts?: boolean;
  /** When its writer changed the text last. */
  readonly editedAt?: string;
  /** It was deleted: there is no text. */
  readonly deleted?: boolean;
  /** The breakout room it was said in. */
  readonly room?: string;
}

/** The breakout rooms; who is where is in each participant's `room`. */
export interface BreakoutsView {
  readonly rooms: readonly string[];
  readonly selfChosen: boolean;
  readonly closesAt?: string;
}

/** A poll as this participant sees it. */
export interface PollView {
  readonly id: number;
  readonly question: string;
  readonly options: readonly string[];
  readonly multiple: boolean;
  readonly anonymous: boolean;
  /** Everybody sees the counts. */
  readonly resultsToAll: boolean;
  readonly closed: boolean;
  /** What this participant chose: indexes of the options. */
  readonly mine?: readonly number[];
  /** Votes of each option, where this participant sees results. */
  readonly counts?: readonly number[];
  readonly voters?: number;
  /** Who chose what, for hosts of a poll that is not anonymous. */
  readonly named?: readonly PollVote[];
}

export interface PollVote {
  readonly participantId: string;
  readonly displayName: string;
  readonly choices: readonly number[];
}

/** A question to the hosts as this participant sees it. */
export interface QuestionView {
  readonly id: number;
  readonly at: string;
  readonly text: string;
  /** How many want the answer. */
  readonly votes: number;
  readonly own: boolean;
  /** This participant wants the answer too. */
  readonly voted: boolean;
  readonly answered: boolean;
  /** Undefined: anonymous. */
  readonly displayName?: string;
  readonly answer?: string;
  readonly answeredBy?: string;
}

export interface MeetingView {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  readonly settings: MeetingSettings;
  readonly locked: boolean;
  readonly participants: readonly ParticipantView[];
  readonly chat: readonly ChatMessage[];
  readonly chatTruncated: boolean;
  /** Whom everybody sees large, in this order. */
  readonly spotlight: readonly string[];
  readonly polls: readonly PollView[];
  readonly questions: readonly QuestionView[];
  /** When the first came. */
  readonly viewers: number;
  readonly startedAt?: string;
  readonly schedule?: MeetingSchedule;
  readonly breakouts?: BreakoutsView;
  /** For hosts: who was removed and stays out. */
  readonly removed?: readonly RemovedView[];
  /** Undefined: the meeting is not encrypted from end to end. */
  readonly encryption?: EncryptionView;
}

export type MeetingEndReason = 'EndedByHost' | 'EndedByApi' | 'Abandoned' | 'TimeLimit' | 'HostLeft';
export type LeaveReason = 'Left' | 'NeverConnected' | 'ConnectionLost' | 'Removed' | 'Denied' | 'MeetingEnded';
export type JoinRefusal =
  | 'UnknownCode' | 'Ended' | 'Locked' | 'Full' | 'WrongPasscode' | 'WrongHostKey' | 'Removed' | 'NotStarted'
  | 'InvalidDisplayName' | 'ResumeExpired' | 'NoPod' | 'TooManyAttempts' | 'Unavailable'
  | 'QuotaMeetings' | 'QuotaParticipants' | 'QuotaMinutes' | 'TokenInvalid' | 'TokenExpired' | 'TokenForeign' | 'TokenUsed' | 'TokenRequired';
export type CommandRefusal =
  | 'Malformed' | 'NotAllowed' | 'UnknownParticipant' | 'UnknownMessage' | 'UnknownPoll' | 'UnknownQuestion' | 'PollClosed' | 'TooMany' | 'TooLarge' | 'NotInMeeting' | 'InLobby' | 'Ended' | 'InvalidText'
  | 'InvalidDisplayName' | 'SwitchedOff' | 'Full' | 'QuotaReached' | 'EncryptionFixed' | 'Outdated' | 'RateLimited' | 'Unavailable';

export type MeetingEventBody = { readonly version: number } & (
  | { readonly type: 'meeting.created'; readonly code: string; readonly title: string; readonly tenantId: string; readonly settings: MeetingSettings; readonly schedule?: MeetingSchedule }
  | { readonly type: 'meeting.scheduled'; readonly schedule: MeetingSchedule }
  | { readonly type: 'meeting.settingsChanged'; readonly title: string; readonly settings: MeetingSettings }
  | { readonly type: 'meeting.locked'; readonly locked: boolean }
  | { readonly type: 'meeting.ended'; readonly reason: MeetingEndReason; readonly reopens?: boolean }
  | { readonly type: 'streamKey.created'; readonly keyId: string; readonly name: string; readonly role: Role }
  | { readonly type: 'streamKey.revoked'; readonly keyId: string }
  | { readonly type: 'participant.joined'; readonly participantId: string; readonly displayName: string; readonly role: Role; readonly inLobby: boolean; readonly stream?: StreamKind }
  | { readonly type: 'participant.admitted'; readonly participantId: string }
  | { readonly type: 'participant.connected'; readonly participantId: string }
  | { readonly type: 'participant.disconnected'; readonly participantId: string; readonly pageClosed?: boolean }
  | { readonly type: 'participant.left'; readonly participantId: string; readonly reason: LeaveReason }
  | { readonly type: 'participant.letBack'; readonly participantId: string }
  | { readonly type: 'participant.renamed'; readonly participantId: string; readonly displayName: string }
  | { readonly type: 'participant.roleChanged'; readonly participantId: string; readonly role: Role }
  | { readonly type: 'participant.mediaChanged'; readonly participantId: string; readonly source: MediaSource; readonly muted: boolean }
  | { readonly type: 'participant.handChanged'; readonly participantId: string; readonly raised: boolean }
  | { readonly type: 'participant.unmuteAllowed'; readonly participantId: string; readonly source: MediaSource }
  | { readonly type: 'meeting.spotlighted'; readonly participants: readonly string[] }
  | { readonly type: 'participant.moved'; readonly participantId: string; readonly podId: string; readonly case: string }
  | { readonly type: 'chat.sent'; readonly from: string; readonly displayName: string; readonly text: string; readonly to?: readonly string[]; readonly toHosts?: boolean; readonly room?: string }
  | { readonly type: 'breakouts.opened'; readonly rooms: readonly string[]; readonly selfChosen: boolean }
  | { readonly type: 'breakouts.moved'; readonly participantId: string; readonly room?: number }
  | { readonly type: 'breakouts.closing'; readonly at: string }
  | { readonly type: 'breakouts.closed' }
  | { readonly type: 'app.data'; readonly from: string; readonly topic: string; readonly data: string; readonly to?: readonly string[] }
  | { readonly type: 'poll.opened'; readonly question: string; readonly options: readonly string[]; readonly multiple: boolean; readonly anonymous: boolean; readonly resultsToAll: boolean }
  | { readonly type: 'poll.voted'; readonly poll: number; readonly anonymous: boolean; readonly from?: string; readonly displayName?: string; readonly choices?: readonly number[]; readonly counts?: readonly number[]; readonly voters?: number }
  | { readonly type: 'poll.closed'; readonly poll: number; readonly shared: boolean; readonly counts?: readonly number[]; readonly voters?: number }
  | { readonly type: 'question.asked'; readonly text: string; readonly anonymous: boolean; readonly from?: string; readonly displayName?: string }
  | { readonly type: 'question.voted'; readonly question: number; readonly up: boolean; readonly from?: string; readonly votes?: number }
  | { readonly type: 'question.answered'; readonly question: number; readonly text?: string; readonly displayName?: string }
  | { readonly type: 'question.dismissed'; readonly question: number }
  | { readonly type: 'encryption.announced'; readonly participantId: string; readonly keys: EncryptionKeys }
  | { readonly type: 'encryption.sealed'; readonly from: string; readonly generation: number; readonly step: number; readonly boxes: readonly SealedSecret[] }
  | { readonly type: 'encryption.rotated'; readonly generation: number }
  | { readonly type: 'chat.edited'; readonly message: number; readonly from: string; readonly text: string; readonly to?: readonly string[]; readonly toHosts?: boolean }
  | { readonly type: 'chat.deleted'; readonly message: number; readonly from: string; readonly to?: readonly string[]; readonly toHosts?: boolean }
);

// ---- HTTP API ----

export interface CreateMeetingRequest {
  readonly title?: string;
  readonly passcode?: string;
  readonly settings?: MeetingSettings;
  readonly schedule?: MeetingSchedule;
}

export interface CreateMeetingResponse {
  readonly id: string;
  readonly code: string;
  readonly joinUrl: string;
  readonly hostUrl: string;
  readonly hostKey: string;
}

export interface JoinFacts {
  readonly code: string;
  readonly title: string;
  readonly needsPasscode: boolean;
  readonly locked: boolean;
  readonly lobby: boolean;
  readonly ended: boolean;
  readonly schedule?: MeetingSchedule;
  readonly encrypted: boolean;
}

export interface JoinRequest {
  readonly displayName?: string;
  readonly passcode?: string;
  readonly hostKey?: string;
  readonly region?: string;
  readonly resumeToken?: string;
  /** Random, kept by the browser for longer than a tab. */
  readonly deviceToken?: string;
  /** A JWT that the meeting's tenant signed. */
  readonly token?: string;
}

export interface JoinResponse {
  readonly meetingId: string;
  readonly participantId: string;
  readonly resumeToken: string;
  readonly signalTicket: string;
  readonly signalUrl: string;
  readonly state: 'Joined' | 'Lobby';
  readonly media?: MediaGrant;
  /** W3C `traceparent` for `hello`, where the join is traced. */
  readonly trace?: string;
  readonly encrypted: boolean;
}

export interface ChatPage {
  readonly messages: readonly ChatMessage[];
  readonly next?: number;
  readonly previous?: number;
}

export interface ApiProblem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly reason: string;
  readonly detail?: string;
}

// ---- Signaling ----

export interface IceServer {
  readonly urls: readonly string[];
  readonly username?: string;
  readonly credential?: string;
}

export interface MediaGrant {
  readonly podId: string;
  readonly url: string;
  readonly mediaTicket: string;
  readonly iceServers: readonly IceServer[];
  /** To send as header `traceparent` with the offer, where it is traced. */
  readonly trace?: string;
}

export type ClientCommandBody =
  | { readonly type: 'leave'; readonly successor?: string }
  | { readonly type: 'chat.send'; readonly text: string; readonly to?: readonly string[]; readonly toHosts?: boolean }
  | { readonly type: 'chat.edit'; readonly message: number; readonly text: string }
  | { readonly type: 'chat.delete'; readonly message: number }
  | { readonly type: 'media.setMuted'; readonly source: MediaSource; readonly muted: boolean }
  | { readonly type: 'hand.raise'; readonly raised: boolean }
  | { readonly type: 'participant.rename'; readonly displayName: string; readonly participantId?: string }
  | { readonly type: 'host.mute'; readonly participantId: string | null; readonly source: MediaSource; readonly mayUnmute?: boolean }
  | { readonly type: 'host.askUnmute'; readonly participantId: string; readonly source: MediaSource }
  | { readonly type: 'host.remove'; readonly participantId: string }
  | { readonly type: 'host.admit'; readonly participantId: string | null }
  | { readonly type: 'host.deny'; readonly participantId: string | null }
  | { readonly type: 'host.lowerHands'; readonly participantId: string | null }
  | { readonly type: 'host.spotlight'; readonly participants: readonly string[] }
  | { readonly type: 'host.setRole'; readonly participantId: string; readonly role: Role }
  | { readonly type: 'host.lock'; readonly locked: boolean }
  | { readonly type: 'host.settings'; readonly title: string; readonly settings: MeetingSettings; readonly schedule?: MeetingSchedule }
  | { readonly type: 'host.letBack'; readonly participantId: string }
  | { readonly type: 'breakouts.open'; readonly rooms: readonly string[]; readonly assignment: 'Automatic' | 'Manual' | 'SelfChosen'; readonly places?: readonly { readonly participantId: string; readonly room: number }[] }
  | { readonly type: 'breakouts.move'; readonly room: number | null; readonly participantId?: string }
  | { readonly type: 'breakouts.close'; readonly seconds: number }
  | { readonly type: 'breakouts.broadcast'; readonly text: string }
  | { readonly type: 'app.send'; readonly topic: string; readonly data: string; readonly to?: readonly string[] }
  | { readonly type: 'poll.open'; readonly question: string; readonly options: readonly string[]; readonly multiple: boolean; readonly anonymous: boolean; readonly resultsToAll: boolean }
  | { readonly type: 'poll.vote'; readonly poll: number; readonly choices: readonly number[] }
  | { readonly type: 'poll.close'; readonly poll: number; readonly share: boolean }
  | { readonly type: 'question.ask'; readonly text: string; readonly anonymous: boolean }
  | { readonly type: 'question.upvote'; readonly question: number; readonly up: boolean }
  | { readonly type: 'question.answer'; readonly question: number; readonly text?: string }
  | { readonly type: 'question.dismiss'; readonly question: number }
  | { readonly type: 'encryption.announce'; readonly keys: EncryptionKeys }
  | { readonly type: 'encryption.seal'; readonly generation: number; readonly step: number; readonly boxes: readonly SealedSecret[]; readonly removals: number; readonly rotate: boolean }
  | { readonly type: 'meeting.end' };

export type ClientCommand = ClientCommandBody & { readonly id: string };

/** How long the join took: milliseconds after the click; what is missing was not reached. */
export interface JoinTimesMessage {
  readonly type: 'join.times';
  readonly joined: number;
  readonly signaling?: number;
  readonly answer?: number;
  readonly ice?: number;
  readonly dtls?: number;
  readonly firstFrame?: number;
}

export type ClientMessage =
  | { readonly type: 'hello'; readonly signalTicket: string; readonly resumeAfter?: number; readonly trace?: string }
  | JoinTimesMessage
  | { readonly type: 'ping' }
  | { readonly type: 'media.renew' }
  | { readonly type: 'reaction.send'; readonly emoji: string }
  | ClientCommand;

export type GoAwayReason =
  | 'Restarting' | 'Replaced' | 'HelloTimeout' | 'InvalidTicket' | 'NotInMeeting' | 'Ended' | 'Malformed' | 'TooLarge'
  | 'Flooding' | 'TooSlow';

export interface Welcome {
  readonly type: 'welcome';
  readonly you: string;
  readonly seq: number;
  readonly snapshot?: MeetingView;
  readonly media?: MediaGrant;
}

export interface EventMessage {
  readonly type: 'event';
  readonly seq: number;
  readonly at: string;
  readonly actor?: string;
  readonly event: MeetingEventBody;
}

/** What somebody says, in writing. */
export interface Caption {
  readonly text: string;
  /** The words stay as they are; otherwise the speaker's next caption replaces them. */
  readonly final: boolean;
  readonly speaker?: string;
  readonly speakerName?: string;
  readonly language?: string;
}

export type ServerMessage =
  | Welcome
  | EventMessage
  | { readonly type: 'ack'; readonly id: string; readonly seq?: number }
  | { readonly type: 'refused'; readonly id?: string; readonly reason: CommandRefusal }
  | { readonly type: 'pong' }
  | { readonly type: 'media.move'; readonly media: MediaGrant }
  | { readonly type: 'media.ticket'; readonly mediaTicket: string; readonly iceServers?: readonly IceServer[] }
  | { readonly type: 'reaction'; readonly from: string; readonly emoji: string }
  | { readonly type: 'askUnmute'; readonly by: string; readonly source: MediaSource }
  | ({ readonly type: 'caption' } & Caption)
  | { readonly type: 'broadcast'; readonly from: string; readonly displayName: string; readonly text: string }
  | { readonly type: 'viewers'; readonly viewers: number }
  | { readonly type: 'goaway'; readonly reason: GoAwayReason; readonly retryAfterMs?: number };

// ---- Media session channel ----

export interface DemandItem {
  readonly participantId: string | null;
  readonly source: 'Camera' | 'Screen';
  readonly maxHeight: number;
  readonly priority: number;
  /** Chosen by the viewer to be seen well. */
  readonly pinned?: boolean;
}

/** What a picture shows: text (legible before smooth), a film (smooth before large), or neither. */
export type ContentHint = 'None' | 'Detail' | 'Motion';

/** Which encodings of one of this session's publications anybody wants, by rid. */
export interface SourceEncodings {
  readonly mid: string;
  readonly source: MediaSource;
  readonly wanted: readonly string[];
  readonly unwanted: readonly string[];
}

export type ChannelClientMessage =
  | { readonly type: 'hello'; readonly mediaTicket: string }
  | { readonly type: 'ticket'; readonly mediaTicket: string }
  | { readonly type: 'demand'; readonly items: readonly DemandItem[] }
  | { readonly type: 'content'; readonly source: 'Camera' | 'Screen'; readonly hint: ContentHint }
  | { readonly type: 'ping' };

export type SlotState =
  | 'Empty' | 'Live' | 'WaitingForKeyFrame' | 'CodecNotSupported' | 'PausedByBandwidth' | 'PublisherSilent';

export interface SlotContent {
  readonly mid: string;
  readonly participantId?: string;
  readonly source?: MediaSource;
  readonly state: SlotState;
}

export interface SpeakerLevel {
  readonly participantId: string;
  /** 0 (silence) to 127 (loudest). */
  readonly level: number;
  readonly active: boolean;
}

export type SessionEndReason =
  | 'Deleted' | 'Replaced' | 'NotInPlan' | 'Removed' | 'MeetingEnded' | 'ConsentExpired' | 'DtlsFailed' | 'PodStopping'
  | 'InvalidTicket' | 'UnknownSession' | 'MalformedSdp' | 'NoFingerprint' | 'NoIceCredentials' | 'NoCommonCodec' | 'WrongDirection' | 'TooManyTracks' | 'NotAcceptable' | 'NotAllowed'
  | 'PodFull' | 'PodDraining' | 'TooLarge' | 'UnsupportedContentType' | 'StaleEtag' | 'HelloTimeout' | 'Malformed' | 'Flooding'
  | 'TooSlow';

export type ChannelServerMessage =
  | { readonly type: 'welcome' }
  | { readonly type: 'slots'; readonly slots: readonly SlotContent[] }
  | { readonly type: 'speakers'; readonly speakers: readonly SpeakerLevel[] }
  | { readonly type: 'codec'; readonly codec: string; readonly case: string }
  | { readonly type: 'encodings'; readonly sources: readonly SourceEncodings[] }
  | { readonly type: 'pong' }
  | { readonly type: 'draining' }
  | { readonly type: 'closed'; readonly reason: SessionEndReason };
