using Conference.Operator.Cluster;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Reconciling;

/// <summary>What looking at pools says. Events 9130 to 9149.</summary>
internal static partial class ReconcilerLog
{
    [LoggerMessage(9130, LogLevel.Information, "{Pool}: {Case} {Word}: {Reason}")]
    public static partial void Decided(ILogger logger, string pool, string @case, string word, string reason);

    [LoggerMessage(9131, LogLevel.Information, "{Pool}: {Pod} {Word} ({Case}): {Reason}")]
    public static partial void Acted(ILogger logger, string pool, string pod, string word, string @case, string reason);

    [LoggerMessage(9132, LogLevel.Information, "{Pool}: {Pod} was ready {Seconds} s after it was created")]
    public static partial void PodReady(ILogger logger, string pool, string pod, double seconds);

    [LoggerMessage(9133, LogLevel.Warning, "{Pool}: a request failed, {Reason}: {Detail}; again after {Seconds} s")]
    public static partial void LookFailed(ILogger logger, string pool, KubeReason reason, string detail, double seconds);

    [LoggerMessage(9135, LogLevel.Warning, "{Pool}: {Word}: {Message}")]
    public static partial void Warned(ILogger logger, string pool, string word, string message);

    [LoggerMessage(9134, LogLevel.Error, "{Pool}: a look failed unexpectedly; again after {Seconds} s")]
    public static partial void LookBroke(ILogger logger, Exception error, string pool, double seconds);
}
