using Microsoft.Extensions.Logging;

namespace Conference.Gateway.Routing;

internal sealed partial class PodPoller
{
    [LoggerMessage(8001, LogLevel.Information, "pods version {Version}: {Count} live")]
    private partial void LogPods(long version, int count);

    [LoggerMessage(8002, LogLevel.Warning, "no silo answers, the known pods stay: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(8003, LogLevel.Information, "a silo answers again")]
    private partial void LogBack();
}
