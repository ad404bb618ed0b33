using System.Collections.Immutable;
using Conference.Contracts.Meetings;

namespace Conference.Contracts.Api;

/// <summary><c>GET /api/meetings/{id}</c>: the meeting as its hosts and its tenant see it.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="Code">The join code.</param>
/// <param name="Title">The title.</param>
/// <param name="TenantId">Whose it is.</param>
/// <param name="Settings">How it is run.</param>
/// <param name="Locked">Nobody new may join.</param>
/// <param name="Seq">The sequence of the last event.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Participants">Everybody with a place, and the lobby.</param>
/// <param name="StreamKeys">The keys that streams may join with.</param>
/// <param name="Ended">Why it is over; null while it is not.</param>
/// <param name="Schedule">When it is to take place.</param>
public sealed record MeetingInfo(
    MeetingId Id, string Code, string Title, TenantId TenantId, MeetingSettings Settings, bool Locked, long Seq, DateTimeOffset CreatedAt,
    ImmutableArray<ParticipantView> Participants, ImmutableArray<StreamKeyInfo> StreamKeys, MeetingEndReason? Ended = null,
    MeetingSchedule? Schedule = null);

/// <summary>A stream key without its secret.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Name">The display name of streams that come with it.</param>
/// <param name="Role">What they may do.</param>
public sealed record StreamKeyInfo(string Id, string Name, Role Role);

/// <summary><c>PATCH /api/meetings/{id}</c>: what is null stays.</summary>
/// <param name="Title">1 to 200 characters.</param>
/// <param name="Settings">All settings.</param>
/// <param name="Locked">Whether newcomers are kept out.</param>
/// <param name="Schedule">When it is to take place.</param>
public sealed record ChangeMeetingRequest(string? Title = null, MeetingSettings? Settings = null, bool? Locked = null, MeetingSchedule? Schedule = null);

/// <summary><c>POST /api/meetings/{id}/captions</c>: shown to everybody at once and kept nowhere.</summary>
/// <param name="Text">1 to 500 characters.</param>
/// <param name="Final">The words stay as they are. Otherwise the speaker's next caption replaces them.</param>
/// <param name="Speaker">Who says it; null: nobody of the meeting.</param>
/// <param name="Language">The language, as BCP 47 has it; at most 35 characters.</param>
public sealed record CaptionRequest(string Text, bool Final = true, ParticipantId? Speaker = null, string? Language = null);

/// <summary><c>POST /api/meetings/{id}/stream-keys</c>.</summary>
/// <param name="Name">The display name of streams that come with the key.</param>
/// <param name="Role">What they may do.</param>
public sealed record CreateStreamKeyRequest(string Name, Role Role = Role.Attendee);

/// <summary>A stream key was created. It is shown this once.</summary>
/// <param name="Id">Names it, to revoke it: <c>DELETE /api/meetings/{id}/stream-keys/{keyId}</c>.</param>
/// <param name="Key">The bearer for <paramref name="PublishUrl"/> and <paramref name="PlayUrl"/>.</param>
/// <param name="PublishUrl">The WHIP link.</param>
/// <param name="PlayUrl">The WHEP link.</param>
public sealed record CreateStreamKeyResponse(string Id, string Key, string PublishUrl, string PlayUrl);

/// <summary><c>GET /api/meetings/{id}/events</c>: one page of the audit log, oldest first, without hashes of secrets.</summary>
/// <param name="Events">At most 500.</param>
/// <param name="Next">Pass as <c>after</c> to read on; null at the end.</param>
public sealed record EventPage(ImmutableArray<MeetingEvent> Events, long? Next = null);

/// <summary><c>POST /api/tenants/{id}/keys</c>: a tenant key was created. It is shown this once.</summary>
/// <param name="Id">Names it, to revoke it: <c>DELETE /api/tenants/{id}/keys/{keyId}</c>.</param>
/// <param name="Key">The bearer of the tenant's requests.</param>
public sealed record CreateTenantKeyResponse(string Id, string Key);
