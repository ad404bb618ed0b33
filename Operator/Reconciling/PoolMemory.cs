using Conference.Contracts.Pods;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Reconciling;

/// <summary>What an operator remembers of a pool from look to look. Nothing of it has to survive: a successor is only slower to take pods away, and repeats an event.</summary>
internal sealed class PoolMemory(ScaleMemory scale)
{
    /// <summary>The memory of decisions.</summary>
    public ScaleMemory Scale { get; set; } = scale;

    /// <summary>The last spec that was seen: what pods outlive their pool by.</summary>
    public MediaPodPoolSpec? Spec { get; set; }

    /// <summary>The case of the last decision, so that only a new one is an event.</summary>
    public string? LastCase { get; set; }

    /// <summary>What each draining pod was told last.</summary>
    public Dictionary<string, DrainMode> Told { get; } = [];

    /// <summary>Pods that have been seen ready.</summary>
    public HashSet<string> SeenReady { get; } = [];

    /// <summary>Forgets pods that are no more.</summary>
    public void Keep(IReadOnlyCollection<string> pods)
    {
        SeenReady.IntersectWith(pods);
        foreach (var gone in Told.Keys.Except(pods).ToArray()) Told.Remove(gone);
    }
}
