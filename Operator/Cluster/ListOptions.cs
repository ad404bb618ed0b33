using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Cluster;

/// <summary>What to list or watch.</summary>
public sealed record ListOptions
{
    /// <summary>The namespace; null: all of them, or a resource of the whole cluster.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only objects with these labels, as <c>conference.io/pool=media-eu</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields, as <c>spec.nodeName=node2</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects per page; 0: all at once. Pages of one list show one moment, until that is forgotten (<see cref="KubeReason.Gone"/>).</summary>
    public int PageSize { get; init; } = 500;
}

/// <summary>One page of a list.</summary>
/// <typeparam name="T">The objects.</typeparam>
/// <param name="Items">The objects of this page.</param>
/// <param name="ResourceVersion">The moment the whole list shows; a watch goes on from it.</param>
/// <param name="Continue">Token of the next page, or null at the end.</param>
public sealed record KubePage<T>(IReadOnlyList<T> Items, string ResourceVersion, string? Continue) where T : KubeObject;

/// <summary>A whole list.</summary>
/// <typeparam name="T">The objects.</typeparam>
/// <param name="Items">The objects.</param>
/// <param name="ResourceVersion">The moment it shows; a watch goes on from it.</param>
public sealed record KubeList<T>(IReadOnlyList<T> Items, string ResourceVersion) where T : KubeObject;

/// <summary>What must be true of an object for a write to happen; otherwise <see cref="KubeReason.Conflict"/>.</summary>
/// <param name="Uid">It is still that very object, not a later one of the same name.</param>
/// <param name="ResourceVersion">Nobody changed it meanwhile.</param>
public sealed record Preconditions(string? Uid = null, string? ResourceVersion = null);
