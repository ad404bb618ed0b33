using System.Collections.Immutable;
using Conference.Contracts.Pods;

namespace Conference.Contracts.Api;

/// <summary><c>GET /api/admin/overview</c>: what runs, for the operator of the installation.</summary>
/// <param name="Version">The silo's version.</param>
/// <param name="Now">When this was read.</param>
/// <param name="Meetings">Meetings with somebody in them, those with the most people first; at most 200.</param>
/// <param name="MeetingCount">All of these.</param>
/// <param name="Participants">Everybody in them.</param>
/// <param name="Regions">Regions and their pods, with their loads.</param>
public sealed record AdminOverview(
    string Version, DateTimeOffset Now, ImmutableArray<AdminMeeting> Meetings, int MeetingCount, int Participants, ImmutableArray<RegionLoad> Regions);

/// <summary>A meeting with somebody in it.</summary>
/// <param name="Id">The meeting.</param>
/// <param name="TenantId">Whose it is.</param>
/// <param name="Code">The join code.</param>
/// <param name="Title">The title.</param>
/// <param name="Participants">How many are in it.</param>
/// <param name="Lobby">How many wait to be let in.</param>
/// <param name="Since">When the first of those who are there came.</param>
/// <param name="Locked">Nobody new may join.</param>
public sealed record AdminMeeting(MeetingId Id, TenantId TenantId, string Code, string Title, int Participants, int Lobby, DateTimeOffset Since, bool Locked);
