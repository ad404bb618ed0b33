using System.Collections.Immutable;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Pods;
using Conference.Operator.Resources;

namespace Conference.Operator.Reconciling;

/// <summary>Makes the next pod of a pool: a name that nobody has and a block of ports that clashes as little as can be known.</summary>
internal sealed class PodMaker(OperatorOptions options, ResourceCache<Node> nodes, Random random)
{
    private readonly PodSurroundings _surroundings = new(options.PodSilos, options.PodSecretName);
    private readonly Lock _gate = new();

    /// <summary>The revision of the template of a spec.</summary>
    public string Revision(MediaPodPoolSpec spec) => PodBuilder.Revision(spec, _surroundings);

    /// <summary>A pod to create; null: every block of ports is taken.</summary>
    /// <param name="view">The pool and what is around it.</param>
    /// <param name="made">Pods that were created since that was read.</param>
    public Pod? Make(PoolView view, IReadOnlyCollection<Pod> made)
    {
        var pool = view.Pool!;
        var used = PortBlocks.UsedBy(view.Neighbours.Concat(made));
        lock (_gate) // Random is not for several threads
        {
            if (PortBlocks.Choose(pool.Spec.Network, used, Candidates(pool.Spec), random) is not { } port) return null;
            string name;
            do name = PodBuilder.NewName(pool.Metadata.Name, random);
            while (view.Neighbours.Concat(made).Any(p => p.Metadata.Name == name));
            return PodBuilder.Build(new PodRequest(pool, name, port), _surroundings);
        }
    }

    private ImmutableArray<string> Candidates(MediaPodPoolSpec spec) =>
    [
        .. nodes.Items.Where(n => NodeFit.Takes(n, spec.Template)).Select(n => n.Metadata.Name),
    ];
}
