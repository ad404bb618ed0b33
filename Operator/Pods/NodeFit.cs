using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;

namespace Conference.Operator.Pods;

/// <summary>Whether the scheduler would give a node pods of a pool, as far as labels and taints say; what affinity says is left to the scheduler. Pure.</summary>
public static class NodeFit
{
    /// <summary>Whether the node is up, open, has the labels and no taint that the pods do not bear.</summary>
    public static bool Takes(Node node, PodTemplate template) =>
        node.IsReady
        && node.Spec?.Unschedulable != true
        && template.NodeSelector.All(l => node.Metadata.Label(l.Key) == l.Value)
        && (node.Spec?.Taints ?? []).All(t => t.Effect == "PreferNoSchedule" || template.Tolerations.Any(b => Bears(b, t)));

    private static bool Bears(Toleration toleration, Taint taint)
    {
        if (!string.IsNullOrEmpty(toleration.Effect) && toleration.Effect != taint.Effect) return false;
        // Without a key, only "Exists" makes sense: it bears everything.
        if (string.IsNullOrEmpty(toleration.Key)) return toleration.Operator == "Exists";
        return toleration.Key == taint.Key && (toleration.Operator == "Exists" || (toleration.Value ?? "") == (taint.Value ?? ""));
    }
}
