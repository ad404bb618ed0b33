using Conference.Operator.Pods;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Reconciling;

/// <summary>Watches pools, their pods and the nodes, and says which pools may need a look.</summary>
internal sealed class PoolCaches
{
    private readonly ResourceCache<MediaPodPool> _pools;
    private readonly ResourceCache<Pod> _pods;

    public PoolCaches(KubeClient client, OperatorOptions options, TimeProvider time, ILogger<PoolCaches> logger)
    {
        _pools = new(client, MediaPodPool.Type, new ListOptions { Namespace = options.Namespace }, PoolChanged, time, logger);
        var managed = new ListOptions { Namespace = options.Namespace, LabelSelector = $"app.kubernetes.io/managed-by={PodNames.ManagedBy}" };
        _pods = new(client, ResourceTypes.Pods, managed, change => Tell(change.Latest.Metadata.Label(PodNames.Pool)), time, logger);
        Nodes = new(client, ResourceTypes.Nodes, new ListOptions(), NodeChanged, time, logger);
    }

    /// <summary>The name of a pool that may need a look.</summary>
    public event Action<string>? Changed;

    public ResourceCache<Node> Nodes { get; }

    /// <summary>Ends when all three are complete for the first time.</summary>
    public Task Synced => Task.WhenAll(_pools.Synced, _pods.Synced, Nodes.Synced);

    public bool AreSynced => Synced.IsCompletedSuccessfully;

    public Task RunAsync(CancellationToken cancellation) => Task.WhenAll(_pools.RunAsync(cancellation), _pods.RunAsync(cancellation), Nodes.RunAsync(cancellation));

    /// <summary>Every pool, and every name that a pod has a pool by.</summary>
    public IEnumerable<string> PoolNames() =>
        _pools.Items.Select(p => p.Metadata.Name).Concat(_pods.Items.Select(p => p.Metadata.Label(PodNames.Pool)).OfType<string>()).Distinct();

    private void PoolChanged(ResourceChange<MediaPodPool> change)
    {
        // Our own writing of the status must not make us look again.
        if (change is { Before: { } before, After: { } after } && before.Metadata.Uid == after.Metadata.Uid && before.Metadata.Generation == after.Metadata.Generation
            && before.Metadata.IsDeleting == after.Metadata.IsDeleting) return;
        Tell(change.Latest.Metadata.Name);
    }

    private void NodeChanged(ResourceChange<Node> change)
    {
        // Kubelets report all the time; what counts is what decisions see.
        if (change is { Before: { } before, After: { } after } && NodeFacts.Of(before) == NodeFacts.Of(after)) return;
        foreach (var pod in _pods.Items)
            if (pod.Spec.NodeName == change.Latest.Metadata.Name) Tell(pod.Metadata.Label(PodNames.Pool));
    }

    private void Tell(string? pool)
    {
        if (pool is not null) Changed?.Invoke(pool);
    }
}
