namespace Conference.Operator.Resources;

/// <summary>Ports that are the same for every media pod.</summary>
public static class PoolPorts
{
    /// <summary>TCP: the pod's HTTP endpoints, for the Gateway, probes and Prometheus. A pod in its node's network listens on the first port of its block instead.</summary>
    public const int Http = 8081;
}
