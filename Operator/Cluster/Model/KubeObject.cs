namespace Conference.Operator.Cluster.Model;

/// <summary>
/// What every Kubernetes object has. The records model only what the operator reads or writes: other fields are ignored when read, and never written,
/// so that server-side apply owns exactly what is set here. Null means "not said", and is left out of what is sent.
/// </summary>
public abstract record KubeObject
{
    /// <summary>Group and version, as <c>v1</c> or <c>conference.io/v1alpha1</c>; absent on the items of a list.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The kind, as <c>Pod</c>; absent on the items of a list.</summary>
    public string? Kind { get; init; }

    /// <summary>Name, labels, version and the like.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new(); // what the JSON does not say is set to null by generated code

    /// <summary>What events and owner references need to name this object; <see cref="ApiVersion"/> and <see cref="Kind"/> come from <paramref name="type"/>.</summary>
    public ObjectReference Reference(IResourceType type) => new()
    {
        ApiVersion = type.ApiVersion,
        Kind = type.Kind,
        Name = Metadata.Name,
        Namespace = Metadata.Namespace,
        Uid = Metadata.Uid,
    };
}
