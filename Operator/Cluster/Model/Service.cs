namespace Conference.Operator.Cluster.Model;

/// <summary>A service (core <c>v1</c>).</summary>
public sealed record Service : KubeObject
{
    /// <summary>What it should be.</summary>
    public ServiceSpec? Spec { get; init; }

    /// <summary>What it is.</summary>
    public ServiceStatus? Status { get; init; }
}

/// <summary>What a service should be.</summary>
public sealed record ServiceSpec
{
    /// <summary><c>ClusterIP</c>, <c>NodePort</c> or <c>LoadBalancer</c>.</summary>
    public string? Type { get; init; }

    /// <summary>Labels of the pods behind it.</summary>
    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    /// <summary>Its ports.</summary>
    public IReadOnlyList<ServicePort>? Ports { get; init; }

    /// <summary><c>Local</c> keeps the client's address and sends to pods of the same node only.</summary>
    public string? ExternalTrafficPolicy { get; init; }

    /// <summary>Whether pods that are not ready get traffic too.</summary>
    public bool? PublishNotReadyAddresses { get; init; }

    /// <summary>Its address inside the cluster, or <c>None</c>.</summary>
    public string? ClusterIP { get; init; }
}

/// <summary>A port of a service.</summary>
public sealed record ServicePort
{
    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary><c>TCP</c> or <c>UDP</c>.</summary>
    public string? Protocol { get; init; }

    /// <summary>The port of the service. The writer of a service always sets it.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("port")]
    public int Number { get; init; }

    /// <summary>The port of the pods, by number or name.</summary>
    public IntOrString? TargetPort { get; init; }

    /// <summary>The port on every node.</summary>
    public int? NodePort { get; init; }
}

/// <summary>What a service is.</summary>
public sealed record ServiceStatus
{
    /// <summary>The load balancer's addresses.</summary>
    public LoadBalancerStatus? LoadBalancer { get; init; }
}

/// <summary>What a load balancer got.</summary>
public sealed record LoadBalancerStatus
{
    /// <summary>Its addresses; empty while there is none.</summary>
    public IReadOnlyList<LoadBalancerIngress>? Ingress { get; init; }
}

/// <summary>An address of a load balancer.</summary>
public sealed record LoadBalancerIngress
{
    /// <summary>By address.</summary>
    public string? Ip { get; init; }

    /// <summary>By name.</summary>
    public string? Hostname { get; init; }
}
