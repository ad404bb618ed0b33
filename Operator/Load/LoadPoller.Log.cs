using Microsoft.Extensions.Logging;

namespace Conference.Operator.Load;

// Events 9120 to 9129 are those of Operator/Load.
public sealed partial class LoadPoller
{
    [LoggerMessage(9120, LogLevel.Warning, "The load is not known, {Refusal}: {Detail}; no pod is taken away until a silo answers")]
    private partial void LogAway(LoadRefusal refusal, string detail);

    [LoggerMessage(9121, LogLevel.Information, "The silo tells the load again")]
    private partial void LogBack();
}
