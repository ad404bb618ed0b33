namespace Conference.Operator.Cluster.Model;

/// <summary>A node (core <c>v1</c>).</summary>
public sealed record Node : KubeObject
{
    /// <summary>What it should be.</summary>
    public NodeSpec? Spec { get; init; }

    /// <summary>What it is.</summary>
    public NodeStatus? Status { get; init; }

    /// <summary>Whether its <c>Ready</c> condition is true: its kubelet reports and is well.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => Status?.Conditions?.Any(c => c is { Type: "Ready", IsTrue: true }) ?? false;
}

/// <summary>What a node should be.</summary>
public sealed record NodeSpec
{
    /// <summary>Whether new pods are kept away (<c>kubectl cordon</c>).</summary>
    public bool? Unschedulable { get; init; }

    /// <summary>Marks that keep pods away which do not bear them.</summary>
    public IReadOnlyList<Taint>? Taints { get; init; }
}

/// <summary>A mark on a node.</summary>
public sealed record Taint
{
    /// <summary>Its key, as <c>node.kubernetes.io/unreachable</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Its value.</summary>
    public string? Value { get; init; }

    /// <summary><c>NoSchedule</c>, <c>PreferNoSchedule</c> or <c>NoExecute</c>.</summary>
    public string? Effect { get; init; }
}

/// <summary>What a node is.</summary>
public sealed record NodeStatus
{
    /// <summary><c>Ready</c>, <c>MemoryPressure</c> and others.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<NodeAddress>? Addresses { get; init; }
}

/// <summary>An address of a node.</summary>
public sealed record NodeAddress
{
    /// <summary><c>InternalIP</c>, <c>ExternalIP</c>, <c>Hostname</c> ...</summary>
    public required string Type { get; init; }

    /// <summary>The address.</summary>
    public required string Address { get; init; }
}
