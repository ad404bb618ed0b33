using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conference.Contracts.Api;
using Conference.Contracts.Tenants;

namespace Conference.Contracts.Meetings;

/// <summary>
/// What happened. The type tag names it; <see cref="Version"/> grows when a body changes its shape in a way that readers must know.
/// Fields marked "journal only" are null in the form that clients receive.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type", UnknownDerivedTypeHandling = JsonUnknownDerivedTypeHandling.FailSerialization)]
[JsonDerivedType(typeof(MeetingCreated), "meeting.created")]
[JsonDerivedType(typeof(MeetingSettingsChanged), "meeting.settingsChanged")]
[JsonDerivedType(typeof(MeetingScheduled), "meeting.scheduled")]
[JsonDerivedType(typeof(MeetingLocked), "meeting.locked")]
[JsonDerivedType(typeof(MeetingBitrateSet), "meeting.bitrateSet")]
[JsonDerivedType(typeof(MeetingEnded), "meeting.ended")]
[JsonDerivedType(typeof(MeetingErased), "meeting.erased")]
[JsonDerivedType(typeof(ParticipantJoined), "participant.joined")]
[JsonDerivedType(typeof(ParticipantAdmitted), "participant.admitted")]
[JsonDerivedType(typeof(ParticipantConnected), "participant.connected")]
[JsonDerivedType(typeof(ParticipantDisconnected), "participant.disconnected")]
[JsonDerivedType(typeof(ParticipantLeft), "participant.left")]
[JsonDerivedType(typeof(ParticipantRenamed), "participant.renamed")]
[JsonDerivedType(typeof(ParticipantRoleChanged), "participant.roleChanged")]
[JsonDerivedType(typeof(ParticipantMediaChanged), "participant.mediaChanged")]
[JsonDerivedType(typeof(ParticipantHandChanged), "participant.handChanged")]
[JsonDerivedType(typeof(ParticipantMoved), "participant.moved")]
[JsonDerivedType(typeof(ParticipantUnmuteAllowed), "participant.unmuteAllowed")]
[JsonDerivedType(typeof(MeetingSpotlighted), "meeting.spotlighted")]
[JsonDerivedType(typeof(ParticipantLetBack), "participant.letBack")]
[JsonDerivedType(typeof(ChatSent), "chat.sent")]
[JsonDerivedType(typeof(ChatEdited), "chat.edited")]
[JsonDerivedType(typeof(ChatDeleted), "chat.deleted")]
[JsonDerivedType(typeof(BreakoutsOpened), "breakouts.opened")]
[JsonDerivedType(typeof(BreakoutMoved), "breakouts.moved")]
[JsonDerivedType(typeof(BreakoutsClosing), "breakouts.closing")]
[JsonDerivedType(typeof(BreakoutsClosed), "breakouts.closed")]
[JsonDerivedType(typeof(AppDataSent), "app.data")]
[JsonDerivedType(typeof(PollOpened), "poll.opened")]
[JsonDerivedType(typeof(PollVoted), "poll.voted")]
[JsonDerivedType(typeof(PollClosed), "poll.closed")]
[JsonDerivedType(typeof(QuestionAsked), "question.asked")]
[JsonDerivedType(typeof(QuestionVoted), "question.voted")]
[JsonDerivedType(typeof(QuestionAnswered), "question.answered")]
[JsonDerivedType(typeof(QuestionDismissed), "question.dismissed")]
[JsonDerivedType(typeof(EncryptionAnnounced), "encryption.announced")]
[JsonDerivedType(typeof(EncryptionSealed), "encryption.sealed")]
[JsonDerivedType(typeof(EncryptionRotated), "encryption.rotated")]
[JsonDerivedType(typeof(StreamKeyCreated), "streamKey.created")]
[JsonDerivedType(typeof(StreamKeyRevoked), "streamKey.revoked")]
public abstract record MeetingEventBody
{
    /// <summary>The version of this body's shape.</summary>
    public int Version { get; init; } = 1;
}

/// <summary>The meeting exists from here on.</summary>
/// <param name="Code">The join code.</param>
/// <param name="Title">Shown to everyone; 1 to 200 characters.</param>
/// <param name="TenantId">Whose meeting it is.</param>
/// <param name="Settings">How it is run.</param>
/// <param name="HostKeyHash">Journal only: SHA-256 (base64url) of the key that makes a joiner host.</param>
/// <param name="PasscodeHash">Journal only: salted hash of the passcode, null without one.</param>
/// <param name="Schedule">When it is to take place; null: nobody said.</param>
/// <param name="Owner">Journal only: SHA-256 (base64url) of the provider and the subject of whoever was signed in; null: nobody was.</param>
public sealed record MeetingCreated(
    string Code, string Title, TenantId TenantId, MeetingSettings Settings, string? HostKeyHash = null, string? PasscodeHash = null, MeetingSchedule? Schedule = null,
    string? Owner = null) : MeetingEventBody;

/// <summary>The meeting is to take place at another time.</summary>
/// <param name="Schedule">When.</param>
public sealed record MeetingScheduled(MeetingSchedule Schedule) : MeetingEventBody;

/// <summary>A host changed how the meeting is run.</summary>
/// <param name="Title">The title from now on.</param>
/// <param name="Settings">The settings from now on.</param>
public sealed record MeetingSettingsChanged(string Title, MeetingSettings Settings) : MeetingEventBody;

/// <summary>Somebody who was removed may join again.</summary>
/// <param name="ParticipantId">Who they were.</param>
public sealed record ParticipantLetBack(ParticipantId ParticipantId) : MeetingEventBody;

/// <summary>Nobody new may join while <paramref name="Locked"/> is true.</summary>
/// <param name="Locked">The state from now on.</param>
public sealed record MeetingLocked(bool Locked) : MeetingEventBody;

/// <summary>Journal only, never sent to clients: how much each participant may send and receive from now on, by the tenant's quotas.</summary>
/// <param name="Bitrate">The tier.</param>
public sealed record MeetingBitrateSet(BitrateTier Bitrate) : MeetingEventBody;

/// <summary>The meeting is over: everybody has left with this event.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Reopens">It recurs: it can be joined again with the same link. Otherwise nobody can join it again.</param>
public sealed record MeetingEnded(MeetingEndReason Reason, bool Reopens = false) : MeetingEventBody;

/// <summary>Journal only, never sent to clients: everything that was said and who was there is deleted; of the meeting remain its code, its tenant and that it was.</summary>
public sealed record MeetingErased : MeetingEventBody;

/// <summary>Somebody took a place in the meeting, or in its lobby (which takes no place).</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="DisplayName">The name shown; valid by the display-name rules.</param>
/// <param name="Role">What they may do.</param>
/// <param name="InLobby">True while they wait to be admitted.</param>
/// <param name="ResumeTokenHash">Journal only: SHA-256 (base64url) of the token that resumes this participant; null for streams.</param>
/// <param name="Stream">What a WHIP or WHEP client does; null for people.</param>
/// <param name="StreamKeyId">Journal only: the stream key it came with; null without one.</param>
/// <param name="DeviceHash">Journal only: SHA-256 (base64url) of the browser's own token, by which somebody removed stays out; null without one.</param>
/// <param name="Token">Journal only: the join token it came with, where that is good for one join; null otherwise.</param>
/// <param name="ByToken">Journal only: a join token let them in; null: it did not.</param>
public sealed record ParticipantJoined(
    ParticipantId ParticipantId, string DisplayName, Role Role, bool InLobby, string? ResumeTokenHash = null, StreamKind? Stream = null, string? StreamKeyId = null,
    string? DeviceHash = null, UsedToken? Token = null, bool? ByToken = null) : MeetingEventBody;

/// <summary>A join token that opens nothing any more.</summary>
/// <param name="IdHash">SHA-256 (base64url) of its tenant and id.</param>
/// <param name="Until">When it ends by itself.</param>
public sealed record UsedToken(string IdHash, DateTimeOffset Until);

/// <summary>A host let somebody in from the lobby.</summary>
/// <param name="ParticipantId">Who was let in.</param>
public sealed record ParticipantAdmitted(ParticipantId ParticipantId) : MeetingEventBody;

/// <summary>A signaling session of the participant is open.</summary>
/// <param name="ParticipantId">Who.</param>
public sealed record ParticipantConnected(ParticipantId ParticipantId) : MeetingEventBody;

/// <summary>The participant's last session closed; they are <c>reconnecting</c> until they return or their grace ends.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="PageClosed">True: their browser said that the page goes away, closed for good or being loaded again, which the next seconds tell.</param>
public sealed record ParticipantDisconnected(ParticipantId ParticipantId, bool PageClosed = false) : MeetingEventBody;

/// <summary>The participant gave up the place.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Reason">Why.</param>
public sealed record ParticipantLeft(ParticipantId ParticipantId, LeaveReason Reason) : MeetingEventBody;

/// <summary>The participant's name changed.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="DisplayName">The name from now on.</param>
public sealed record ParticipantRenamed(ParticipantId ParticipantId, string DisplayName) : MeetingEventBody;

/// <summary>The participant's role changed.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Role">The role from now on.</param>
public sealed record ParticipantRoleChanged(ParticipantId ParticipantId, Role Role) : MeetingEventBody;

/// <summary>The participant began or stopped to send one source. By host: <see cref="MeetingEvent.Actor"/> differs from the participant.</summary>
/// <param name="ParticipantId">Whose track.</param>
/// <param name="Source">Which track.</param>
/// <param name="Muted">True: nothing of it may be forwarded from now on.</param>
public sealed record ParticipantMediaChanged(ParticipantId ParticipantId, MediaSource Source, bool Muted) : MeetingEventBody;

/// <summary>A host asked the participant to send a source that the settings leave to hosts: they may, until a host mutes it or the settings change.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Source">What they may send.</param>
public sealed record ParticipantUnmuteAllowed(ParticipantId ParticipantId, MediaSource Source) : MeetingEventBody;

/// <summary>Whom everybody sees large.</summary>
/// <param name="Participants">From now on, in this order; nobody: everybody's own view again. Who leaves goes from the list without another event.</param>
public sealed record MeetingSpotlighted(ImmutableArray<ParticipantId> Participants) : MeetingEventBody;

/// <summary>The participant raised or lowered the hand. By host: <see cref="MeetingEvent.Actor"/> differs from the participant.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Raised">The state from now on; raised hands are ordered by the event's sequence.</param>
public sealed record ParticipantHandChanged(ParticipantId ParticipantId, bool Raised) : MeetingEventBody;

/// <summary>The participant's media goes to this pod from now on.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="PodId">The pod.</param>
/// <param name="Case">The case of docs/pod-selection.md that chose it, as <c>P1</c>.</param>
public sealed record ParticipantMoved(ParticipantId ParticipantId, PodId PodId, string Case) : MeetingEventBody;

/// <summary>A chat message. Its id is the event's sequence.</summary>
/// <param name="From">Who wrote it.</param>
/// <param name="DisplayName">The name at that time, so that history stays readable after they left.</param>
/// <param name="Text">1 to 4,000 characters of plain text.</param>
/// <param name="To">Null: everybody. Otherwise exactly these participants and the sender receive it.</param>
/// <param name="ToHosts">The sender, and whoever is host or co-host when they look, receive it.</param>
/// <param name="Room">The breakout room it was said in; <paramref name="To"/> is whoever was there.</param>
public sealed record ChatSent(ParticipantId From, string DisplayName, string Text, ImmutableArray<ParticipantId>? To = null, bool ToHosts = false, string? Room = null) : MeetingEventBody;

/// <summary>A message's writer changed its text.</summary>
/// <param name="Message">The sequence of the message.</param>
/// <param name="From">Who wrote it.</param>
/// <param name="Text">The text from now on.</param>
/// <param name="To">As in the message.</param>
/// <param name="ToHosts">As in the message.</param>
public sealed record ChatEdited(long Message, ParticipantId From, string Text, ImmutableArray<ParticipantId>? To = null, bool ToHosts = false) : MeetingEventBody;

/// <summary>A message is shown to nobody any more; its text stays in the journal, which only the tenant reads.</summary>
/// <param name="Message">The sequence of the message.</param>
/// <param name="From">Who wrote it. By host: <see cref="MeetingEvent.Actor"/> is somebody else.</param>
/// <param name="To">As in the message.</param>
/// <param name="ToHosts">As in the message.</param>
public sealed record ChatDeleted(long Message, ParticipantId From, ImmutableArray<ParticipantId>? To = null, bool ToHosts = false) : MeetingEventBody;

/// <summary>A program's message to the programs of others, in the order of everything else; no view has it.</summary>
/// <param name="From">Whose program.</param>
/// <param name="Topic">What it is about: 1 to 64 of <c>A-Z a-z 0-9 . _ -</c>.</param>
/// <param name="Data">Up to 8,192 UTF-16 units of anything.</param>
/// <param name="To">Null: everybody with a place. Otherwise these participants and the sender.</param>
public sealed record AppDataSent(ParticipantId From, string Topic, string Data, ImmutableArray<ParticipantId>? To = null) : MeetingEventBody;

/// <summary>Journal only, never sent to clients: streams may join with this key.</summary>
/// <param name="KeyId">Names the key; 1 to 64 characters.</param>
/// <param name="Name">The display name of streams that come with it.</param>
/// <param name="Role">What they may do.</param>
/// <param name="KeyHash">SHA-256 (base64url) of the key.</param>
public sealed record StreamKeyCreated(string KeyId, string Name, Role Role, string KeyHash) : MeetingEventBody;

/// <summary>Journal only, never sent to clients: nobody may join with this key any more; streams that came with it have left in the same append.</summary>
/// <param name="KeyId">The key.</param>
public sealed record StreamKeyRevoked(string KeyId) : MeetingEventBody;
