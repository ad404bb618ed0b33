using System.Collections.Immutable;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Reconciling;

/// <summary>Everything that one look at a pool reads.</summary>
internal sealed record PoolView
{
    /// <summary>The pool; null: there is none of that name (any more).</summary>
    public required MediaPodPool? Pool { get; init; }

    /// <summary>The pool's pods by name, as Kubernetes has them at this moment.</summary>
    public required ImmutableDictionary<string, Pod> Pods { get; init; }

    /// <summary>The same pods as decisions see them; without those that only wear the pool's label.</summary>
    public required ImmutableArray<PoolPod> Facts { get; init; }

    /// <summary>Pods with the pool's label that belong to an earlier pool of that name, or to none.</summary>
    public required ImmutableArray<PoolPod> Strays { get; init; }

    /// <summary>All pods that operators manage in the namespace, for the ports that are taken.</summary>
    public ImmutableArray<Pod> Neighbours { get; init; } = [];

    /// <summary>The nodes of the pool's pods by name, as far as they exist.</summary>
    public required IReadOnlyDictionary<string, Node> Nodes { get; init; }

    /// <summary>The pods' own services by the pod's name; empty where the network needs none.</summary>
    public required IReadOnlyDictionary<string, Service> Services { get; init; }

    /// <summary>The pool's load as last told; null: never.</summary>
    public required PoolLoad? Load { get; init; }

    /// <summary>When it was read.</summary>
    public required DateTimeOffset Now { get; init; }
}
