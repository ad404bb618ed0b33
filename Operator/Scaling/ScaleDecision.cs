using System.Collections.Immutable;
using Conference.Operator.Resources;

namespace Conference.Operator.Scaling;

/// <summary>What is to be done with a pool's pods now: pure, with the numbered cases of docs/scaling.md, which events, logs, metrics and tests cite.</summary>
public sealed record ScaleDecision
{
    /// <summary>How many pods should take meetings.</summary>
    public required int Desired { get; init; }

    /// <summary>That many pods are to be created.</summary>
    public int Create { get; init; }

    /// <summary>The case that pods are created for; the same as <see cref="Case"/> but in an update.</summary>
    public ScaleCase? CreateCase { get; init; }

    /// <summary>Pods whose drain is to begin.</summary>
    public ImmutableArray<PodChoice> Drain { get; init; } = [];

    /// <summary>Pods whose drain is to be taken back.</summary>
    public ImmutableArray<PodChoice> TakeBack { get; init; } = [];

    /// <summary>Pods that carry nothing and are to be deleted at once.</summary>
    public ImmutableArray<PodChoice> Remove { get; init; } = [];

    /// <summary>The case that says most about what is done, or why nothing is.</summary>
    public required ScaleCase Case { get; init; }

    /// <summary>The same in words, with numbers.</summary>
    public required string Reason { get; init; }

    /// <summary>What the load asks for, whether it is followed or not.</summary>
    public required PoolRecommendation Recommendation { get; init; }

    /// <summary>To be handed to the next decision.</summary>
    public required ScaleMemory Memory { get; init; }

    /// <summary>When time alone may change the decision; null: only new facts do.</summary>
    public DateTimeOffset? LookAgainAt { get; init; }

    /// <summary>Pods that take meetings, or will.</summary>
    public ImmutableArray<PoolPod> Active { get; init; } = [];

    /// <summary>Whether the silo's answer was fresh and told of every ready pod.</summary>
    public LoadKnowledge Knowledge { get; init; }

    /// <summary>Whether the load asks for more than maxPods.</summary>
    public bool Limited { get; init; }

    /// <summary>The taken share of the places of the active pods, 0 to 1.</summary>
    public double Load { get; init; }

    /// <summary>Decides. The same input always gives the same decision.</summary>
    public static ScaleDecision Decide(ScaleInput input) => new ScaleRound(input).Decide();
}

/// <summary>A pod and what is to be done with it.</summary>
/// <param name="Pod">Its name.</param>
/// <param name="Case">Why, as a number.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record PodChoice(string Pod, ScaleCase Case, string Reason);

/// <summary>How much is known of the load.</summary>
public enum LoadKnowledge
{
    /// <summary>Nothing that is fresh; or a silo that knows none of the ready pods, because it has just started.</summary>
    None,

    /// <summary>It is fresh, but a pod that is ready is missing in it; or the silo has not answered since.</summary>
    Partial,

    /// <summary>Everything.</summary>
    Full,
}
