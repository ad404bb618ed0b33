using System.Collections.Immutable;
using Conference.Operator.Resources;

namespace Conference.Operator.Scaling;

/// <summary>
/// How many places a pool has, and how many must be free. A place is room for one participant; what a pod carries is measured in places by whichever runs out
/// first: participants, outgoing megabits or its load. So a pod that is full of large videos has no free place, however few people are there.
/// </summary>
internal sealed class Places
{
    private readonly MediaPodPoolSpec _spec;
    private readonly ScaleMemory _memory;
    private readonly ScaleOptions _options;
    private readonly DateTimeOffset _now;

    /// <param name="input">What is looked at.</param>
    /// <param name="memory">Its memory, with the pods that are missing now.</param>
    /// <param name="trusted">Whether the load may be believed; else all places count as taken by nobody.</param>
    public Places(ScaleInput input, ScaleMemory memory, bool trusted)
    {
        (_spec, _memory, _options, _now) = (input.Spec, memory, input.Options, input.Now);
        var present = input.Pods.Where(p => p.IsActive || p.State is PodState.Draining or PodState.Leaving).ToImmutableArray();
        Taken = present.Sum(p => Used(p));
        // Who is on a pod that goes needs a place elsewhere in the end, in whichever mode it drains.
        Homeless = present.Where(p => !p.IsActive).Sum(p => Used(p));
        Growth = trusted && input.Load is { } load ? Math.Max(0, Math.Max(load.TrendPerMinute, load.JoinsPerMinute)) * StartTime(input).TotalMinutes : 0;
        Buffer = Math.Max(_spec.Buffer.Participants, Math.Ceiling(Taken * _spec.Buffer.Percent / 100));
    }

    /// <summary>Places of one new pod.</summary>
    public double PerPod => _spec.Capacity.Participants;

    /// <summary>Taken places on all pods.</summary>
    public double Taken { get; }

    /// <summary>Taken places on pods that go.</summary>
    public double Homeless { get; }

    /// <summary>Places that may be taken before a pod that is created now is ready.</summary>
    public double Growth { get; }

    /// <summary>The buffer that the spec asks for.</summary>
    public double Buffer { get; }

    /// <summary>Places that must be free.</summary>
    public double Needed => Buffer + Growth + Homeless;

    /// <summary>What must stay free beyond the need when a pod is taken away.</summary>
    public double Margin => Math.Ceiling(PerPod * _options.Hysteresis);

    /// <summary>Free places of a set of pods.</summary>
    public double Free(IEnumerable<PoolPod> pods) => pods.Sum(FreeOf);

    /// <summary>Free places of one pod; none on one that the silo has not known for a while, because it cannot send anybody there.</summary>
    public double FreeOf(PoolPod pod)
    {
        if (_memory.MissingSince.TryGetValue(pod.Name, out var since) && _now - since > _options.MissingGrace) return 0;
        return Math.Max(0, CapacityOf(pod) - Used(pod));
    }

    /// <summary>Taken places of one pod.</summary>
    public double Used(PoolPod pod)
    {
        if (pod.Load is not { } load) return 0;
        var share = Math.Max(load.Load, load.EgressMbps / Math.Max(1, load.Capacity.EgressMbps));
        return Math.Max(load.Participants, Math.Floor(CapacityOf(pod) * share));
    }

    /// <summary>Whether the pods <paramref name="rest"/> are enough when <paramref name="gone"/> is taken away too, with the margin to spare.</summary>
    public bool AreEnough(IReadOnlyCollection<PoolPod> rest, IEnumerable<PoolPod> gone) => Free(rest) >= Needed + Margin + gone.Sum(Used);

    private double CapacityOf(PoolPod pod) => pod.Load?.Capacity.Participants ?? PerPod;

    /// <summary>What the pool's own pods took from creation to ready lately: the median, between 5 s and 2 min.</summary>
    private static TimeSpan StartTime(ScaleInput input)
    {
        var times = input.Pods.Where(p => p.Load is { Draining: false } && p.ReadySince is not null && p.Revision == input.Revision)
            .Select(p => p.ReadySince!.Value - p.CreatedAt).Where(t => t > TimeSpan.Zero && t < TimeSpan.FromMinutes(2)).Order().ToImmutableArray();
        if (times.IsEmpty) return input.Options.StartTime;
        return TimeSpan.FromSeconds(Math.Max(5, times[times.Length / 2].TotalSeconds));
    }
}
