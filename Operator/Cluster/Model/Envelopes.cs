using System.Text.Json;

namespace Conference.Operator.Cluster.Model;

/// <summary>What the server says of a request that failed (<c>meta/v1 Status</c>), and the object of a watch's <c>ERROR</c> line.</summary>
internal sealed record KubeStatus
{
    public string? Status { get; init; }
    public string? Reason { get; init; }
    public string? Message { get; init; }
    public int? Code { get; init; }
    public StatusDetails? Details { get; init; }
}

internal sealed record StatusDetails
{
    public int? RetryAfterSeconds { get; init; }
    public IReadOnlyList<StatusCause>? Causes { get; init; }
}

internal sealed record StatusCause
{
    public string? Field { get; init; }
    public string? Message { get; init; }
    public string? Reason { get; init; }
}

/// <summary>One page of a list; the items are read one by one with their own type.</summary>
internal sealed record ResourceList
{
    public ListMeta Metadata { get; init => field = value ?? new(); } = new();
    public IReadOnlyList<JsonElement>? Items { get; init; }
}

internal sealed record ListMeta
{
    public string? ResourceVersion { get; init; }
    public string? Continue { get; init; }
}

/// <summary>One line of a watch.</summary>
internal sealed record WatchLine
{
    public string? Type { get; init; }
    public JsonElement Object { get; init; }
}

/// <summary>Discovery: the resources of one group and version.</summary>
internal sealed record ResourceNames
{
    public IReadOnlyList<ResourceName>? Resources { get; init; }
}

internal sealed record ResourceName
{
    public string? Name { get; init; }
    public string? Group { get; init; }
    public string? Version { get; init; }
}

internal sealed record DeleteOptions
{
    public string ApiVersion { get; } = "v1";
    public string Kind { get; } = "DeleteOptions";
    public long? GracePeriodSeconds { get; init; }
    public string? PropagationPolicy { get; init; }
    public DeletePreconditions? Preconditions { get; init; }
}

internal sealed record DeletePreconditions
{
    public string? Uid { get; init; }
    public string? ResourceVersion { get; init; }
}

internal sealed record Eviction
{
    public required string ApiVersion { get; init; }
    public string Kind { get; } = "Eviction";
    public required ObjectMeta Metadata { get; init; }
    public DeleteOptions? DeleteOptions { get; init; }
}
