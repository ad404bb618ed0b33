using System.Collections.Immutable;
using Conference.Contracts.Pods;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Load;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Reconciling;

/// <summary>
/// Reads everything that a look at a pool needs. Pool and pods come from the store itself, not from a cache: whoever takes over from a killed operator sees every pod
/// that it created, and creates none twice. Nodes come from the cache, unless they seem to be gone.
/// </summary>
internal sealed class PoolReader(KubeClient client, ResourceCache<Node> nodes, LoadPoller load, OperatorOptions options, TimeProvider time)
{
    public async Task<KubeResult<PoolView>> ReadAsync(string name, CancellationToken cancellation)
    {
        var pool = await client.GetAsync(MediaPodPool.Type, options.Namespace, name, cancellation).ConfigureAwait(false);
        if (!pool.Ok && pool.Reason != KubeReason.NotFound) return pool.Error;
        var list = new ListOptions { Namespace = options.Namespace, LabelSelector = $"{PodMarks.ManagedBy}={PodMarks.Operator}" };
        var managed = await client.ListAsync(ResourceTypes.Pods, list, cancellation).ConfigureAwait(false);
        if (!managed.Ok) return managed.Error;
        var mine = managed.Value.Items.Where(p => p.Metadata.Label(PodMarks.Pool) == name).ToImmutableArray();
        var facts = await NodesOfAsync(mine, cancellation).ConfigureAwait(false);
        if (!facts.Ok) return facts.Error;
        return View(pool.Value, mine, managed.Value.Items, facts.Value);
    }

    private PoolView View(MediaPodPool? pool, ImmutableArray<Pod> pods, IReadOnlyList<Pod> neighbours, Dictionary<string, NodeFacts> nodeFacts)
    {
        var (snapshot, now) = (load.Latest, time.GetUtcNow());
        var loads = snapshot.Loads?.Regions.SelectMany(r => r.Pods).GroupBy(p => p.PodId.Value).ToDictionary(g => g.Key, g => g.First()) ?? [];
        var all = pods.Select(p => (Pod: p, Fact: PodFacts.Of(p, p.Spec.NodeName is { } node ? nodeFacts[node] : null, loads.GetValueOrDefault(p.Metadata.Name), now))).ToImmutableArray();
        return new PoolView
        {
            Pool = pool,
            Pods = pods.ToImmutableDictionary(p => p.Metadata.Name),
            Facts = [.. all.Where(p => IsOf(p.Pod, pool)).Select(p => p.Fact)],
            Strays = [.. all.Where(p => !IsOf(p.Pod, pool)).Select(p => p.Fact)],
            Neighbours = [.. neighbours],
            Load = snapshot.Loads is { } known ? PoolLoad.Of(known, pool?.Spec.Role ?? PodRole.Media, pods.Select(p => p.Metadata.Name).ToHashSet(), snapshot.ReadAt) : null,
            Now = now,
        };
    }

    /// <summary>Pods without an owner (<c>kubectl delete --cascade=orphan</c>) belong to the pool that their label names; those of an earlier pool of the same name do not.</summary>
    private static bool IsOf(Pod pod, MediaPodPool? pool) =>
        pool is not null && (pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true) is not { } owner || owner.Uid == pool.Metadata.Uid);

    private async Task<KubeResult<Dictionary<string, NodeFacts>>> NodesOfAsync(ImmutableArray<Pod> pods, CancellationToken cancellation)
    {
        var facts = new Dictionary<string, NodeFacts>();
        foreach (var name in pods.Select(p => p.Spec.NodeName).OfType<string>().Distinct())
        {
            if (nodes.Find(null, name) is { } known)
            {
                facts[name] = NodeFacts.Of(known);
                continue;
            }
            // The cache may be behind; to give a pod up because its node is gone, that must be certain.
            var node = await client.GetAsync(ResourceTypes.Nodes, null, name, cancellation).ConfigureAwait(false);
            if (!node.Ok && node.Reason != KubeReason.NotFound) return node.Error;
            facts[name] = node.Value is { } there ? NodeFacts.Of(there) : NodeFacts.None;
        }
        return facts;
    }
}
