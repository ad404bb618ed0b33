using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Cluster;

/// <summary>The times of a leader election. <see cref="RenewDeadline"/> is shorter than <see cref="LeaseDuration"/>, so that a leader has stopped before another may begin.</summary>
/// <param name="LeaseDuration">How long others wait after the last renewal that they saw; whole seconds.</param>
/// <param name="RenewDeadline">How long a leader goes on after sending its last renewal that succeeded.</param>
/// <param name="RetryPeriod">The pause between two looks at the lease.</param>
public sealed record LeaderTimes(TimeSpan LeaseDuration, TimeSpan RenewDeadline, TimeSpan RetryPeriod)
{
    /// <summary>10 s, 7 s, 1 s: a leader that was killed is replaced within 11 s, one that ends within 1 s.</summary>
    public static LeaderTimes Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(1));

    /// <summary>Throws <see cref="ArgumentException"/> unless retry &lt; deadline &lt; duration.</summary>
    public LeaderTimes Checked() => RetryPeriod > TimeSpan.Zero && RetryPeriod < RenewDeadline && RenewDeadline < LeaseDuration && LeaseDuration >= TimeSpan.FromSeconds(1)
        ? this
        : throw new ArgumentException("a leader's times must grow: retry period, renew deadline, lease duration");
}

/// <summary>What to do with the lease now.</summary>
public enum LeaderAction
{
    /// <summary>Another leads, as far as can be known.</summary>
    Wait,

    /// <summary>Nobody leads: try to take it.</summary>
    Take,

    /// <summary>It is ours: renew it.</summary>
    Renew,
}

/// <summary>
/// What one candidate knows, and what follows from it: no I/O, and no comparison of clocks of two machines. A foreign lease ends when it has not changed for its duration by
/// the own clock since it was seen to change; an own one when nothing was renewed for the renew deadline, counted from before the renewal was sent.
/// </summary>
public sealed record LeaderView
{
    /// <summary>The newest lease that was seen; null: there is none.</summary>
    public Lease? Lease { get; private init; }

    /// <summary>When that lease was seen to change, by the own clock.</summary>
    public TimeSpan ChangedAt { get; private init; }

    /// <summary>When the last renewal of ours that succeeded was sent; null: we do not lead.</summary>
    public TimeSpan? RenewedAt { get; private init; }

    /// <summary>The view after reading the lease.</summary>
    /// <param name="lease">What was read; null: there is none.</param>
    /// <param name="identity">Who we are.</param>
    /// <param name="now">The own clock.</param>
    public LeaderView Seen(Lease? lease, string identity, TimeSpan now) => new()
    {
        Lease = lease,
        ChangedAt = Lease is not null && lease is not null && Lease.Spec == lease.Spec ? ChangedAt : now,
        RenewedAt = lease?.Spec.HolderIdentity == identity ? RenewedAt : null,
    };

    /// <summary>The view after a write of ours that succeeded.</summary>
    /// <param name="lease">What was written.</param>
    /// <param name="sentAt">The own clock before it was sent.</param>
    public LeaderView Written(Lease lease, TimeSpan sentAt) => new() { Lease = lease, ChangedAt = sentAt, RenewedAt = sentAt };

    /// <summary>The view after giving it up.</summary>
    public LeaderView Released() => this with { RenewedAt = null };

    /// <summary>Whether we lead at <paramref name="now"/>.</summary>
    public bool Leads(LeaderTimes times, TimeSpan now) => RenewedAt is { } renewed && now - renewed < times.RenewDeadline;

    /// <summary>
    /// What to do at <paramref name="now"/>. A lease in our own name that this process did not take (its predecessor in the same pod did, which is dead) is taken at once.
    /// </summary>
    public LeaderAction Next(string identity, LeaderTimes times, TimeSpan now)
    {
        if (Lease is null || string.IsNullOrEmpty(Lease.Spec.HolderIdentity)) return LeaderAction.Take;
        if (Lease.Spec.HolderIdentity == identity) return Leads(times, now) ? LeaderAction.Renew : LeaderAction.Take;
        // What the holder promised counts; a broken promise must not keep the lease for ever.
        var promised = Lease.Spec.LeaseDurationSeconds is { } seconds and >= 1 and <= 3600 ? TimeSpan.FromSeconds(seconds) : times.LeaseDuration;
        return now - ChangedAt >= promised ? LeaderAction.Take : LeaderAction.Wait;
    }

    /// <summary>The lease to write for <see cref="LeaderAction.Take"/> or <see cref="LeaderAction.Renew"/>.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="name">The lease's name.</param>
    /// <param name="identity">Who we are.</param>
    /// <param name="times">The times.</param>
    /// <param name="clock">The time of day, for people who read the lease.</param>
    public Lease Claim(string ns, string name, string identity, LeaderTimes times, DateTimeOffset clock)
    {
        var old = Lease?.Spec;
        var same = old?.HolderIdentity == identity;
        return new Lease
        {
            Metadata = (Lease?.Metadata ?? new ObjectMeta()) with { Name = name, Namespace = ns },
            Spec = new LeaseSpec
            {
                HolderIdentity = identity,
                LeaseDurationSeconds = (int)Math.Ceiling(times.LeaseDuration.TotalSeconds),
                AcquireTime = same ? old!.AcquireTime : clock,
                RenewTime = clock,
                LeaseTransitions = (old?.LeaseTransitions ?? 0) + (same || old is null ? 0 : 1),
            },
        };
    }
}
