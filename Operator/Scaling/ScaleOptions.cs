namespace Conference.Operator.Scaling;

/// <summary>What decisions take for granted; pools cannot change it.</summary>
public sealed record ScaleOptions
{
    /// <summary>How old the silo's answer may be.</summary>
    public TimeSpan LoadFresh { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a ready pod may be unknown to the silo (which may have just started) before its places stop counting.</summary>
    public TimeSpan MissingGrace { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>From creation to ready, while no pod of the pool has shown how long it takes.</summary>
    public TimeSpan StartTime { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>A pod is drained only if afterwards this share of its capacity is free beyond the need: what keeps small waves from starting and ending pods.</summary>
    public double Hysteresis { get; init; } = 0.1;

    /// <summary>The share of the desired pods that an update starts beyond them, at least one pod.</summary>
    public double SurgeShare { get; init; } = 0.25;

    /// <summary>A pod that ends with an error at this age or earlier counts as one that failed to start.</summary>
    public TimeSpan EarlyFailure { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The wait after the second failed start in a row; it doubles with each further one. The first is answered at once.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait between failed starts.</summary>
    public TimeSpan LongestBackOff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a pod that no node can take is left to wait before it is made again (with other ports), at least.</summary>
    public TimeSpan UnschedulableDeadline { get; init; } = TimeSpan.FromMinutes(5);
}
