using System.Collections.Immutable;
using Conference.Contracts.Pods;
using Conference.Operator.Pods;
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
        var list = new ListOptions { Namespace = options.Namespace, LabelSelector = $"app.kubernetes.io/managed-by={PodNames.ManagedBy}" };
        var managed = await client.ListAsync(ResourceTypes.Pods, list, cancellation).ConfigureAwait(false);
        if (!managed.Ok) return managed.Error;
        var mine = managed.Value.Items.Where(p => p.Metadata.Label(PodNames.Pool) == name).ToImmutableArray();
        var services = await ServicesAsync(mine, list, cancellation).ConfigureAwait(false);
        if (!services.Ok) return services.Error;
        var found = await NodesAsync(mine, cancellation).ConfigureAwait(false);
        if (!found.Ok) return found.Error;
        return View(pool.Value, mine, found.Value, services.Value) with { Neighbours = [.. managed.Value.Items] };
    }

    private PoolView View(MediaPodPool? pool, ImmutableArray<Pod> pods, IReadOnlyDictionary<string, Node> found, IReadOnlyDictionary<string, Service> services)
    {
        var (snapshot, now) = (load.Latest, time.GetUtcNow());
        var loads = snapshot.Loads?.Regions.SelectMany(r => r.Pods).GroupBy(p => p.PodId.Value).ToDictionary(g => g.Key, g => g.First()) ?? [];
        PoolPod Fact(Pod pod)
        {
            var node = pod.Spec.NodeName is { } name ? found.GetValueOrDefault(name) : null;
            var place = pod.Spec.NodeName is null ? null : node is null ? NodeFacts.None : NodeFacts.Of(node);
            // An old answer says nothing of a pod whose node has gone since (docs/scaling.md, D11).
            var told = place is { Gone: true } or { LostSince: not null } && now - snapshot.ReadAt > options.Scale.LoadFresh ? null : loads.GetValueOrDefault(pod.Metadata.Name);
            var fact = PodFacts.Of(pod, place, told, now);
            return pool is null ? fact : fact with { StartTrouble = fact.StartTrouble ?? PodAddress.WaitsFor(pool.Spec, pod, node, services.GetValueOrDefault(pod.Metadata.Name)) };
        }

        var all = pods.Select(p => (Pod: p, Fact: Fact(p))).ToImmutableArray();
        return new PoolView
        {
            Pool = pool,
            Pods = pods.ToImmutableDictionary(p => p.Metadata.Name),
            Facts = [.. all.Where(p => IsOf(p.Pod, pool)).Select(p => p.Fact)],
            Strays = [.. all.Where(p => !IsOf(p.Pod, pool)).Select(p => p.Fact)],
            Nodes = found,
            Services = services,
            Load = snapshot.Loads is { } known ? PoolLoad.Of(known, pool?.Spec.Role ?? PodRole.Media, pods.Select(p => p.Metadata.Name).ToHashSet(), snapshot.ReadAt) with { Answers = snapshot.Trouble is null } : null,
            Now = now,
        };
    }

    /// <summary>Pods without an owner (<c>kubectl delete --cascade=orphan</c>) belong to the pool that their label names; those of an earlier pool of the same name do not.</summary>
    private static bool IsOf(Pod pod, MediaPodPool? pool) =>
        pool is not null && (pod.Metadata.OwnerReferences?.FirstOrDefault(o => o.Controller == true) is not { } owner || owner.Uid == pool.Metadata.Uid);

    private async Task<KubeResult<Dictionary<string, Node>>> NodesAsync(ImmutableArray<Pod> pods, CancellationToken cancellation)
    {
        var found = new Dictionary<string, Node>();
        foreach (var name in pods.Select(p => p.Spec.NodeName).OfType<string>().Distinct())
        {
            if (nodes.Find(null, name) is { } known)
            {
                found[name] = known;
                continue;
            }
            // The cache may be behind; to give a pod up because its node is gone, that must be certain.
            var node = await client.GetAsync(ResourceTypes.Nodes, null, name, cancellation).ConfigureAwait(false);
            if (node.Ok) found[name] = node.Value;
            else if (node.Reason != KubeReason.NotFound) return node.Error;
        }
        return found;
    }

    private async Task<KubeResult<Dictionary<string, Service>>> ServicesAsync(ImmutableArray<Pod> pods, ListOptions list, CancellationToken cancellation)
    {
        if (pods.All(p => PodBuilder.Service(p) is null)) return new Dictionary<string, Service>();
        var services = await client.ListAsync(ResourceTypes.Services, list, cancellation).ConfigureAwait(false);
        return services.Ok ? services.Value.Items.ToDictionary(s => s.Metadata.Name) : services.Error;
    }
}
