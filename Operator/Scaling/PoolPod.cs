using Conference.Contracts.Pods;

namespace Conference.Operator.Scaling;

/// <summary>One pod of a pool with everything that decisions look at. Facts only; <see cref="State"/> is what they come to.</summary>
public sealed record PoolPod
{
    /// <summary>Its name, which is its pod id too.</summary>
    public required string Name { get; init; }

    /// <summary>The hash of the template that it was made from.</summary>
    public required string Revision { get; init; }

    /// <summary>When it was created.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Kubernetes' scheduler found no node for it, in words; null otherwise.</summary>
    public string? Unschedulable { get; init; }

    /// <summary>Since when it has been ready; null while it is not.</summary>
    public DateTimeOffset? ReadySince { get; init; }

    /// <summary>Since when it has been about to become ready: when it was given to its node, stopped being ready, or had its drain taken back, whatever came last. Null while no node has it.</summary>
    public DateTimeOffset? StartingSince { get; init; }

    /// <summary>Its process has ended, well or not.</summary>
    public bool Ended { get; init; }

    /// <summary>Its process ended with an error (or was killed, or evicted), in words; null otherwise.</summary>
    public string? Failure { get; init; }

    /// <summary>Why it does not start, as <c>ImagePullBackOff: ...</c>; null when nothing is said.</summary>
    public string? StartTrouble { get; init; }

    /// <summary>When Kubernetes ends it at the latest, once somebody has deleted it; null: nobody has.</summary>
    public DateTimeOffset? DeletedAt { get; init; }

    /// <summary>When its drain began; null: it does not drain.</summary>
    public DateTimeOffset? DrainSince { get; init; }

    /// <summary>The number of the case that its drain began for.</summary>
    public string? DrainCase { get; init; }

    /// <summary>The node that has it.</summary>
    public string? Node { get; init; }

    /// <summary>Nothing new shall come to the node: somebody empties it.</summary>
    public bool NodeCordoned { get; init; }

    /// <summary>Since when the node has not reported; null: it reports.</summary>
    public DateTimeOffset? NodeLostSince { get; init; }

    /// <summary>The node no longer exists.</summary>
    public bool NodeGone { get; init; }

    /// <summary>What the silo says of it; null when the silo does not know it, or has not been asked.</summary>
    public RegionPod? Load { get; init; }

    /// <summary>What the facts come to.</summary>
    public PodState State =>
        Ended ? PodState.Ended
        : DeletedAt is not null ? PodState.Leaving
        : (NodeGone || NodeLostSince is not null) && Load is null ? PodState.Lost
        : DrainSince is not null ? PodState.Draining
        : ReadySince is not null ? PodState.Ready
        : PodState.Starting;

    /// <summary>Whether it takes meetings, or will.</summary>
    public bool IsActive => State is PodState.Ready or PodState.Starting;

    /// <summary>Its participants, as far as they are known.</summary>
    public int Participants => Load?.Participants ?? 0;
}

/// <summary>What becomes of a pod.</summary>
public enum PodState
{
    /// <summary>It is not ready yet, or not ready again.</summary>
    Starting,

    /// <summary>It takes meetings.</summary>
    Ready,

    /// <summary>It takes no new meetings and goes when it is empty, or at the deadline.</summary>
    Draining,

    /// <summary>It has been deleted: its process drains by itself and ends.</summary>
    Leaving,

    /// <summary>Its process has ended.</summary>
    Ended,

    /// <summary>Its node is away and the silo does not hear from it.</summary>
    Lost,
}
