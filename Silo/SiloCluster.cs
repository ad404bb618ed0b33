using System.Net;

namespace Conference.Silo;

/// <summary>How a silo finds the others of its cluster. Only the Orleans flavour forms clusters.</summary>
public sealed record SiloCluster
{
    /// <summary>The PostgreSQL database with the list of members, as Npgsql takes it.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>Where the other silos reach this one: in Kubernetes the pod's address.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Names the silo in the list and in logs: in Kubernetes the pod's name.</summary>
    public required string Name { get; init; }

    /// <summary>The TCP port that the other silos connect to.</summary>
    public int Port { get; init; } = 11111;

    /// <summary>Silos of one cluster share it. A cluster that must not mix with another on the same database has another.</summary>
    public string ClusterId { get; init; } = "conference";

    /// <summary>The installation; stays the same over clusters that follow each other.</summary>
    public string ServiceId { get; init; } = "conference";
}
