using System.Collections.Immutable;

namespace Conference.Operator.Scaling;

/// <summary>What decisions remember from one to the next. Nothing of it has to survive the operator: a new one is only slower to take pods away.</summary>
public sealed record ScaleMemory
{
    /// <summary>How many pods were recommended when: only those that no later one exceeds, so the first is the largest of the stabilization window.</summary>
    public ImmutableArray<Recommended> Recommended { get; init; } = [];

    /// <summary>When drains began because of load.</summary>
    public ImmutableArray<DateTimeOffset> Drains { get; init; } = [];

    /// <summary>Since when the silo has not known a pod that is ready.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> MissingSince { get; init; } = ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>Starts that failed.</summary>
    public StartFailures Failures { get; init; } = new();

    /// <summary>The memory of an operator that has just started: what was desired before holds for one stabilization window.</summary>
    /// <param name="desiredPods">The pool's <c>status.desiredPods</c>.</param>
    /// <param name="now">Now.</param>
    public static ScaleMemory Begin(int desiredPods, DateTimeOffset now) => new() { Recommended = [new(now, desiredPods)] };

    /// <summary>The most pods that were recommended within the window.</summary>
    internal int Most => Recommended.IsEmpty ? 0 : Recommended[0].Pods;

    internal ScaleMemory Remember(int pods, DateTimeOffset now, TimeSpan window) => this with
    {
        Recommended = [.. Recommended.Where(r => r.At > now - window && r.Pods > pods), new(now, pods)],
    };
}

/// <summary>A recommendation.</summary>
/// <param name="At">When.</param>
/// <param name="Pods">How many pods.</param>
public sealed record Recommended(DateTimeOffset At, int Pods);
