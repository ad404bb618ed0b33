using Conference.Operator.Cluster.Model;
using Conference.Operator.Resources;

namespace Conference.Operator.Pods;

/// <summary>Where a pod gets the address from that it advertises.</summary>
public enum AddressSource
{
    /// <summary>The node's internal address, from the downward API.</summary>
    HostField,

    /// <summary>The pod's own address, from the downward API.</summary>
    PodField,

    /// <summary>A file with the annotation <see cref="PodNames.PublicAddress"/>, which is there from the start, or is written once node or load balancer are known.</summary>
    File,
}

/// <summary>
/// The address that a pod advertises. A pod is created before its node is known, so what depends on the node object (its external address, its region) cannot stand in the pod's
/// spec: the operator writes it to an annotation as soon as it can be known, and the pod, which reads annotations as files, waits for it at its start. Pure.
/// </summary>
public static class PodAddress
{
    /// <summary>Where the pods of a pool get it from.</summary>
    public static AddressSource SourceOf(PoolNetwork network) => network.Advertise switch
    {
        PoolNetwork.NodeInternalIP => AddressSource.HostField,
        PoolNetwork.PodIP => AddressSource.PodField,
        _ => AddressSource.File,
    };

    /// <summary>What can be written when the pod is created: an address that somebody configured; null otherwise.</summary>
    public static string? Configured(PoolNetwork network) =>
        network.Advertise is PoolNetwork.NodeExternalIP or PoolNetwork.NodeInternalIP or PoolNetwork.PodIP ? null : network.Advertise;

    /// <summary>The annotations that a pod lacks and that can be written now; empty: it has all it needs, or it has to wait.</summary>
    /// <param name="spec">The pool.</param>
    /// <param name="pod">The pod.</param>
    /// <param name="node">Its node; null: not known yet.</param>
    /// <param name="service">Its own service; null: it has none, or not yet.</param>
    public static IReadOnlyDictionary<string, string> Lacking(MediaPodPoolSpec spec, Pod pod, Node? node, Service? service)
    {
        var found = new Dictionary<string, string>();
        var lacksAddress = SourceOf(spec.Network) == AddressSource.File && string.IsNullOrEmpty(pod.Metadata.Annotation(PodNames.PublicAddress));
        if (lacksAddress && Find(spec.Network, node, service) is { } address) found[PodNames.PublicAddress] = address;
        var lacksRegion = spec.Region is null && string.IsNullOrEmpty(pod.Metadata.Annotation(PodNames.NodeRegion));
        if (lacksRegion && node is not null) found[PodNames.NodeRegion] = RegionOf(node);
        return found;
    }

    /// <summary>What a pod still waits for, in words; null: nothing.</summary>
    public static string? WaitsFor(MediaPodPoolSpec spec, Pod pod, Node? node, Service? service)
    {
        if (SourceOf(spec.Network) != AddressSource.File || !string.IsNullOrEmpty(pod.Metadata.Annotation(PodNames.PublicAddress)) || pod.Spec.NodeName is null) return null;
        if (Find(spec.Network, node, service) is not null) return null;
        return OfBalancer(spec.Network) ? "its load balancer has no address yet" : $"node {pod.Spec.NodeName} has neither an external nor an internal address";
    }

    private static string? Find(PoolNetwork network, Node? node, Service? service)
    {
        if (Configured(network) is { } configured) return configured;
        if (OfBalancer(network)) return service?.Status?.LoadBalancer?.Ingress?.Select(i => i.Ip ?? i.Hostname).FirstOrDefault(a => !string.IsNullOrEmpty(a));
        var addresses = node?.Status?.Addresses ?? [];
        return addresses.FirstOrDefault(a => a.Type == "ExternalIP")?.Address ?? addresses.FirstOrDefault(a => a.Type == "InternalIP")?.Address;
    }

    private static bool OfBalancer(PoolNetwork network) => network is { Mode: NetworkMode.LoadBalancer, Advertise: null };

    private static string RegionOf(Node node) => node.Metadata.Label(PodNames.TopologyRegion) is { Length: > 0 } region ? region : "local";
}
