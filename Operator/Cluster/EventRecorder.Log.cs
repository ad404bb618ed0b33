using Microsoft.Extensions.Logging;

namespace Conference.Operator.Cluster;

public sealed partial class EventRecorder
{
    [LoggerMessage(9105, LogLevel.Warning, "The event {Event} could not be written, {Reason}: {Detail}")]
    private partial void LogLost(string @event, KubeReason reason, string detail);
}
