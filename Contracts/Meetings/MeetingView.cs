using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conference.Contracts.Api;

namespace Conference.Contracts.Meetings;

/// <summary>The meeting as one participant may see it at one sequence number: the snapshot that a session starts from.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Code">The join code.</param>
/// <param name="Title">The title.</param>
/// <param name="Settings">How it is run.</param>
/// <param name="Locked">Nobody new may join.</param>
/// <param name="Participants">Everybody with a place but viewers (for hosts, these and the lobby too), in order of joining.</param>
/// <param name="Chat">The newest messages this participant may see, oldest first, at most 200; older ones through the HTTP API.</param>
/// <param name="ChatTruncated">True when older messages exist.</param>
/// <param name="Spotlight">Whom everybody sees large, in this order.</param>
/// <param name="Breakouts">The breakout rooms; null: there are none.</param>
/// <param name="Viewers">How many viewers have a place.</param>
/// <param name="StartedAt">When the first came; the settings' <c>MaxMinutes</c> count from then.</param>
/// <param name="Schedule">When it is to take place.</param>
/// <param name="Encryption">Which secret is in use; null: the meeting is not encrypted from end to end.</param>
/// <param name="Polls">The polls, oldest first.</param>
/// <param name="Questions">The questions that were not put aside, oldest first.</param>
/// <param name="Removed">For hosts: who was removed and stays out, the last 200; null for everybody else.</param>
public sealed record MeetingView(
    MeetingId Id, string Code, string Title, MeetingSettings Settings, bool Locked,
    ImmutableArray<ParticipantView> Participants, ImmutableArray<ChatMessage> Chat, bool ChatTruncated,
    ImmutableArray<ParticipantId> Spotlight, ImmutableArray<PollView> Polls, ImmutableArray<QuestionView> Questions,
    int Viewers = 0, DateTimeOffset? StartedAt = null, MeetingSchedule? Schedule = null, BreakoutsView? Breakouts = null, ImmutableArray<RemovedView>? Removed = null,
    EncryptionView? Encryption = null);

/// <summary>Somebody whom a host removed.</summary>
/// <param name="Id">Who they were.</param>
/// <param name="DisplayName">Their name at that time.</param>
public sealed record RemovedView(ParticipantId Id, string DisplayName);

/// <summary>One participant as others see them.</summary>
/// <param name="Id">Who.</param>
/// <param name="DisplayName">The name shown.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Presence">Whether they are there.</param>
/// <param name="Sending">The sources they send now (not muted).</param>
/// <param name="JoinedAt">When they took the place.</param>
/// <param name="HandRaisedSeq">The sequence at which the hand was raised; null when it is down.</param>
/// <param name="Stream">What a WHIP or WHEP client does; null for people.</param>
/// <param name="Room">The index of the breakout room they are in; null: the main room.</param>
/// <param name="Keys">What they have announced in an encrypted meeting; null: nothing yet.</param>
public sealed record ParticipantView(
    ParticipantId Id, string DisplayName, Role Role, Presence Presence, ImmutableArray<MediaSource> Sending, DateTimeOffset JoinedAt,
    long? HandRaisedSeq = null, StreamKind? Stream = null, int? Room = null, EncryptionKeys? Keys = null);

/// <summary>A chat message with its place in the order.</summary>
/// <param name="Seq">The event's sequence; the message's id.</param>
/// <param name="At">When it was sent.</param>
/// <param name="From">Who wrote it.</param>
/// <param name="DisplayName">The writer's name at that time.</param>
/// <param name="Text">Plain text.</param>
/// <param name="To">Null: everybody.</param>
/// <param name="ToHosts">It is for hosts and co-hosts.</param>
/// <param name="EditedAt">When its writer changed the text last; null: never.</param>
/// <param name="Deleted">It was deleted: there is no text.</param>
/// <param name="Room">The breakout room it was said in.</param>
public sealed record ChatMessage(
    long Seq, DateTimeOffset At, ParticipantId From, string DisplayName, string Text, ImmutableArray<ParticipantId>? To = null, bool ToHosts = false,
    DateTimeOffset? EditedAt = null, bool Deleted = false, string? Room = null);

/// <summary>Whether a participant is there.</summary>
[JsonConverter(typeof(EnumNames<Presence>))]
public enum Presence
{
    /// <summary>Waits to be admitted; takes no place.</summary>
    Lobby,

    /// <summary>Took a place; no session has been opened yet.</summary>
    Joining,

    /// <summary>A session is open.</summary>
    Connected,

    /// <summary>The session was lost; the place is kept for 30 s and media may still flow.</summary>
    Reconnecting,
}
