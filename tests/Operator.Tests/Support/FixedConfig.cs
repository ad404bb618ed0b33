using Conference.Operator.Cluster;

namespace Conference.Operator.Tests.Support;

/// <summary>A configuration that a test sets.</summary>
internal sealed class FixedConfig(ClusterConfig config) : IClusterConfigSource
{
    public ClusterConfig Config { get; set; } = config;

    public ClusterConfig Read() => Config;
}
