using Microsoft.Extensions.Logging;

namespace Conference.Operator.Cluster;

public sealed partial class LeaderElection
{
    [LoggerMessage(9102, LogLevel.Information, "{Identity} leads: it holds the lease {Name}")]
    private partial void LogLeads(string identity, string name);

    [LoggerMessage(9103, LogLevel.Information, "{Identity} leads no longer: {Why}")]
    private partial void LogEnds(string identity, string why);

    [LoggerMessage(9104, LogLevel.Warning, "The lease {Name} could not be read or written, {Reason}: {Detail}")]
    private partial void LogFailed(string name, KubeReason reason, string detail);
}
