using Conference.Contracts.Pods;
using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Regions;

/// <summary>What the operator is told of regions: sums over their media pods. Pure.</summary>
public static class RegionSums
{
    private const double BitsPerMegabit = 1e6;

    /// <summary>The loads of all regions.</summary>
    /// <param name="regions">Each region with its name, in the order of names.</param>
    public static RegionLoads Of(IEnumerable<(string Name, RegionStatus Status)> regions) => new([.. regions.Select(r => Of(r.Name, r.Status))]);

    private static RegionLoad Of(string name, RegionStatus status)
    {
        RegionPod[] pods = [.. status.Pods.Select(Of)];
        var media = pods.Where(p => p.Role == PodRole.Media).ToList();
        return new(name, media.Sum(p => p.Participants), media.Sum(p => p.Meetings), media.Sum(p => p.EgressMbps), status.JoinsPerMinute, status.TrendPerMinute, [.. pods]);
    }

    private static RegionPod Of(PodStatus pod) => new(
        pod.PodId, pod.Role, pod.Region, pod.HttpUrl, pod.Version, pod.Capacity, pod.Participants, pod.Meetings, pod.Load.EgressBitsPerSecond / BitsPerMegabit,
        pod.Load.Value, pod.Draining, pod.Drain);
}
