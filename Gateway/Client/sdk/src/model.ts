import { applyPollEvent } from './polls.ts';
import type { ChatMessage, EventMessage, MediaSource, MeetingEndReason, MeetingView, ParticipantView, Role } from './protocol.ts';

/** The meeting as this participant sees it at one sequence; immutable, every change is a new one. */
export interface MeetingModel extends MeetingView {
  /** The sequence of the last event that is in it. */
  readonly seq: number;
  readonly ended?: MeetingEndReason;
  /** Whose view it is. */
  readonly you: string;
}

/** Everybody who is in the same room as this participant: the breakout room, or the main room. */
export function inMyRoom(model: MeetingModel): readonly ParticipantView[] {
  const room = model.participants.find((participant) => participant.id === model.you)?.room;
  return model.participants.filter((participant) => participant.room === room);
}

/** Whether a role runs the meeting. */
export function isHostRole(role: Role | undefined): boolean {
  return role === 'Host' || role === 'CoHost';
}

export function modelOf(view: MeetingView, seq: number, you = ''): MeetingModel {
  return { ...view, seq, you };
}

/** The model after `message`; the same object when the event is already in it. */
export function applyEvent(model: MeetingModel, message: EventMessage): MeetingModel {
  if (message.seq <= model.seq) return model;
  return { ...change(model, message), seq: message.seq };
}

function change(model: MeetingModel, { seq, at, event }: EventMessage): MeetingModel {
  switch (event.type) {
    case 'meeting.created':
    case 'meeting.settingsChanged':
      return { ...model, title: event.title, settings: event.settings };
    case 'meeting.scheduled':
      return { ...model, schedule: event.schedule };
    case 'meeting.locked':
      return { ...model, locked: event.locked };
    case 'meeting.ended':
      return { ...model, ended: event.reason };
    case 'participant.joined':
      return {
        ...(event.inLobby ? model : joinedEncryption(model)),
        participants: [
          ...model.participants.filter((participant) => participant.id !== event.participantId),
          {
            id: event.participantId, displayName: event.displayName, role: event.role,
            presence: event.inLobby ? 'Lobby' : 'Joining', sending: [], joinedAt: at,
            ...(event.stream ? { stream: event.stream } : {}),
          },
        ],
      };
    case 'participant.admitted':
      return update(joinedEncryption(model), event.participantId, (p) => ({ ...p, presence: 'Joining' }));
    case 'participant.connected':
      return update(model, event.participantId, (p) => (p.presence === 'Lobby' ? p : { ...p, presence: 'Connected' }));
    case 'participant.disconnected':
      return update(model, event.participantId, (p) => (p.presence === 'Lobby' ? p : { ...p, presence: 'Reconnecting' }));
    case 'participant.left':
      return {
        ...(event.reason === 'Removed' ? removedEncryption(model, event.participantId) : model),
        participants: model.participants.filter((participant) => participant.id !== event.participantId),
        spotlight: model.spotlight.filter((id) => id !== event.participantId),
        ...(event.reason === 'Removed' ? withRemoved(model, event.participantId) : {}),
      };
    case 'participant.letBack':
      return model.removed ? { ...model, removed: model.removed.filter(({ id }) => id !== event.participantId) } : model;
    case 'meeting.spotlighted':
      return { ...model, spotlight: event.participants };
    case 'participant.renamed':
      return update(model, event.participantId, (p) => ({ ...p, displayName: event.displayName }));
    case 'participant.roleChanged':
      return {
        ...update(model, event.participantId, (p) => ({ ...p, role: event.role })),
        ...(event.role === 'Viewer' ? { spotlight: model.spotlight.filter((id) => id !== event.participantId) } : {}),
      };
    case 'participant.mediaChanged':
      return update(model, event.participantId, (p) => ({ ...p, sending: withSource(p.sending, event.source, !event.muted) }));
    case 'participant.handChanged':
      return update(model, event.participantId, ({ handRaisedSeq: _, ...p }) => (event.raised ? { ...p, handRaisedSeq: seq } : p));
    case 'chat.sent':
      return {
        ...model,
        chat: [
          ...model.chat,
          { seq, at, from: event.from, displayName: event.displayName, text: event.text, ...(event.to ? { to: event.to } : {}), ...(event.toHosts ? { toHosts: true } : {}), ...(event.room ? { room: event.room } : {}) },
        ],
      };
    case 'encryption.announced':
      return update(model, event.participantId, (p) => ({ ...p, keys: event.keys }));
    case 'encryption.rotated':
      return model.encryption ? { ...model, encryption: { ...model.encryption, generation: event.generation, step: 0, fromLink: false, rotationDue: false } } : model;
    case 'breakouts.opened':
      return { ...model, breakouts: { rooms: event.rooms, selfChosen: event.selfChosen } };
    case 'breakouts.moved':
      return update(model, event.participantId, ({ room: _, ...p }) => (event.room === undefined ? p : { ...p, room: event.room }));
    case 'breakouts.closing':
      return model.breakouts ? { ...model, breakouts: { ...model.breakouts, closesAt: event.at } } : model;
    case 'breakouts.closed': {
      const { breakouts: _, ...rest } = model;
      return { ...rest, participants: model.participants.map(({ room: __, ...p }) => p) };
    }
    case 'chat.edited':
    case 'chat.deleted':
      return applyChatChange(model, { type: 'event', seq, at, event });
    default:
      if (event.type.startsWith('poll.') || event.type.startsWith('question.')) return applyPollEvent(model, { type: 'event', seq, at, event });
      // participant.moved, and whatever newer services tell that this client does not know.
      return model;
  }
}

/** X22 of docs/encryption.md: somebody who joins is one step. */
function joinedEncryption(model: MeetingModel): MeetingModel {
  return model.encryption ? { ...model, encryption: { ...model.encryption, step: model.encryption.step + 1 } } : model;
}

/** X25: somebody who was removed knows the secret; who only waited does not. */
function removedEncryption(model: MeetingModel, id: string): MeetingModel {
  const { encryption } = model;
  if (!encryption || model.participants.find((participant) => participant.id === id)?.presence === 'Lobby') return model;
  return { ...model, encryption: { ...encryption, removals: encryption.removals + 1, rotationDue: true } };
}

/** The model after a message was changed or deleted; the same where it is not in it. */
export function applyChatChange(model: MeetingModel, { at, event }: EventMessage): MeetingModel {
  if (event.type !== 'chat.edited' && event.type !== 'chat.deleted') return model;
  if (!model.chat.some((message) => message.seq === event.message)) return model;
  const change = (message: ChatMessage): ChatMessage => {
    if (message.seq !== event.message || message.deleted) return message;
    const { editedAt: _, ...rest } = message;
    return event.type === 'chat.edited' ? { ...rest, text: event.text, editedAt: at } : { ...rest, text: '', deleted: true };
  };
  return { ...model, chat: model.chat.map(change) };
}

/** Only hosts are told who was removed. */
function withRemoved(model: MeetingModel, id: string): Pick<MeetingModel, 'removed'> {
  const gone = model.participants.find((participant) => participant.id === id);
  return model.removed && gone ? { removed: [...model.removed, { id, displayName: gone.displayName }] } : {};
}

function update(model: MeetingModel, id: string, map: (participant: ParticipantView) => ParticipantView): MeetingModel {
  return { ...model, participants: model.participants.map((participant) => (participant.id === id ? map(participant) : participant)) };
}

function withSource(sending: readonly MediaSource[], source: MediaSource, on: boolean): readonly MediaSource[] {
  const others = sending.filter((other) => other !== source);
  return on ? [...others, source] : others;
}
