using System.Text.Json.Serialization;
using Conference.Contracts;
using Conference.Contracts.Meetings;
using Conference.Contracts.Tenants;

namespace Conference.Silo.Webhooks;

/// <summary>How far one meeting's events have been sent to one webhook. Pure: the journal's events come in, what is to be sent comes out.</summary>
/// <param name="Seq">Everything up to here was sent, or is a dead letter.</param>
/// <param name="Started">The meeting's start was sent.</param>
public sealed record WebhookLane(long Seq, bool Started)
{
    /// <summary>The type tags of what is sent.</summary>
    public static IReadOnlyList<string> Tags { get; } = ["participant.joined", "participant.admitted", "participant.left", "meeting.ended", "meeting.erased"];

    /// <summary>Whether somebody wants to hear of this.</summary>
    public static bool IsOne(MeetingEventBody body) => body is ParticipantJoined or ParticipantAdmitted or ParticipantLeft or MeetingEnded;

    /// <summary>What is to be sent of one event, in order, and where the lane is then; null: it is at its end.</summary>
    public (IReadOnlyList<WebhookEvent> Events, WebhookLane? Next) Take(TenantId tenant, MeetingEvent e)
    {
        var came = e.Body is ParticipantJoined { InLobby: false } or ParticipantAdmitted;
        var events = new List<WebhookEvent>();
        if (came && !Started) events.Add(Of(tenant, e, WebhookEventType.MeetingStarted));
        switch (e.Body)
        {
            case ParticipantJoined { InLobby: false } b:
                events.Add(Of(tenant, e, WebhookEventType.ParticipantJoined) with { ParticipantId = b.ParticipantId, DisplayName = b.DisplayName, Role = b.Role });
                break;
            case ParticipantAdmitted b:
                events.Add(Of(tenant, e, WebhookEventType.ParticipantJoined) with { ParticipantId = b.ParticipantId });
                break;
            case ParticipantLeft { Reason: not LeaveReason.Denied } b:
                events.Add(Of(tenant, e, WebhookEventType.ParticipantLeft) with { ParticipantId = b.ParticipantId, LeaveReason = b.Reason });
                break;
            case MeetingEnded b:
                events.Add(Of(tenant, e, WebhookEventType.MeetingEnded) with { EndReason = b.Reason });
                return (events, null);
            case MeetingErased:
                // Its end may have gone with the rest.
                if (Started) events.Add(Of(tenant, e, WebhookEventType.MeetingEnded) with { EndReason = MeetingEndReason.EndedByApi });
                return (events, null);
            default:
                break;
        }
        return (events, new WebhookLane(e.Seq, Started || came));
    }

    private static WebhookEvent Of(TenantId tenant, MeetingEvent e, WebhookEventType type) => new($"{e.MeetingId}.{e.Seq}.{type}", type, tenant, e.MeetingId, e.Seq, e.At);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WebhookLane))]
internal sealed partial class WebhookJson : JsonSerializerContext;
