using Conference.Silo.Embedded.Activations;
using Conference.Silo.Embedded.Calls;

namespace Conference.Silo.Embedded.Timers;

/// <summary>
/// A timer whose ticks are requests to its grain, so they are turns and wait like calls unless they interleave. The next tick is set when one has ended,
/// so ticks never overlap and a slow one delays the next.
/// </summary>
internal sealed class GrainTimer<TState> : GrainRequest, IGrainTimer
{
    private readonly EmbeddedSilo _silo;
    private readonly Activation _activation;
    private readonly Func<TState, CancellationToken, Task> _callback;
    private readonly TState _state;
    private readonly bool _interleaves;
    private readonly bool _keepsAlive;
    private readonly CancellationTokenSource _disposal = new();
    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private TimeSpan _dueTime;
    private TimeSpan _period;
    private bool _firing;
    private bool _changed;
    private bool _disposed;

    public GrainTimer(
        EmbeddedSilo silo, Activation activation, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        _silo = silo;
        _activation = activation;
        _callback = callback;
        _state = state;
        _interleaves = options.Interleave;
        _keepsAlive = options.KeepAlive;
        using (Isolation.Enter())
            _timer = silo.Time.CreateTimer(static t => ((GrainTimer<TState>)t!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public override bool AlwaysInterleaves => _interleaves;

    public override bool OnlyReads => false;

    public override bool KeepsAlive => _keepsAlive;

    public override bool IsLocal => true;

    public override bool IsAbandoned => Volatile.Read(ref _disposed);

    /// <summary>Sets the time to the next tick and between ticks. During a tick it takes effect when the tick has ended.</summary>
    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        lock (_gate)
        {
            _changed = true;
            _dueTime = dueTime;
            _period = period;
            if (!_firing) Arm(dueTime);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            _timer.Dispose();
        }
        _activation.RemoveTimer(this);
        _disposal.Cancel();
    }

    public override void Start(RequestTarget target, object instance)
    {
        lock (_gate) _changed = false;
        Task tick;
        try
        {
            tick = _callback(_state, _disposal.Token) ?? Task.CompletedTask;
        }
        catch (Exception exception)
        {
            tick = Task.FromException(exception);
        }
        if (tick.IsCompleted) Finish(tick);
        else _ = tick.ContinueWith(FinishAction, this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public override void Fail(Exception exception)
    {
    }

    public override void Miss(string target)
    {
    }

    public override bool IsOverdue(int tick) => false;

    public override void TimeOut()
    {
    }

    public override void CancelCallee()
    {
    }

    private static readonly Action<Task, object?> FinishAction = static (tick, timer) => ((GrainTimer<TState>)timer!).Finish(tick);

    private static void Check(TimeSpan time, string name)
    {
        var milliseconds = (long)time.TotalMilliseconds;
        ArgumentOutOfRangeException.ThrowIfLessThan(milliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, 0xfffffffe, name);
    }

    private void Fire()
    {
        lock (_gate)
        {
            if (_disposed || _firing) return;
            _firing = true;
        }
        _activation.TryReceive(this);
    }

    private void Finish(Task tick)
    {
        if (!tick.IsCompletedSuccessfully && !IsAbandoned)
            _silo.LogTimerFailed(tick.Exception?.InnerException ?? new TaskCanceledException(tick), _activation.Name);
        // The request must be out of the grain's queue before its next tick can be put in.
        _activation.Completed(this);
        lock (_gate)
        {
            _firing = false;
            Arm(_changed ? _dueTime : _period);
        }
    }

    /// <summary>Under the gate.</summary>
    private void Arm(TimeSpan dueTime)
    {
        if (!_disposed) _timer.Change(dueTime, Timeout.InfiniteTimeSpan);
    }
}
