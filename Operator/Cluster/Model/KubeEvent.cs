using System.Text.Json.Serialization;

namespace Conference.Operator.Cluster.Model;

/// <summary>An event on an object, for people (core <c>v1 Event</c>, which every version of Kubernetes serves).</summary>
public sealed record KubeEvent : KubeObject
{
    /// <summary>What it is about.</summary>
    public ObjectReference InvolvedObject { get; init => field = value ?? new(); } = new();

    /// <summary>A word in Pascal case.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence; at most 1,024 bytes.</summary>
    public string? Message { get; init; }

    /// <summary><c>Normal</c> or <c>Warning</c>.</summary>
    public string? Type { get; init; }

    /// <summary>How often it happened.</summary>
    public int? Count { get; init; }

    /// <summary>When it happened first.</summary>
    public DateTimeOffset? FirstTimestamp { get; init; }

    /// <summary>When it happened last.</summary>
    public DateTimeOffset? LastTimestamp { get; init; }

    /// <summary>Who says so, as <c>conference.io/operator</c>.</summary>
    [JsonPropertyName("reportingComponent")]
    public string? ReportingController { get; init; }

    /// <summary>Which replica says so.</summary>
    public string? ReportingInstance { get; init; }

    /// <summary>Who says so, as <c>kubectl describe</c> prints it.</summary>
    public EventSource? Source { get; init; }
}

/// <summary>Who reports an event.</summary>
public sealed record EventSource
{
    /// <summary>The program.</summary>
    public string? Component { get; init; }

    /// <summary>Its node or replica.</summary>
    public string? Host { get; init; }
}
