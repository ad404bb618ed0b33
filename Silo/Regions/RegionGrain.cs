using System.Collections.Immutable;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Silo.Grains.Regions;
using Conference.Silo.Pods;

namespace Conference.Silo.Regions;

/// <summary>The live pods of a region, and the choice among them.</summary>
public sealed class RegionGrain(PodOptions options, SiloVersion version, Random random, TimeProvider time) : Grain, IRegionGrain
{
    private readonly SortedDictionary<string, Entry> _pods = new(StringComparer.Ordinal);
    private readonly LoadTrend _trend = new(options.TrendWindow, options.TrendSpacing);
    private readonly JoinRate _joins = new();
    private long _version;

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _version = time.GetUtcNow().ToUnixTimeMilliseconds();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<PodId>> Report(PodStatus status)
    {
        // One address, one process: an older pod that served it is gone.
        ImmutableArray<PodId> replaced = [.. _pods.Values.Where(p => p.Status.HttpUrl == status.HttpUrl && p.Status.PodId != status.PodId).Select(p => p.Status.PodId)];
        foreach (var old in replaced) _pods.Remove(old.Value);
        var now = time.GetUtcNow();
        var recent = _pods.TryGetValue(status.PodId.Value, out var known) ? known.Placements : [];
        if (known is null || known.Status.Draining != status.Draining || known.Status.HttpUrl != status.HttpUrl) _version++;
        // A pod that this grain has not known brings its past along, which is no news.
        if (known is not null) _joins.Add(now, status.Joins - known.Status.Joins);
        _pods[status.PodId.Value] = new(status, now, recent);
        _trend.Add(now, Participants());
        return Task.FromResult(replaced);
    }

    /// <inheritdoc/>
    public Task Forget(PodId podId)
    {
        if (_pods.Remove(podId.Value)) _version++;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<PodPlacement> Place(MeetingId meetingId)
    {
        var now = time.GetUtcNow();
        DropSilent(now);
        foreach (var entry in _pods.Values) entry.Placements.RemoveAll(at => now - at >= options.RecentPlacement);
        var placement = PodSelection.Choose([.. _pods.Values.Select(p => new PodCandidate(p.Status, p.Placements.Count))], version.Version, options, random);
        if (placement.PodId is { } pod) _pods[pod.Value].Placements.Add(now);
        return Task.FromResult(placement);
    }

    /// <inheritdoc/>
    public Task<RegionStatus> Read()
    {
        var now = time.GetUtcNow();
        DropSilent(now);
        _trend.Add(now, Participants());
        return Task.FromResult(new RegionStatus(_version, [.. _pods.Values.Select(p => p.Status)], _joins.PerMinute(now), _trend.PerMinute()));
    }

    private int Participants() => _pods.Values.Where(p => p.Status.Role == PodRole.Media).Sum(p => p.Status.Participants);

    private void DropSilent(DateTimeOffset now)
    {
        foreach (var silent in _pods.Where(p => now - p.Value.At >= options.ReportTimeout * 2).Select(p => p.Key).ToList())
            if (_pods.Remove(silent)) _version++;
    }

    private sealed record Entry(PodStatus Status, DateTimeOffset At, List<DateTimeOffset> Placements);
}

/// <summary>The version of this program.</summary>
/// <param name="Version">As <c>1.4.0</c>.</param>
public sealed record SiloVersion(string Version);
