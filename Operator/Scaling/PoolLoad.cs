using System.Collections.Immutable;
using Conference.Contracts.Pods;

namespace Conference.Operator.Scaling;

/// <summary>What the silo says of a pool, besides what it says of each pod.</summary>
/// <param name="ReadAt">When the silo was asked.</param>
/// <param name="TrendPerMinute">By how much the participants of the pool change per minute.</param>
/// <param name="JoinsPerMinute">How many joined the pool in the last minute.</param>
/// <param name="Answers">Whether the silo has answered since: false when it was asked again and did not.</param>
public sealed record PoolLoad(DateTimeOffset ReadAt, double TrendPerMinute, double JoinsPerMinute, bool Answers = true)
{
    /// <summary>
    /// The part of the regions' load that is this pool's. A region may hold pods of several pools; trend and joins, which only regions have, are shared out by capacity.
    /// They are those of media pods, so a pool of recorders has none.
    /// </summary>
    /// <param name="loads">The silo's answer.</param>
    /// <param name="role">The pool's role.</param>
    /// <param name="pods">The names of the pool's pods.</param>
    /// <param name="readAt">When the silo was asked.</param>
    public static PoolLoad Of(RegionLoads loads, PodRole role, IReadOnlySet<string> pods, DateTimeOffset readAt)
    {
        if (role != PodRole.Media) return new(readAt, 0, 0);
        double trend = 0, joins = 0;
        foreach (var region in loads.Regions)
        {
            var media = region.Pods.Where(p => p.Role == PodRole.Media).ToImmutableArray();
            var all = media.Sum(p => (double)p.Capacity.Participants);
            if (all <= 0) continue;
            var share = media.Where(p => pods.Contains(p.PodId.Value)).Sum(p => (double)p.Capacity.Participants) / all;
            trend += region.TrendPerMinute * share;
            joins += region.JoinsPerMinute * share;
        }
        return new(readAt, trend, joins);
    }
}
