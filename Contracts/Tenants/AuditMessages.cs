using System.Collections.Immutable;

namespace Conference.Contracts.Tenants;

/// <summary><c>GET /api/tenants/{id}/audit</c>: who did what and when, out of the journal. A page may be empty and have a next one.</summary>
/// <param name="Entries">Meeting by meeting in the order in which these were made, each in the order of what happened.</param>
/// <param name="Next">Pass as <c>after</c> to read on; null at the end.</param>
public sealed record AuditPage(ImmutableArray<AuditEntry> Entries, string? Next = null);

/// <summary>One thing that was done.</summary>
/// <param name="At">When.</param>
/// <param name="Type">What: the type tag of the event, as <c>participant.left</c> or <c>tenant.keyCreated</c>.</param>
/// <param name="Seq">The event's sequence in its meeting, or in the tenant's own journal.</param>
/// <param name="MeetingId">Where; null: something of the tenant itself.</param>
/// <param name="Actor">The participant who did it; null: the API, the operator, or the service by itself.</param>
/// <param name="ActorName">The name that participant came with.</param>
/// <param name="Target">The participant it was done to, or who did it to themselves.</param>
/// <param name="TargetName">The name that participant came with.</param>
/// <param name="Detail">What there is to say besides in a word: a role, a reason, a source, a key's id.</param>
public sealed record AuditEntry(
    DateTimeOffset At, string Type, long Seq, MeetingId? MeetingId = null, ParticipantId? Actor = null, string? ActorName = null, ParticipantId? Target = null, string? TargetName = null,
    string? Detail = null);
