using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Silo.Grains.Pods;
using Conference.Silo.Regions;

namespace Conference.Silo.Pods;

/// <summary>Orders drains and takes them back. False: no such pod is there.</summary>
internal sealed class PodDrains(IGrainFactory grains, GrainRetries retries, RegionReader regions)
{
    public async Task<bool> OrderAsync(string podId, DrainMode mode) => await FindAsync(podId) is { } pod && await retries.CallAsync(() => pod.Drain(mode));

    public async Task<bool> TakeBackAsync(string podId) => await FindAsync(podId) is { } pod && await retries.CallAsync(pod.Resume);

    // A grain comes to life for every name that is called: only names that a region knows may be.
    private async Task<IPodGrain?> FindAsync(string podId)
    {
        if (!StringId.TryParse<PodId>(podId, out var id)) return null;
        var all = await regions.ReadAsync();
        return all.Any(r => r.Status.Pods.Any(p => p.PodId == id)) ? grains.GetGrain<IPodGrain>(id.Value) : null;
    }
}
