using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conference.Contracts.Meetings;

namespace Conference.Contracts.Tenants;

/// <summary>What is sent to a webhook: the body of one request.</summary>
/// <param name="Id">The same however often it is sent: a receiver that has seen it may forget it.</param>
/// <param name="Type">What happened.</param>
/// <param name="TenantId">Whose meeting it is.</param>
/// <param name="MeetingId">The meeting.</param>
/// <param name="Seq">The sequence of the meeting's event behind it; grows within a meeting.</param>
/// <param name="At">When it happened.</param>
/// <param name="ParticipantId">Who joined or left.</param>
/// <param name="DisplayName">The name of who joined; null for somebody who was let in from the lobby, whose name was in the event of their coming there.</param>
/// <param name="Role">What who joined may do.</param>
/// <param name="LeaveReason">Why who left did.</param>
/// <param name="EndReason">Why the meeting ended.</param>
public sealed record WebhookEvent(
    string Id, WebhookEventType Type, TenantId TenantId, MeetingId MeetingId, long Seq, DateTimeOffset At, ParticipantId? ParticipantId = null, string? DisplayName = null,
    Role? Role = null, LeaveReason? LeaveReason = null, MeetingEndReason? EndReason = null);

/// <summary>What a webhook is told of.</summary>
[JsonConverter(typeof(EnumNames<WebhookEventType>))]
public enum WebhookEventType
{
    /// <summary>The first came.</summary>
    MeetingStarted,

    /// <summary>The meeting is over.</summary>
    MeetingEnded,

    /// <summary>Somebody took a place.</summary>
    ParticipantJoined,

    /// <summary>Somebody gave the place up; not said of those whom the end of the meeting sends away.</summary>
    ParticipantLeft,
}

/// <summary><c>GET /api/tenants/{id}/dead-letters</c>: what could not be delivered, oldest first.</summary>
/// <param name="Letters">At most 100.</param>
public sealed record DeadLetterList(ImmutableArray<DeadLetter> Letters);

/// <summary>An event that could not be delivered.</summary>
/// <param name="Id">Names it, to send it again: <c>POST /api/tenants/{id}/dead-letters/{letterId}/resend</c>.</param>
/// <param name="WebhookId">Where it should have gone.</param>
/// <param name="Event">What should have.</param>
/// <param name="Failure">Why the last attempt failed.</param>
/// <param name="At">When that was.</param>
public sealed record DeadLetter(string Id, string WebhookId, WebhookEvent Event, string Failure, DateTimeOffset At);
