using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Pods;

namespace Conference.Silo.Grains.Regions;

/// <summary>The live pods of one region and their loads. The key is the region's name. Holds nothing durable: pods report again within 2 s.</summary>
[Alias("conference.region")]
public interface IRegionGrain : IGrainWithStringKey
{
    /// <summary>A pod is alive; another one that served the same HTTP address has been replaced and is named in the answer.</summary>
    [Alias("report")]
    Task<ImmutableArray<PodId>> Report(PodStatus status);

    /// <summary>A pod is gone.</summary>
    [Alias("forget")]
    Task Forget(PodId podId);

    /// <summary>Chooses a pod for a meeting that has none.</summary>
    [Alias("place")]
    Task<PodPlacement> Place(MeetingId meetingId);

    /// <summary>The live pods.</summary>
    [Alias("read")]
    Task<RegionStatus> Read();
}

/// <summary>The names of all regions that have pods. One grain, with the key <see cref="Key"/>.</summary>
[Alias("conference.regions")]
public interface IRegionDirectoryGrain : IGrainWithStringKey
{
    /// <summary>The only key.</summary>
    public const string Key = "regions";

    /// <summary>A region has a pod.</summary>
    [Alias("announce")]
    Task Announce(string region);

    /// <summary>The regions, in the order of their names.</summary>
    [Alias("list")]
    Task<RegionNames> List();
}

/// <summary>Regions.</summary>
[GenerateSerializer, Immutable, Alias("conference.region.names")]
public sealed record RegionNames(ImmutableArray<string> Names);

/// <summary>A pod as its region knows it.</summary>
/// <param name="PodId">The pod.</param>
/// <param name="Role">What it does.</param>
/// <param name="Region">Its region.</param>
/// <param name="HttpUrl">Where the Gateway reaches it.</param>
/// <param name="Version">The program's version.</param>
/// <param name="Capacity">What it may carry.</param>
/// <param name="Load">How busy it is.</param>
/// <param name="Planned">Participants that are planned there.</param>
/// <param name="Meetings">Media rooms with somebody planned or present.</param>
/// <param name="Joins">Places taken there since the silo knows the pod: grows.</param>
/// <param name="Drain">How it drains; null when it does not.</param>
[GenerateSerializer, Immutable, Alias("conference.region.pod")]
public sealed record PodStatus(
    PodId PodId, PodRole Role, string Region, string HttpUrl, string Version, PodCapacity Capacity, PodLoad Load, int Planned, int Meetings, long Joins, DrainMode? Drain)
{
    /// <summary>It takes no new meetings.</summary>
    public bool Draining => Drain is not null;

    /// <summary>Places taken, or sessions, whichever are more.</summary>
    public int Participants => Math.Max(Planned, Load.Participants);
}

/// <summary>The live pods of a region.</summary>
/// <param name="Version">Grows with every change of what is routed by: which <paramref name="Pods"/> are there, where, and whether they drain.</param>
/// <param name="Pods">The pods, in the order of their ids.</param>
/// <param name="JoinsPerMinute">Places taken in the last minute.</param>
/// <param name="TrendPerMinute">Change of the participants on media pods per minute, over the last minutes.</param>
[GenerateSerializer, Immutable, Alias("conference.region.status")]
public sealed record RegionStatus(long Version, ImmutableArray<PodStatus> Pods, double JoinsPerMinute, double TrendPerMinute);

/// <summary>The outcome of choosing a pod.</summary>
/// <param name="PodId">The pod; null when none can.</param>
/// <param name="Case">The case of docs/pod-selection.md, as <c>P3</c>.</param>
[GenerateSerializer, Immutable, Alias("conference.region.placement")]
public sealed record PodPlacement(PodId? PodId, string Case);
