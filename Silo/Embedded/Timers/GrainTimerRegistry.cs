using Conference.Silo.Embedded.Activations;
using Orleans.Timers;

namespace Conference.Silo.Embedded.Timers;

/// <summary>Makes the timers of grains.</summary>
internal sealed class GrainTimerRegistry(EmbeddedSilo silo) : ITimerRegistry
{
    public IDisposable RegisterTimer(IGrainContext grainContext, Func<object?, Task> callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var options = new GrainTimerCreationOptions(dueTime, period) { Interleave = true };
        return RegisterGrainTimer(grainContext, static (s, _) => s.Callback(s.State), (Callback: callback, State: state), options);
    }

    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(grainContext);
        ArgumentNullException.ThrowIfNull(callback);
        var activation = (Activation)grainContext;
        var timer = new GrainTimer<TState>(silo, activation, callback, state, options);
        activation.AddTimer(timer);
        timer.Change(options.DueTime, options.Period);
        return timer;
    }
}
