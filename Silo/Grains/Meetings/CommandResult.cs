using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;

namespace Conference.Silo.Grains.Meetings;

/// <summary>What became of a command.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.result")]
public abstract record CommandResult;

/// <summary>It is done and durable (now or when the same command came before).</summary>
/// <param name="Seq">The sequence of its last event; null when it changed nothing.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.done")]
public sealed record Done(long? Seq) : CommandResult;

/// <summary>A participant's command changed nothing.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.refused")]
public sealed record Refused(CommandRefusal Reason) : CommandResult;

/// <summary>Somebody may not join.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.joinRefused")]
public sealed record JoinRefused(JoinRefusal Reason) : CommandResult;

/// <summary>A stream may not join.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.streamRefused")]
public sealed record StreamRefused(StreamRefusal Reason) : CommandResult;

/// <summary>A request of the API changed nothing.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.meetingRefused")]
public sealed record MeetingRefused(MeetingRefusal Reason) : CommandResult;

/// <summary>Another meeting has this join code.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.codeTaken")]
public sealed record CodeTaken : CommandResult;

/// <summary>A place is taken, or found again.</summary>
/// <param name="ParticipantId">Whose.</param>
/// <param name="Place">What it is.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.placeTaken")]
public sealed record PlaceTaken(ParticipantId ParticipantId, ParticipantPlace Place) : CommandResult;

/// <summary>A participant's place in the meeting.</summary>
/// <param name="InLobby">Still waits.</param>
/// <param name="Role">What the participant may do.</param>
/// <param name="PodId">Where the media goes; null in the lobby and while no pod is there.</param>
/// <param name="MayPublish">What it may send.</param>
/// <param name="Encrypted">The meeting is encrypted from end to end.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.place")]
public sealed record ParticipantPlace(bool InLobby, Role Role, PodId? PodId, ImmutableArray<MediaSource> MayPublish, bool Encrypted = false);
