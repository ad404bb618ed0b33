using Conference.Silo.Embedded.Calls;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Embedded;

/// <summary>Log messages of the runtime: event ids 7000 to 7019.</summary>
internal sealed partial class EmbeddedSilo
{
    [LoggerMessage(7000, LogLevel.Debug, "Embedded silo started with {GrainClasses} grain classes.")]
    private partial void LogStarted(int grainClasses);

    [LoggerMessage(7001, LogLevel.Debug, "Embedded silo stopped.")]
    private partial void LogStopped();

    [LoggerMessage(7002, LogLevel.Warning, "{Count} grains did not deactivate before the silo's stop ran out of time.")]
    private partial void LogAbandoned(int count);

    [LoggerMessage(7003, LogLevel.Warning, "{Count} calls to {Target} got no reply in time.")]
    private partial void LogTimedOut(int count, string target);

    [LoggerMessage(7004, LogLevel.Error, "{Grain} failed to activate.")]
    public partial void LogActivationFailed(Exception exception, string grain);

    [LoggerMessage(7005, LogLevel.Warning, "{Grain} deactivates in spite of an error in {Step}.")]
    public partial void LogDeactivationFailed(Exception exception, string grain, string step);

    [LoggerMessage(7006, LogLevel.Warning, "The one-way call {Method} to {Target} failed.")]
    public partial void LogOneWayFailure(Reference target, string method, Exception exception);

    [LoggerMessage(7007, LogLevel.Warning, "A timer of {Grain} failed; it ticks on.")]
    public partial void LogTimerFailed(Exception exception, string grain);

    [LoggerMessage(7008, LogLevel.Debug, "The one-way call {Method} to {Target} came after that had gone.")]
    public partial void LogOneWayMissed(Reference target, string method);
}
