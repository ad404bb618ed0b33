using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Regions;

/// <summary>Reads all regions, for those who route.</summary>
internal sealed class RegionReader(IGrainFactory grains)
{
    public async Task<IReadOnlyList<(string Name, RegionStatus Status)>> ReadAsync()
    {
        var names = await grains.GetGrain<IRegionDirectoryGrain>(IRegionDirectoryGrain.Key).List();
        var all = await Task.WhenAll(names.Names.Select(async name => (name, await grains.GetGrain<IRegionGrain>(name).Read())));
        return all;
    }
}
