using Microsoft.Extensions.Logging;

namespace Conference.Operator.Cluster;

// Events 9100 to 9119 are those of Operator/Cluster.
public sealed partial class ResourceCache<T>
{
    [LoggerMessage(9100, LogLevel.Information, "The server has forgotten version {Version} of {Kind}: listing again")]
    private partial void LogRelist(string kind, string version);

    [LoggerMessage(9101, LogLevel.Warning, "Reading {Kind} failed, {Reason}: {Detail}; again after {Seconds} s")]
    private partial void LogPause(string kind, KubeReason reason, string detail, double seconds);
}
