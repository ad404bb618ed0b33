using System.Collections.Immutable;
using System.Text.Json;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Resources;

/// <summary>What else the Kubernetes pods of a pool shall have. A change of it (or of image, region, role, capacity or network) replaces the pods, new ones first.</summary>
public sealed record PodTemplate
{
    /// <summary>What each pod's container asks for and may use.</summary>
    public PoolResources Resources { get; init; } = new();

    /// <summary>Labels that a node must have.</summary>
    public ImmutableSortedDictionary<string, string> NodeSelector { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Taints that the pods bear.</summary>
    public ImmutableArray<Toleration> Tolerations { get; init; } = [];

    /// <summary>Where the pods like to be, as in a pod's spec. Left out: pods of one pool prefer nodes without one another.</summary>
    [HandedThrough]
    public JsonElement? Affinity { get; init; }

    /// <summary>More labels.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>More annotations.</summary>
    public ImmutableSortedDictionary<string, string> Annotations { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>More variables for the container. What the operator sets itself cannot be set here.</summary>
    public ImmutableArray<EnvironmentVariable> Env { get; init; } = [];

    /// <summary>Secrets to pull the image with.</summary>
    public ImmutableArray<LocalReference> ImagePullSecrets { get; init; } = [];

    /// <summary>The service account of the pods, which gets no token. Left out: the namespace's default.</summary>
    [Text("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", 253)]
    public string? ServiceAccountName { get; init; }

    /// <summary>The priority class of the pods.</summary>
    [Text("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", 253)]
    public string? PriorityClassName { get; init; }
}

/// <summary>What a container asks for and may use: quantities such as 500m, 2 or 1Gi, by resource (cpu, memory).</summary>
public sealed record PoolResources
{
    /// <summary>What the scheduler keeps for it.</summary>
    public ImmutableSortedDictionary<string, IntOrString> Requests { get; init; } = ImmutableSortedDictionary<string, IntOrString>.Empty;

    /// <summary>What it may use at most.</summary>
    public ImmutableSortedDictionary<string, IntOrString> Limits { get; init; } = ImmutableSortedDictionary<string, IntOrString>.Empty;
}
