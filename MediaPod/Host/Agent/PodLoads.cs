using Conference.Contracts.Pods;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Host.Agent;

/// <summary>
/// One number for how busy a pod is: the largest of its inputs, each against its bound. Of processor time the workers' average counts, not the busiest: a meeting that
/// fills one goes on on the others (docs/workers.md). Pure.
/// </summary>
public static class PodLoads
{
    /// <summary>The load of a pod with this capacity.</summary>
    public static PodLoad Of(MediaLoad load, PodCapacity capacity)
    {
        var participants = load.Sessions / (double)Math.Max(1, capacity.Participants);
        var egress = load.EgressBitsPerSecond / (Math.Max(1, capacity.EgressMbps) * 1e6);
        var value = Math.Clamp(Math.Max(Math.Max(participants, egress), load.AverageWorker), 0, 1);
        return new(value, load.Sessions, load.PacketsPerSecond, load.EgressBitsPerSecond, load.BusiestWorker);
    }
}
