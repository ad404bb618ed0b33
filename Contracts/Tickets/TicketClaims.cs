using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Conference.Contracts.Tickets;

/// <summary>What a signal ticket says: this participant may open one signaling socket.</summary>
/// <param name="MeetingId">The meeting.</param>
/// <param name="ParticipantId">The participant.</param>
/// <param name="TicketId">Unique; a ticket is used once.</param>
public sealed record SignalTicketClaims(MeetingId MeetingId, ParticipantId ParticipantId, string TicketId);

/// <summary>What a media ticket says: this participant may open media sessions on one pod.</summary>
/// <param name="MeetingId">The meeting.</param>
/// <param name="ParticipantId">The participant.</param>
/// <param name="PodId">The only pod that accepts it.</param>
/// <param name="MayPublish">The sources it may send until the plan says otherwise.</param>
/// <param name="KeyHash">For WHIP and WHEP: SHA-256 (base64url) of the stream key that the client holds, with which it may later change and delete its session; null otherwise.</param>
/// <param name="Encrypted">The meeting is encrypted from end to end: the pod agrees on VP8, VP9 and plain Opus alone, and looks into no frame.</param>
public sealed record MediaTicketClaims(MeetingId MeetingId, ParticipantId ParticipantId, PodId PodId, ImmutableArray<MediaSource> MayPublish, string? KeyHash = null, bool Encrypted = false);

/// <summary>What a host pass says: its holder may join one meeting once, as host.</summary>
/// <param name="MeetingId">The meeting.</param>
/// <param name="PassId">Unique; a pass is used once.</param>
/// <param name="Until">When it ends; set by whoever checks it.</param>
public sealed record HostPassClaims(MeetingId MeetingId, string PassId, DateTimeOffset Until = default);

/// <summary>Why a ticket is refused.</summary>
[JsonConverter(typeof(EnumNames<TicketRefusal>))]
public enum TicketRefusal
{
    /// <summary>It is not a ticket of this installation: wrong form, algorithm, key or signature.</summary>
    Forged,

    /// <summary>Its time is over (or has not come).</summary>
    Expired,

    /// <summary>It is a ticket for something else: another kind, pod, meeting or participant.</summary>
    WrongAudience,

    /// <summary>It has been used before.</summary>
    AlreadyUsed,
}
