using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Operator.Cluster;
using Conference.Operator.Scaling;

namespace Conference.Operator;

/// <summary>What an operator is started with.</summary>
public sealed record OperatorOptions
{
    /// <summary>Name, address, logs.</summary>
    public required ServiceOptions Service { get; init; }

    /// <summary>The Kubernetes API.</summary>
    public required IClusterConfigSource Cluster { get; init; }

    /// <summary>The only namespace it looks at.</summary>
    public required string Namespace { get; init; }

    /// <summary>A silo, or the silos' service.</summary>
    public required Uri SiloUrl { get; init; }

    /// <summary>The secret of the installation.</summary>
    public required SharedSecret Secret { get; init; }

    /// <summary>Who it is among the operators: its pod's name.</summary>
    public required string Identity { get; init; }

    /// <summary>The lease of the leader.</summary>
    public string LeaseName { get; init; } = "conference-operator";

    /// <summary>The times of the election.</summary>
    public LeaderTimes Times { get; init; } = LeaderTimes.Default;

    /// <summary>What media pods dial: the <c>CONFERENCE_SILOS</c> of new pods.</summary>
    public required string PodSilos { get; init; }

    /// <summary>The Secret whose key <c>secret</c> gives media pods the installation's secret.</summary>
    public required string PodSecretName { get; init; }

    /// <summary>What decisions take for granted.</summary>
    public ScaleOptions Scale { get; init; } = new();

    /// <summary>Chooses names and ports of pods.</summary>
    public Random Random { get; init; } = new();

    /// <summary>How often the silo is asked, and every pool looked at even if nothing seems to have changed.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(2);
}
