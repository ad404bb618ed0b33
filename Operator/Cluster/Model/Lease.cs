using System.Text.Json.Serialization;

namespace Conference.Operator.Cluster.Model;

/// <summary>A lease (<c>coordination.k8s.io/v1</c>): who leads.</summary>
public sealed record Lease : KubeObject
{
    /// <summary>Who holds it, since when, how long.</summary>
    public LeaseSpec Spec { get; init => field = value ?? new(); } = new();
}

/// <summary>Who holds a lease.</summary>
public sealed record LeaseSpec
{
    /// <summary>The holder; empty or null: nobody.</summary>
    public string? HolderIdentity { get; init; }

    /// <summary>How long others wait after the last renewal that they saw, in seconds.</summary>
    public int? LeaseDurationSeconds { get; init; }

    /// <summary>When the holder took it, by the holder's clock.</summary>
    [JsonConverter(typeof(MicroTime))]
    public DateTimeOffset? AcquireTime { get; init; }

    /// <summary>When the holder renewed it last, by the holder's clock; for people: nobody compares it with an own clock.</summary>
    [JsonConverter(typeof(MicroTime))]
    public DateTimeOffset? RenewTime { get; init; }

    /// <summary>How often it changed hands.</summary>
    public int? LeaseTransitions { get; init; }
}
