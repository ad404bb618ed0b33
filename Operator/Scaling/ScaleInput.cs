using System.Collections.Immutable;
using Conference.Operator.Resources;

namespace Conference.Operator.Scaling;

/// <summary>Everything that <see cref="ScaleDecision.Decide"/> looks at.</summary>
public sealed record ScaleInput
{
    /// <summary>What is wanted; already found valid by <see cref="PoolCheck"/>.</summary>
    public required MediaPodPoolSpec Spec { get; init; }

    /// <summary>The revision of the pool's template as it is now.</summary>
    public required string Revision { get; init; }

    /// <summary>Every pod of the pool that Kubernetes knows, whatever its state.</summary>
    public required ImmutableArray<PoolPod> Pods { get; init; }

    /// <summary>What the silo said last; null when it has never answered.</summary>
    public PoolLoad? Load { get; init; }

    /// <summary>What the last decision handed back; for the first one <see cref="ScaleMemory.Begin"/>.</summary>
    public required ScaleMemory Memory { get; init; }

    /// <summary>Now.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What is taken for granted.</summary>
    public ScaleOptions Options { get; init; } = new();
}
