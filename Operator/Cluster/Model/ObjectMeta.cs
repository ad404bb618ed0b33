namespace Conference.Operator.Cluster.Model;

/// <summary>Metadata of an object (Kubernetes <c>meta/v1 ObjectMeta</c>).</summary>
public sealed record ObjectMeta
{
    /// <summary>The name; unique per kind and namespace at one time.</summary>
    public string Name { get; init => field = value ?? ""; } = "";

    /// <summary>The namespace; null for objects of the whole cluster.</summary>
    public string? Namespace { get; init; }

    /// <summary>Given by the server; another object of the same name has another one.</summary>
    public string? Uid { get; init; }

    /// <summary>Changes with every write; opaque. In a write it is a precondition.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Changes with every write of the spec.</summary>
    public long? Generation { get; init; }

    /// <summary>When the server took it in.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>When it will be gone at the latest by its grace period; set means "is being deleted". Finalizers keep it longer.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>The grace period of the deletion under way, in seconds.</summary>
    public long? DeletionGracePeriodSeconds { get; init; }

    /// <summary>Labels, for selectors.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Whose deletion takes this object along.</summary>
    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>Names of those who must agree before the object is gone.</summary>
    public IReadOnlyList<string>? Finalizers { get; init; }

    /// <summary>The label's value, or null.</summary>
    public string? Label(string name) => Labels?.GetValueOrDefault(name);

    /// <summary>The annotation's value, or null.</summary>
    public string? Annotation(string name) => Annotations?.GetValueOrDefault(name);

    /// <summary>Whether a deletion is under way.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsDeleting => DeletionTimestamp is not null;

    /// <summary>Whether <paramref name="finalizer"/> still holds the object.</summary>
    public bool HasFinalizer(string finalizer) => Finalizers?.Contains(finalizer) ?? false;
}

/// <summary>An owner: the garbage collector deletes the owned object after it.</summary>
public sealed record OwnerReference
{
    /// <summary>Group and version of the owner.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Kind of the owner.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the owner, in the same namespace (or of the whole cluster).</summary>
    public required string Name { get; init; }

    /// <summary>Uid of the owner: a later one of the same name is not meant.</summary>
    public required string Uid { get; init; }

    /// <summary>The one owner that acts on the object.</summary>
    public bool? Controller { get; init; }

    /// <summary>Whether a foreground deletion of the owner waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary>Names an object, as in events.</summary>
public sealed record ObjectReference
{
    /// <summary>Group and version.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind.</summary>
    public string? Kind { get; init; }

    /// <summary>Name.</summary>
    public string? Name { get; init; }

    /// <summary>Namespace.</summary>
    public string? Namespace { get; init; }

    /// <summary>Uid.</summary>
    public string? Uid { get; init; }
}

/// <summary>One condition of an object's status, as <c>Ready</c>.</summary>
public sealed record Condition
{
    /// <summary>What is judged, as <c>Ready</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>A word in Pascal case for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>When <see cref="Status"/> changed last.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }

    /// <summary>The generation of the spec that was judged.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>Whether <see cref="Status"/> is <c>True</c>.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsTrue => Status == "True";
}
