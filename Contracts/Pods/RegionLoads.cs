using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Conference.Contracts.Pods;

/// <summary><c>GET /internal/regions</c> on a silo (operators only): what is carried, and where. Empty while no pod is there.</summary>
/// <param name="Regions">In the order of their names.</param>
public sealed record RegionLoads(ImmutableArray<RegionLoad> Regions);

/// <summary>One region: its media pods summed, and all of its pods. A participant who moves counts on both pods for as long as both keep the place.</summary>
/// <param name="Region">The region's name.</param>
/// <param name="Participants">Places taken on its media pods.</param>
/// <param name="Meetings">Media rooms on its media pods.</param>
/// <param name="EgressMbps">Sent media, in megabits per second.</param>
/// <param name="JoinsPerMinute">Places that were taken in the last minute; moves between pods are none.</param>
/// <param name="TrendPerMinute">By how much <paramref name="Participants"/> changes per minute, over the last minutes; negative when people leave.</param>
/// <param name="Pods">In the order of their ids.</param>
public sealed record RegionLoad(
    string Region, int Participants, int Meetings, double EgressMbps, double JoinsPerMinute, double TrendPerMinute, ImmutableArray<RegionPod> Pods);

/// <summary>One live pod.</summary>
/// <param name="PodId">The pod.</param>
/// <param name="Role">What it does.</param>
/// <param name="Region">Its region.</param>
/// <param name="HttpUrl">Where the Gateway reaches it.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Capacity">What it may carry.</param>
/// <param name="Participants">Places taken there, or sessions, whichever are more: a pod is empty when this is 0.</param>
/// <param name="Meetings">Media rooms with a place taken or a session.</param>
/// <param name="EgressMbps">Sent media, in megabits per second.</param>
/// <param name="Load">0 (idle) to 1 (full).</param>
/// <param name="Draining">It takes no new meetings.</param>
/// <param name="DrainMode">How it drains; null when it does not.</param>
public sealed record RegionPod(
    PodId PodId, PodRole Role, string Region, string HttpUrl, string Version, PodCapacity Capacity, int Participants, int Meetings, double EgressMbps, double Load,
    bool Draining, DrainMode? DrainMode = null);

/// <summary><c>POST /internal/pods/{podId}/drain</c>: answered with 202, again and again, or 404 for a pod that is not there. <c>DELETE</c> takes it back.</summary>
/// <param name="Mode">What becomes of the meetings that are there.</param>
public sealed record DrainRequest(DrainMode Mode);

/// <summary>Why a drain is not ordered or taken back.</summary>
[JsonConverter(typeof(EnumNames<DrainRefusal>))]
public enum DrainRefusal
{
    /// <summary>No such pod is connected.</summary>
    UnknownPod,
}
