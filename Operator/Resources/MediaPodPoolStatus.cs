using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conference.Contracts;

namespace Conference.Operator.Resources;

/// <summary>What the operator saw and decided when it looked at the pool last.</summary>
public sealed record MediaPodPoolStatus
{
    /// <summary>The generation of the spec that this status is about.</summary>
    public long ObservedGeneration { get; init; }

    /// <summary>What happens, in one word; the conditions say why.</summary>
    public PoolPhase Phase { get; init; }

    /// <summary>How many pods should take meetings.</summary>
    public int DesiredPods { get; init; }

    /// <summary>Pods that take meetings or will as soon as they are ready.</summary>
    public int Pods { get; init; }

    /// <summary>Pods that take meetings.</summary>
    public int ReadyPods { get; init; }

    /// <summary>Pods that drain.</summary>
    public int DrainingPods { get; init; }

    /// <summary>Pods that are not of the newest template.</summary>
    public int OutdatedPods { get; init; }

    /// <summary>Participants on all pods.</summary>
    public int Participants { get; init; }

    /// <summary>The taken share of the places of all pods that take meetings, from 0 to 1.</summary>
    public double Load { get; init; }

    /// <summary>How many pods the load asks for, even while the pool is paused or its number is fixed.</summary>
    public PoolRecommendation? Recommendation { get; init; }

    /// <summary>The label selector of the pods, for kubectl scale and others that read the scale subresource.</summary>
    public string Selector { get; init; } = "";

    /// <summary>What holds and why.</summary>
    public ImmutableArray<PoolCondition> Conditions { get; init; } = [];
}

/// <summary>What happens in a pool.</summary>
[JsonConverter(typeof(EnumNames<PoolPhase>))]
public enum PoolPhase
{
    /// <summary>As many pods as desired are ready.</summary>
    Steady,

    /// <summary>Pods start.</summary>
    ScalingUp,

    /// <summary>Pods drain, because fewer are needed.</summary>
    ScalingDown,

    /// <summary>Pods are replaced by pods of a newer template.</summary>
    Updating,

    /// <summary>Somebody paused the pool.</summary>
    Paused,

    /// <summary>The spec contradicts itself; nothing is done.</summary>
    Invalid,

    /// <summary>Pods that should be there cannot be had; the conditions say why.</summary>
    Degraded,

    /// <summary>The pool is being deleted; its pods drain.</summary>
    Deleting,
}

/// <summary>How many pods the load asks for.</summary>
public sealed record PoolRecommendation
{
    /// <summary>That many.</summary>
    public int Pods { get; init; }

    /// <summary>In words.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The case of docs/scaling.md.</summary>
    public string Case { get; init; } = "";
}

/// <summary>One thing that holds, does not hold, or is not known.</summary>
public sealed record PoolCondition
{
    /// <summary>What: Valid, Ready, LoadKnown, Updated, Limited, PodsFailing.</summary>
    public string Type { get; init; } = "";

    /// <summary>True, False or Unknown.</summary>
    public ConditionStatus Status { get; init; }

    /// <summary>Why, in one word.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Why, in words.</summary>
    public string Message { get; init; } = "";

    /// <summary>When the status changed last.</summary>
    public DateTimeOffset LastTransitionTime { get; init; }

    /// <summary>The generation of the spec that it is about.</summary>
    public long ObservedGeneration { get; init; }
}

/// <summary>Whether a condition holds.</summary>
[JsonConverter(typeof(EnumNames<ConditionStatus>))]
public enum ConditionStatus
{
    /// <summary>Nobody knows.</summary>
    Unknown,

    /// <summary>It holds.</summary>
    True,

    /// <summary>It does not.</summary>
    False,
}
