using System.Text.Json.Serialization;
using Conference.Contracts;

namespace Conference.Operator.Resources;

/// <summary>How media gets to the pods of a pool.</summary>
public sealed record PoolNetwork
{
    /// <summary>The address that pods advertise by default, and the word for it in <see cref="Advertise"/>: the node's external address, or its internal one where it has none.</summary>
    public const string NodeExternalIP = "NodeExternalIP";

    /// <summary>The word in <see cref="Advertise"/> for the node's internal address.</summary>
    public const string NodeInternalIP = "NodeInternalIP";

    /// <summary>The word in <see cref="Advertise"/> for the pod's own address.</summary>
    public const string PodIP = "PodIP";

    /// <summary>How UDP packets reach a pod.</summary>
    public NetworkMode Mode { get; init; } = NetworkMode.HostPort;

    /// <summary>The UDP ports that pods take their blocks from. Left out: 40000 to 40999; with mode NodePort 31000 to 31999.</summary>
    public UdpPortRange? UdpPortRange { get; init; }

    /// <summary>Media over TCP too, on the same port numbers, for clients whose network lets no UDP out. With modes HostPort and NodePort; the others have none.</summary>
    public bool Tcp { get; init; } = true;

    /// <summary>The workers of a pod: threads with one UDP port each, so also the size of a pod's block of ports.</summary>
    [Bounds(1, 64)]
    public int Workers { get; init; } = 2;

    /// <summary>The address that clients are told: NodeExternalIP (the internal one where the node has none), NodeInternalIP, PodIP, or addresses or DNS names with commas between. Left out: NodeExternalIP; with mode LoadBalancer the address of the pod's service.</summary>
    [Text("^[A-Za-z0-9:]([A-Za-z0-9.:,-]*[A-Za-z0-9:])?$", 253)]
    public string? Advertise { get; init; }

    /// <summary>Whether pods get TCP ports: in the node's network their HTTP has one of the numbers, and a load balancer takes one protocol.</summary>
    [JsonIgnore]
    public bool HasTcp => Tcp && Mode is (NetworkMode.HostPort or NetworkMode.NodePort);

    /// <summary>The range with the default of the mode.</summary>
    [JsonIgnore]
    public UdpPortRange Ports => UdpPortRange ?? (Mode == NetworkMode.NodePort ? new() { First = 31000, Last = 31999 } : new());
}

/// <summary>How UDP packets reach a pod.</summary>
[JsonConverter(typeof(EnumNames<NetworkMode>))]
public enum NetworkMode
{
    /// <summary>Each pod has a block of ports of its node.</summary>
    HostPort,

    /// <summary>Pods use their node's network; each has a block of its ports.</summary>
    HostNetwork,

    /// <summary>Each pod has a service with node ports of the same numbers.</summary>
    NodePort,

    /// <summary>Each pod has a service with a load balancer.</summary>
    LoadBalancer,
}

/// <summary>A range of UDP ports.</summary>
public sealed record UdpPortRange
{
    /// <summary>The first port.</summary>
    [Bounds(1024, 65_535)]
    public int First { get; init; } = 40000;

    /// <summary>The last port; it belongs to the range.</summary>
    [Bounds(1024, 65_535)]
    public int Last { get; init; } = 40999;
}
