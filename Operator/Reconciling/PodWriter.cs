using System.Text.Json.Nodes;
using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Operator.Pods;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Load;

namespace Conference.Operator.Reconciling;

/// <summary>
/// What is written to pods, each with preconditions: what was decided about one state of a pod is never done to another. Every write may be repeated. Only a leader writes.
/// </summary>
/// <param name="client">The API.</param>
/// <param name="silo">The silo.</param>
/// <param name="leads">Whether we lead at this moment.</param>
/// <param name="time">The clock.</param>
internal sealed class PodWriter(KubeClient client, SiloClient silo, Func<bool> leads, TimeProvider time)
{
    /// <summary>Creates a pod.</summary>
    public Task<KubeResult<Pod>> CreateAsync(Pod pod, CancellationToken cancellation)
    {
        Guard();
        return client.CreateAsync(ResourceTypes.Pods, pod, cancellation);
    }

    /// <summary>Writes down that the pod drains from now on, and for which case; then the silo is told (the next look tells it again if that fails).</summary>
    public async Task<KubeError?> BeginDrainAsync(Pod pod, string @case, DrainMode? tell, CancellationToken cancellation)
    {
        var annotations = new JsonObject { [PodMarks.DrainSince] = KubeTime.Format(time.GetUtcNow()), [PodMarks.DrainReason] = @case, [PodMarks.Resumed] = null };
        if (await AnnotateAsync(pod, annotations, cancellation).ConfigureAwait(false) is { } error) return error;
        if (tell is { } mode) await OrderDrainAsync(pod, mode, cancellation).ConfigureAwait(false);
        return null;
    }

    /// <summary>Tells the silo how the pod drains.</summary>
    public Task<DrainOrder> OrderDrainAsync(Pod pod, DrainMode mode, CancellationToken cancellation)
    {
        Guard();
        return silo.DrainAsync(PodId.Parse(pod.Metadata.Name), mode, cancellation);
    }

    /// <summary>Takes a drain back: first at the silo, then on the pod, so that a drain that is only half taken back goes on. Null and false: the silo could not be told.</summary>
    public async Task<(bool Done, KubeError? Error)> TakeBackAsync(Pod pod, CancellationToken cancellation)
    {
        Guard();
        if (await silo.TakeBackAsync(PodId.Parse(pod.Metadata.Name), cancellation).ConfigureAwait(false) == DrainOrder.Failed) return (false, null);
        var annotations = new JsonObject { [PodMarks.DrainSince] = null, [PodMarks.DrainReason] = null, [PodMarks.Resumed] = KubeTime.Format(time.GetUtcNow()) };
        var error = await AnnotateAsync(pod, annotations, cancellation).ConfigureAwait(false);
        return (error is null, error);
    }

    /// <summary>Deletes a pod; its finalizer stays until it has ended.</summary>
    public async Task<KubeError?> DeleteAsync(Pod pod, long? graceSeconds, CancellationToken cancellation)
    {
        Guard();
        var error = await client.DeleteAsync(ResourceTypes.Pods, pod.Metadata.Namespace, pod.Metadata.Name, new Preconditions(pod.Metadata.Uid), cancellation, graceSeconds).ConfigureAwait(false);
        return error is { Reason: KubeReason.NotFound } ? null : error;
    }

    /// <summary>Gives a pod up: takes our finalizer away and deletes it without waiting for its node, which may be dead.</summary>
    public async Task<KubeError?> ReleaseAsync(Pod pod, CancellationToken cancellation)
    {
        Guard();
        if (pod.Metadata.HasFinalizer(PodNames.Finalizer))
        {
            var rest = new JsonArray([.. pod.Metadata.Finalizers!.Where(f => f != PodNames.Finalizer).Select(f => (JsonNode?)f)]);
            var patch = new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = rest } };
            var released = await client.PatchAsync(ResourceTypes.Pods, pod.Metadata.Namespace, pod.Metadata.Name, patch, Unchanged(pod), cancellation).ConfigureAwait(false);
            if (!released.Ok) return released.Reason == KubeReason.NotFound ? null : released.Error;
        }
        return await DeleteAsync(pod, 0, cancellation).ConfigureAwait(false);
    }

    private async Task<KubeError?> AnnotateAsync(Pod pod, JsonObject annotations, CancellationToken cancellation)
    {
        Guard();
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } };
        return (await client.PatchAsync(ResourceTypes.Pods, pod.Metadata.Namespace, pod.Metadata.Name, patch, Unchanged(pod), cancellation).ConfigureAwait(false)).Error;
    }

    private static Preconditions Unchanged(Pod pod) => new(pod.Metadata.Uid, pod.Metadata.ResourceVersion);

    private void Guard()
    {
        if (!leads()) throw new OperationCanceledException("another operator may lead by now");
    }
}
