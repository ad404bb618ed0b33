using System.Text.Json.Nodes;
using Conference.Operator.Pods;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Reconciling;
using Conference.Operator.Resources;

namespace Conference.Operator;

/// <summary>
/// Removes what an operator manages in a namespace, so that nothing waits for an operator that is no more: the pools, then their pods, whose people are cut off. What a chart runs
/// before it is uninstalled.
/// </summary>
/// <param name="client">The API.</param>
/// <param name="ns">The namespace.</param>
/// <param name="time">The clock.</param>
public sealed class PoolRemoval(KubeClient client, string ns, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Removes everything; throws <see cref="KubeException"/> when that cannot be done within a minute.</summary>
    /// <param name="output">Gets one line per object.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task RunAsync(TextWriter output, CancellationToken cancellation)
    {
        var pools = await PoolsAsync(cancellation).ConfigureAwait(false);
        // Pods first: with their pool gone Kubernetes deletes them itself, with all the time that a drain may take, and kubelets do not shorten that any more. Paused, so that none is replaced.
        foreach (var pool in pools)
            await client.PatchAsync(MediaPodPool.Type, ns, pool.Metadata.Name, new JsonObject { ["spec"] = new JsonObject { ["paused"] = true } }, null, cancellation).ConfigureAwait(false);
        await RemovePodsAsync(output, cancellation).ConfigureAwait(false);
        await RemovePoolsAsync(pools, output, cancellation).ConfigureAwait(false);
        var begun = time.GetTimestamp();
        while (await RemovePodsAsync(output, cancellation).ConfigureAwait(false) is var left and > 0)
        {
            if (time.GetElapsedTime(begun) > Patience) throw new KubeException(new KubeError(KubeReason.Timeout, 0, $"{left} pods are still there"));
            await Task.Delay(TimeSpan.FromSeconds(1), time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<MediaPodPool>> PoolsAsync(CancellationToken cancellation)
    {
        var pools = await client.ListAsync(MediaPodPool.Type, new ListOptions { Namespace = ns }, cancellation).ConfigureAwait(false);
        return pools.Reason == KubeReason.NotFound ? [] : [.. pools.Require().Items]; // the kind itself may be gone already
    }

    /// <summary>Tells how many pods there were.</summary>
    private async Task<int> RemovePodsAsync(TextWriter output, CancellationToken cancellation)
    {
        var pods = (await client.ListAsync(ResourceTypes.Pods, new ListOptions { Namespace = ns, LabelSelector = $"app.kubernetes.io/managed-by={PodNames.ManagedBy}" }, cancellation).ConfigureAwait(false)).Require();
        foreach (var pod in pods.Items) await RemoveAsync(pod, output, cancellation).ConfigureAwait(false);
        return pods.Items.Count;
    }

    private async Task RemovePoolsAsync(IReadOnlyList<MediaPodPool> pools, TextWriter output, CancellationToken cancellation)
    {
        foreach (var pool in pools)
        {
            await client.DeleteAsync(MediaPodPool.Type, ns, pool.Metadata.Name, null, cancellation).ConfigureAwait(false);
            await output.WriteLineAsync($"pool {pool.Metadata.Name} is deleted").ConfigureAwait(false);
        }
    }

    private async Task RemoveAsync(Pod pod, TextWriter output, CancellationToken cancellation)
    {
        if (pod.Metadata.HasFinalizer(PodNames.Finalizer))
        {
            var rest = new JsonArray([.. pod.Metadata.Finalizers!.Where(f => f != PodNames.Finalizer).Select(f => (JsonNode?)f)]);
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = rest } };
            await client.PatchAsync(ResourceTypes.Pods, ns, pod.Metadata.Name, patch, new Preconditions(pod.Metadata.Uid), cancellation).ConfigureAwait(false);
        }
        if (pod.Metadata is { IsDeleting: true, DeletionGracePeriodSeconds: <= 5 }) return;
        await client.DeleteAsync(ResourceTypes.Pods, ns, pod.Metadata.Name, new Preconditions(pod.Metadata.Uid), cancellation, graceSeconds: 5).ConfigureAwait(false);
        await output.WriteLineAsync($"pod {pod.Metadata.Name} is deleted").ConfigureAwait(false);
    }
}
