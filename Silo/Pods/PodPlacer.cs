using Conference.Contracts;
using Conference.Silo.Grains.Pods;
using Conference.Silo.Grains.Regions;

namespace Conference.Silo.Pods;

/// <summary>Finds a pod for a meeting: asks the grains what <see cref="PodSelection"/> needs to know, in the order of docs/pod-selection.md.</summary>
public sealed class PodPlacer(IGrainFactory grains, PodOptions options)
{
    /// <summary>Whether a pod is there, and takes one more participant.</summary>
    public async Task<PodAdmission> AskAsync(PodId pod, MeetingId meeting) => await grains.GetGrain<IPodGrain>(pod.Value).Admit(meeting);

    /// <summary>Chooses a pod for a meeting that has none (P2 to P3, R1, R2).</summary>
    /// <param name="meeting">The meeting.</param>
    /// <param name="region">The nearest region to the participant; null: this silo's.</param>
    public async Task<PodPlacement> ChooseAsync(MeetingId meeting, string? region)
    {
        var nearest = region ?? options.Region;
        var first = await grains.GetGrain<IRegionGrain>(nearest).Place(meeting);
        if (first.PodId is not null) return first;
        var refusal = first;
        var all = await grains.GetGrain<IRegionDirectoryGrain>(IRegionDirectoryGrain.Key).List();
        foreach (var other in all.Names.Where(name => name != nearest))
        {
            var placement = await grains.GetGrain<IRegionGrain>(other).Place(meeting);
            if (placement.PodId is not null) return placement with { Case = PodSelection.OtherRegion };
            if (placement.Case == PodSelection.AtCapacity) refusal = placement;
        }
        return refusal;
    }
}
