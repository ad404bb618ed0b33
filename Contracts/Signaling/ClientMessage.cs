using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Conference.Contracts.Signaling;

/// <summary>What a client sends over <c>/signal</c>: one JSON record per WebSocket text message, at most 16 KiB.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Hello), "hello")]
[JsonDerivedType(typeof(Ping), "ping")]
[JsonDerivedType(typeof(RenewMediaTicket), "media.renew")]
[JsonDerivedType(typeof(ReactionSend), "reaction.send")]
[JsonDerivedType(typeof(JoinTimes), "join.times")]
[JsonDerivedType(typeof(Leave), "leave")]
[JsonDerivedType(typeof(ChatSend), "chat.send")]
[JsonDerivedType(typeof(ChatEdit), "chat.edit")]
[JsonDerivedType(typeof(ChatDelete), "chat.delete")]
[JsonDerivedType(typeof(MediaSetMuted), "media.setMuted")]
[JsonDerivedType(typeof(HandRaise), "hand.raise")]
[JsonDerivedType(typeof(Rename), "participant.rename")]
[JsonDerivedType(typeof(HostMute), "host.mute")]
[JsonDerivedType(typeof(HostAskUnmute), "host.askUnmute")]
[JsonDerivedType(typeof(HostRemove), "host.remove")]
[JsonDerivedType(typeof(HostAdmit), "host.admit")]
[JsonDerivedType(typeof(HostDeny), "host.deny")]
[JsonDerivedType(typeof(HostSetRole), "host.setRole")]
[JsonDerivedType(typeof(HostLowerHands), "host.lowerHands")]
[JsonDerivedType(typeof(HostSpotlight), "host.spotlight")]
[JsonDerivedType(typeof(HostLock), "host.lock")]
[JsonDerivedType(typeof(HostSettings), "host.settings")]
[JsonDerivedType(typeof(HostLetBack), "host.letBack")]
[JsonDerivedType(typeof(PollOpen), "poll.open")]
[JsonDerivedType(typeof(PollVoteCast), "poll.vote")]
[JsonDerivedType(typeof(PollClose), "poll.close")]
[JsonDerivedType(typeof(QuestionAsk), "question.ask")]
[JsonDerivedType(typeof(QuestionUpvote), "question.upvote")]
[JsonDerivedType(typeof(QuestionAnswer), "question.answer")]
[JsonDerivedType(typeof(QuestionDismiss), "question.dismiss")]
[JsonDerivedType(typeof(AppDataSend), "app.send")]
[JsonDerivedType(typeof(BreakoutsOpen), "breakouts.open")]
[JsonDerivedType(typeof(BreakoutMove), "breakouts.move")]
[JsonDerivedType(typeof(BreakoutsClose), "breakouts.close")]
[JsonDerivedType(typeof(BreakoutsBroadcast), "breakouts.broadcast")]
[JsonDerivedType(typeof(EncryptionAnnounce), "encryption.announce")]
[JsonDerivedType(typeof(EncryptionSeal), "encryption.seal")]
[JsonDerivedType(typeof(MeetingEnd), "meeting.end")]
public abstract record ClientMessage;

/// <summary>The first message, within 5 s of opening the socket.</summary>
/// <param name="SignalTicket">From the join response; valid 60 s, used once.</param>
/// <param name="ResumeAfter">The last sequence the client has applied: only later events are sent where the journal's tail still reaches that far; otherwise a new snapshot.</param>
/// <param name="Trace">The join response's trace, as W3C <c>traceparent</c>; anything else is ignored.</param>
public sealed record Hello(string SignalTicket, long? ResumeAfter = null, string? Trace = null) : ClientMessage;

/// <summary>Asks for a <see cref="Pong"/>; a client that hears nothing for 15 s may take the socket for dead.</summary>
public sealed record Ping : ClientMessage;

/// <summary>Asks for a fresh media ticket (answered by <see cref="MediaTicketRenewed"/>).</summary>
public sealed record RenewMediaTicket : ClientMessage;

/// <summary>
/// Tells once, when the first picture is there or 10 s after the click, how long the join took, for those who run the installation. Each is milliseconds after the click, 0 to 600,000;
/// null: not reached. Never answered but for a figure out of range.
/// </summary>
/// <param name="Joined">The join response has come.</param>
/// <param name="Signaling">The socket is open and the snapshot there.</param>
/// <param name="Answer">The pod's answer has come.</param>
/// <param name="Ice">ICE is connected.</param>
/// <param name="Dtls">DTLS is connected.</param>
/// <param name="FirstFrame">The first remote picture is decoded.</param>
public sealed record JoinTimes(int Joined, int? Signaling = null, int? Answer = null, int? Ice = null, int? Dtls = null, int? FirstFrame = null) : ClientMessage;

/// <summary>Shows a reaction to everybody; not journalled, not acknowledged, may be dropped by rate limits.</summary>
/// <param name="Emoji">One of the reactions the meeting allows; at most 16 characters.</param>
public sealed record ReactionSend(string Emoji) : ClientMessage;

/// <summary>A message that changes the meeting. Answered by <see cref="Ack"/> or <see cref="Refused"/>; resent with the same id after a reconnect, it is applied once.</summary>
/// <param name="Id">Chosen by the client, unique for the participant.</param>
public abstract record ClientCommand(CommandId Id) : ClientMessage;

/// <summary>Gives up the place.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Successor">Who is host from now on, said by a host who leaves; null: nobody in particular.</param>
public sealed record Leave(CommandId Id, ParticipantId? Successor = null) : ClientCommand(Id);

/// <summary>Sends a chat message.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Text">1 to 4,000 characters.</param>
/// <param name="To">Null: everybody.</param>
/// <param name="ToHosts">To whoever is host or co-host, now or later; <paramref name="To"/> is null.</param>
public sealed record ChatSend(CommandId Id, string Text, ImmutableArray<ParticipantId>? To = null, bool ToHosts = false) : ClientCommand(Id);

/// <summary>Changes the text of one's own message.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Message">The message's sequence.</param>
/// <param name="Text">1 to 4,000 characters.</param>
public sealed record ChatEdit(CommandId Id, long Message, string Text) : ClientCommand(Id);

/// <summary>Deletes one's own message, or (hosts) anybody's.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Message">The message's sequence.</param>
public sealed record ChatDelete(CommandId Id, long Message) : ClientCommand(Id);

/// <summary>Sends a message to other participants' programs, once and in order.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Topic">1 to 64 of <c>A-Z a-z 0-9 . _ -</c>.</param>
/// <param name="Data">Up to 8,192 UTF-16 units.</param>
/// <param name="To">Null: everybody.</param>
public sealed record AppDataSend(CommandId Id, string Topic, string Data, ImmutableArray<ParticipantId>? To = null) : ClientCommand(Id);

/// <summary>Tells that the sender begins (<c>muted: false</c>) or stops to send one of its own sources.</summary>
public sealed record MediaSetMuted(CommandId Id, MediaSource Source, bool Muted) : ClientCommand(Id);

/// <summary>Raises or lowers the sender's hand.</summary>
public sealed record HandRaise(CommandId Id, bool Raised) : ClientCommand(Id);

/// <summary>Changes the sender's own name, or (hosts) somebody's.</summary>
public sealed record Rename(CommandId Id, string DisplayName, ParticipantId? ParticipantId = null) : ClientCommand(Id);

/// <summary>Mutes one source of one participant, or (null) of everybody but hosts. A screen's sound goes with the screen.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Source">What to mute.</param>
/// <param name="ParticipantId">Whom; null: everybody but hosts.</param>
/// <param name="MayUnmute">For everybody's microphone or camera: whether they may start it again themselves from now on (a setting); null leaves that as it is.</param>
public sealed record HostMute(CommandId Id, MediaSource Source, ParticipantId? ParticipantId = null, bool? MayUnmute = null) : ClientCommand(Id);

/// <summary>Asks a participant to unmute; the decision stays with the person. Delivered as an ephemeral message.</summary>
public sealed record HostAskUnmute(CommandId Id, ParticipantId ParticipantId, MediaSource Source) : ClientCommand(Id);

/// <summary>Removes a participant, who stays out.</summary>
public sealed record HostRemove(CommandId Id, ParticipantId ParticipantId) : ClientCommand(Id);

/// <summary>Lets somebody in from the lobby, or (null) everybody.</summary>
public sealed record HostAdmit(CommandId Id, ParticipantId? ParticipantId = null) : ClientCommand(Id);

/// <summary>Denies somebody in the lobby entry, or (null) everybody there.</summary>
public sealed record HostDeny(CommandId Id, ParticipantId? ParticipantId = null) : ClientCommand(Id);

/// <summary>Lowers one raised hand, or (null) all.</summary>
public sealed record HostLowerHands(CommandId Id, ParticipantId? ParticipantId = null) : ClientCommand(Id);

/// <summary>Shows these large to everybody, in this order; nobody: no more.</summary>
/// <param name="Id">See <see cref="ClientCommand"/>.</param>
/// <param name="Participants">At most 9, all in the meeting.</param>
public sealed record HostSpotlight(CommandId Id, ImmutableArray<ParticipantId> Participants) : ClientCommand(Id);

/// <summary>Changes a participant's role.</summary>
public sealed record HostSetRole(CommandId Id, ParticipantId ParticipantId, Role Role) : ClientCommand(Id);

/// <summary>Locks or unlocks the meeting.</summary>
public sealed record HostLock(CommandId Id, bool Locked) : ClientCommand(Id);

/// <summary>Changes title and settings.</summary>
public sealed record HostSettings(CommandId Id, string Title, Meetings.MeetingSettings Settings, Meetings.MeetingSchedule? Schedule = null) : ClientCommand(Id);

/// <summary>Lets somebody who was removed join again.</summary>
/// <param name="Id">Command id.</param>
/// <param name="ParticipantId">Who they were.</param>
public sealed record HostLetBack(CommandId Id, ParticipantId ParticipantId) : ClientCommand(Id);

/// <summary>Ends the meeting for all.</summary>
public sealed record MeetingEnd(CommandId Id) : ClientCommand(Id);
