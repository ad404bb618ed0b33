/** `@conference/client`: joins meetings of a Conference installation. See docs/client.md. */
export { ApiError, NetworkError } from './api.ts';
export { ambientEnvironment, type Clock, type Environment, type KeyValueStore, type Socket, type SocketHandlers } from './environment.ts';
export { Meeting, calendarUrl, createMeeting, defaultSettings, meetingFacts, prepareMedia, resumableName, type MeetingOptions, type NewMeeting } from './meeting.ts';
export { testConnection, verdictOf, type ConnectionFigures, type ConnectionReport, type ConnectionTestOptions, type ConnectionVerdict, type ConnectionWay } from './connection-test.ts';
export { newLinkKey, parseLinkKey } from './e2ee/derive.ts';
export { EncryptionProblem, type EncryptionPhase, type EncryptionReason, type EncryptionStatus } from './e2ee/encryption.ts';
export type { FrameWorker } from './e2ee/transforms.ts';
export type { LocalSource, LocalSources } from './local.ts';
export type { WantedPicture } from './media/demand.ts';
export type { FilledSlot, MediaState } from './media/link.ts';
export type { MediaSession } from './media/session.ts';
export { inMyRoom, isHostRole, type MeetingModel } from './model.ts';
export type { FoundChat } from './older-chat.ts';
export { CommandRefused } from './outbox.ts';
export type { ChatTarget, MeetingEvents, MeetingState, UnsentChat } from './state.ts';
export type { FinalReason, SignalingState } from './signaling.ts';
export type * from './protocol.ts';
