using System.Collections.Immutable;
using System.Globalization;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;

namespace Conference.Operator.Pods;

/// <summary>UDP ports that a pod has or will have.</summary>
/// <param name="Node">Its node; null: none has it yet, so it may be any.</param>
/// <param name="First">The first port.</param>
/// <param name="Count">How many.</param>
public sealed record PortUse(string? Node, int First, int Count);

/// <summary>
/// Gives each pod a block of consecutive UDP ports of the pool's range: as many as it has workers. Pure. The scheduler chooses the node, and it refuses nodes where a port is
/// taken; so a bad choice is a pod that waits, never two pods on one port. A good choice is a block that is free on many nodes: one that no pod has anywhere, while there is one.
/// </summary>
public static class PortBlocks
{
    /// <summary>The first port of a block for a new pod.</summary>
    /// <param name="network">The pool's network.</param>
    /// <param name="used">The ports of all media pods, of whichever pool, and of pods that are being created.</param>
    /// <param name="nodes">The nodes that the pod may come to; empty: not known.</param>
    /// <param name="random">Chooses among equals, so that two operators' pods, or pods that nobody told us of, rarely want the same.</param>
    /// <returns>The first port, or null: every block is taken on every node.</returns>
    public static int? Choose(PoolNetwork network, IReadOnlyCollection<PortUse> used, IReadOnlyCollection<string> nodes, Random random)
    {
        var range = network.Ports;
        // Every pod has its own address there.
        if (network.Mode == NetworkMode.LoadBalancer) return range.First;

        var best = new List<int>();
        var bestScore = (Nodes: 0, Uses: int.MinValue);
        for (var first = range.First; first + network.Workers - 1 <= range.Last; first += network.Workers)
        {
            if (Score(first, network, used, nodes) is not { } score) continue;
            if (score.CompareTo(bestScore) > 0) best.Clear();
            if (score.CompareTo(bestScore) < 0) continue;
            bestScore = score;
            best.Add(first);
        }
        return best.Count == 0 ? null : best[random.Next(best.Count)];
    }

    /// <summary>The ports that media pods have: those that say so in their annotation, whatever their pool.</summary>
    public static ImmutableArray<PortUse> UsedBy(IEnumerable<Pod> pods)
    {
        var used = ImmutableArray.CreateBuilder<PortUse>();
        foreach (var pod in pods)
        {
            if (pod.IsFinished || !int.TryParse(pod.Metadata.Annotation(PodNames.Ports), CultureInfo.InvariantCulture, out var first)) continue;
            var count = pod.Spec.Containers.SelectMany(c => c.Ports ?? []).Count(p => p.Protocol == "UDP");
            used.Add(new(pod.Spec.NodeName, first, Math.Max(1, count)));
        }
        return used.ToImmutable();
    }

    /// <summary>On how many nodes the block is free, and (negative) how often it is taken anywhere; null: it cannot be had.</summary>
    private static (int Nodes, int Uses)? Score(int first, PoolNetwork network, IReadOnlyCollection<PortUse> used, IReadOnlyCollection<string> nodes)
    {
        var clashes = used.Where(u => u.First < first + network.Workers && first < u.First + u.Count).ToImmutableArray();
        // A node port is the same on all nodes.
        if (network.Mode == NetworkMode.NodePort) return clashes.IsEmpty ? (1, 0) : null;
        // A pod without a node may come to any: it takes one of them, but nobody knows which.
        var free = nodes.Count(n => clashes.All(c => c.Node != n)) - clashes.Count(c => c.Node is null);
        if (nodes.Count > 0 && free <= 0) return null;
        return (Math.Max(1, free), -clashes.Length);
    }
}
