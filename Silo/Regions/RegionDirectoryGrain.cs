using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Regions;

/// <summary>The names of the regions that have had a pod since this grain came to life.</summary>
public sealed class RegionDirectoryGrain : Grain, IRegionDirectoryGrain
{
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task Announce(string region)
    {
        _names.Add(region);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<RegionNames> List() => Task.FromResult(new RegionNames([.. _names]));
}
