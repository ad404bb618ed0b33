using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Meetings;
using Conference.Contracts.Pods;

namespace Conference.Silo.Grains.Meetings;

/// <summary>A question about a meeting. Every one may be answered by <see cref="NoMeeting"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.query")]
public abstract record MeetingQuestion;

/// <summary>What may anybody know? Answer: <see cref="MeetingFacts"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.query.facts")]
public sealed record FactsQuery : MeetingQuestion;

/// <summary>What does a participant see? Answers: <see cref="ParticipantSnapshot"/>, <see cref="NoPlace"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.query.view")]
public sealed record ViewQuery(ParticipantId ParticipantId) : MeetingQuestion;

/// <summary>Where is a participant? Answers: <see cref="PlaceFound"/>, <see cref="NoPlace"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.query.place")]
public sealed record PlaceQuery(ParticipantId ParticipantId) : MeetingQuestion;

/// <summary>What happened after a sequence? Answers: <see cref="EventTail"/>, <see cref="TailTooShort"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.query.events")]
public sealed record EventsQuery(long AfterSeq) : MeetingQuestion;

/// <summary>What do hosts and the tenant know? Answer: <see cref="MeetingDetails"/>.</summary>
/// <param name="Bearer">A host key or a participant's resume token to check; null: none.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.query.details")]
public sealed record DetailsQuery(string? Bearer) : MeetingQuestion
{
    /// <inheritdoc/>
    public override string ToString() => nameof(DetailsQuery);
}

/// <summary>What should a pod have of the meeting? Answer: <see cref="RoomWanted"/>.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.query.room")]
public sealed record RoomQuery(PodId PodId) : MeetingQuestion;

/// <summary>An answer about a meeting.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.reading")]
public abstract record MeetingReading;

/// <summary>There is no such meeting.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.noMeeting")]
public sealed record NoMeeting : MeetingReading;

/// <summary>The participant has left, or never was there.</summary>
/// <param name="MeetingEnded">The meeting is over.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.noPlace")]
public sealed record NoPlace(bool MeetingEnded) : MeetingReading;

/// <summary>The public facts.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.facts")]
public sealed record MeetingFacts(JoinFacts Facts, TenantId TenantId) : MeetingReading;

/// <summary>The meeting as one participant sees it.</summary>
/// <param name="Seq">The last sequence in it.</param>
/// <param name="View">What it is.</param>
/// <param name="Place">The participant's own place.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.snapshot")]
public sealed record ParticipantSnapshot(long Seq, MeetingView View, ParticipantPlace Place) : MeetingReading;

/// <summary>A participant's place.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.placeFound")]
public sealed record PlaceFound(ParticipantPlace Place) : MeetingReading;

/// <summary>All events after a sequence.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.tail")]
public sealed record EventTail(EventBatch Batch) : MeetingReading;

/// <summary>The grain does not hold events that old (any more): start from a view.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.tailTooShort")]
public sealed record TailTooShort : MeetingReading;

/// <summary>Everything about the meeting but secrets.</summary>
/// <param name="Info">The meeting.</param>
/// <param name="IsHostKey">The bearer in the question is the host key.</param>
/// <param name="Bearer">Whose resume token the bearer in the question is; null: nobody's who has a place.</param>
/// <param name="Pods">Those that have somebody of the meeting.</param>
/// <param name="Owner">Who was signed in as it was made; null: nobody was.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.details")]
public sealed record MeetingDetails(MeetingInfo Info, bool IsHostKey, ParticipantId? Bearer, ImmutableArray<PodId> Pods, string? Owner = null) : MeetingReading;

/// <summary>A full plan of the meeting's room on one pod; without participants when it should not be there.</summary>
[GenerateSerializer, Immutable, Alias("conference.meeting.room")]
public sealed record RoomWanted(RoomPlan Room, bool MeetingEnded) : MeetingReading;
