using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Regions;

/// <summary>Reads all regions, for those who route.</summary>
internal sealed class RegionReader(IGrainFactory grains, GrainRetries retries)
{
    public async Task<IReadOnlyList<(string Name, RegionStatus Status)>> ReadAsync()
    {
        var names = await retries.CallAsync(() => grains.GetGrain<IRegionDirectoryGrain>(IRegionDirectoryGrain.Key).List());
        var all = await Task.WhenAll(names.Names.Select(async name => (name, await retries.CallAsync(() => grains.GetGrain<IRegionGrain>(name).Read()))));
        return all;
    }
}
