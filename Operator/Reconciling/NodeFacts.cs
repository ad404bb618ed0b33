using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Reconciling;

/// <summary>What decisions look at of a node.</summary>
/// <param name="Cordoned">New pods are kept away.</param>
/// <param name="LostSince">Since when its kubelet has not reported, or reports that it is ill; null: all is well.</param>
/// <param name="Gone">There is no such node any more.</param>
internal sealed record NodeFacts(bool Cordoned, DateTimeOffset? LostSince, bool Gone)
{
    /// <summary>A node that does not exist.</summary>
    public static NodeFacts None { get; } = new(false, null, true);

    /// <summary>The facts of a node.</summary>
    public static NodeFacts Of(Node node)
    {
        var ready = node.Status?.Conditions?.FirstOrDefault(c => c.Type == "Ready");
        // A node without the condition has just been made, and nothing runs there yet.
        var lost = ready is { IsTrue: false } ? ready.LastTransitionTime ?? node.Metadata.CreationTimestamp : null;
        return new NodeFacts(node.Spec?.Unschedulable ?? false, lost, false);
    }
}
