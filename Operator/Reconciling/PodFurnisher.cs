using System.Text.Json.Nodes;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Pods;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Reconciling;

/// <summary>Gives pods what cannot stand in their spec: the address and region of the node they came to, and a service of their own where the network needs one.</summary>
internal sealed class PodFurnisher(KubeClient client)
{
    /// <summary>Gives every pod that lives what it lacks. With an error of a service comes the pod that has none.</summary>
    public async Task<(Pod? Unserved, KubeError? Error)> FurnishAsync(PoolView view, CancellationToken cancellation)
    {
        var spec = view.Pool!.Spec;
        foreach (var fact in view.Facts)
        {
            if (fact.State is PodState.Ended or PodState.Leaving or PodState.Lost) continue;
            var pod = view.Pods[fact.Name];
            if (!view.Services.ContainsKey(fact.Name) && await ServeAsync(pod, cancellation).ConfigureAwait(false) is { } refused) return (pod, refused);
            if (await AnnotateAsync(spec, pod, view, cancellation).ConfigureAwait(false) is { } error) return (null, error);
        }
        return (null, null);
    }

    /// <summary>Creates a pod's service, where it needs one. <see cref="KubeReason.Invalid"/>: somebody else has its node port.</summary>
    public async Task<KubeError?> ServeAsync(Pod pod, CancellationToken cancellation)
    {
        if (PodBuilder.Service(pod) is not { } service) return null;
        var created = await client.CreateAsync(ResourceTypes.Services, service, cancellation).ConfigureAwait(false);
        return created.Reason == KubeReason.AlreadyExists ? null : created.Error;
    }

    private async Task<KubeError?> AnnotateAsync(MediaPodPoolSpec spec, Pod pod, PoolView view, CancellationToken cancellation)
    {
        var node = pod.Spec.NodeName is { } name ? view.Nodes.GetValueOrDefault(name) : null;
        var lacking = PodAddress.Lacking(spec, pod, node, view.Services.GetValueOrDefault(pod.Metadata.Name));
        if (lacking.Count == 0) return null;
        var annotations = new JsonObject(lacking.Select(a => KeyValuePair.Create(a.Key, (JsonNode?)a.Value)));
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = annotations } };
        // What a node is called and where it stands does not change under a pod: no other precondition is needed.
        var patched = await client.PatchAsync(ResourceTypes.Pods, pod.Metadata.Namespace, pod.Metadata.Name, patch, new Preconditions(pod.Metadata.Uid), cancellation).ConfigureAwait(false);
        return patched.Reason == KubeReason.NotFound ? null : patched.Error;
    }
}
