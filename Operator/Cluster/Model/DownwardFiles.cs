namespace Conference.Operator.Cluster.Model;

/// <summary>Files about the pod itself; the kubelet writes them anew when the pod changes.</summary>
public sealed record DownwardFiles
{
    /// <summary>The files.</summary>
    public required IReadOnlyList<DownwardFile> Items { get; init; }
}

/// <summary>A file that holds a field of the pod.</summary>
public sealed record DownwardFile
{
    /// <summary>Its path in the volume.</summary>
    public required string Path { get; init; }

    /// <summary>The field.</summary>
    public required FieldReference FieldRef { get; init; }
}
