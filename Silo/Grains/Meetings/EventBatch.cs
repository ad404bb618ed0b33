using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;

namespace Conference.Silo.Grains.Meetings;

/// <summary>Where a meeting is.</summary>
/// <param name="Epoch">Names the grain's activation: sessions have to be opened again with a new one.</param>
/// <param name="Seq">The last durable sequence.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.position")]
public sealed record MeetingPosition(string Epoch, long Seq);

/// <summary>Durable events in order, without a gap.</summary>
/// <param name="Epoch">See <see cref="MeetingPosition"/>.</param>
/// <param name="FromSeq">The sequence before the first event.</param>
/// <param name="ToSeq">The sequence of the last event.</param>
/// <param name="Events">The events.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.batch")]
public sealed record EventBatch(string Epoch, long FromSeq, long ToSeq, ImmutableArray<PublishedEvent> Events);

/// <summary>One event and who may see it.</summary>
/// <param name="Event">The event.</param>
/// <param name="Audience">Which kind of participant sees it.</param>
/// <param name="Also">Participants who see it besides (all who do, for <see cref="EventAudience.Named"/>).</param>
/// <param name="ForOthers">The event as all see it who are neither hosts nor in <paramref name="Also"/>; null: as it is.</param>
/// <param name="ForHosts">The event as hosts see it who are not in <paramref name="Also"/>; null: as it is.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.published")]
public sealed record PublishedEvent(MeetingEvent Event, EventAudience Audience, ImmutableArray<ParticipantId> Also, MeetingEvent? ForOthers = null, MeetingEvent? ForHosts = null);

/// <summary>Who may see an event.</summary>
public enum EventAudience
{
    /// <summary>Nobody: it matters inside only.</summary>
    Nobody,

    /// <summary>Whoever is named.</summary>
    Named,

    /// <summary>Hosts and co-hosts.</summary>
    Hosts,

    /// <summary>Everybody with a place.</summary>
    Everyone,

    /// <summary>Everybody, the lobby included.</summary>
    LobbyToo,
}

/// <summary>Something to show that no journal keeps.</summary>
/// <param name="Message">What clients get; null when it is for the silo alone.</param>
/// <param name="To">Only this participant; null: everybody with a place.</param>
/// <param name="NewSession">Sessions of <paramref name="To"/> other than this one are replaced.</param>
[GenerateSerializer, Immutable, Alias("conference.meeting.ephemeral")]
public sealed record Ephemeral(ServerMessage? Message, ParticipantId? To = null, string? NewSession = null);
