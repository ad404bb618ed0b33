using Conference.Silo.Embedded.Calls;
using Microsoft.Extensions.DependencyInjection;

namespace Conference.Silo.Embedded.Activations;

/// <summary>One living grain: its object, its turns, its queue, its timers, from the first call to the end of <c>OnDeactivateAsync</c>.</summary>
internal sealed partial class Activation : RequestTarget, IGrainContext
{
    private readonly EmbeddedSilo _silo;
    private readonly GrainClass _class;
    private readonly ActivationScheduler _scheduler;
    private readonly TaskCompletionSource _deactivated = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<IDisposable> _timers = [];
    private ActivationState _state;
    private AsyncServiceScope? _scope;
    private object? _instance;
    private GrainLifecycle? _lifecycle;
    private DeactivationReason _reason;
    private CancellationToken _hurry;
    private bool _wasValid;
    private bool _finishing;
    private bool _used = true;
    private DateTimeOffset _idleSince;
    private DateTimeOffset _keepAliveUntil;

    public Activation(EmbeddedSilo silo, GrainClass grainClass, GrainId id)
        : base(grainClass.IsReentrant)
    {
        _silo = silo;
        _class = grainClass;
        GrainId = id;
        _scheduler = new ActivationScheduler(this);
    }

    public override string Name => GrainId.ToString();

    public override string TypeName => _class.TypeName;

    protected override bool Accepts => _state != ActivationState.Invalid;

    protected override bool Runs => _state == ActivationState.Valid;

    protected override object? Instance => _instance;

    public override void QueueTurn(Action<object?> action, object? state) => _scheduler.QueueTurn(action, state);

    /// <summary>Deactivates it if nobody called it for <paramref name="age"/>. Called at every collection quantum.</summary>
    public void CollectIfIdle(DateTimeOffset now, TimeSpan age)
    {
        lock (Gate)
        {
            if (_state != ActivationState.Valid) return;
            if (_used || !Queue.IsEmpty)
            {
                _used = false;
                _idleSince = now;
                return;
            }
            if (now - _idleSince < age || now < _keepAliveUntil) return;
            BeginDeactivation(new DeactivationReason(DeactivationReasonCode.ActivationIdle, $"It was not called for {age}."), CancellationToken.None);
        }
    }

    /// <summary>
    /// Keeps it from idle deactivation for that long from now, for ever with <see cref="Timeout.InfiniteTimeSpan"/>; zero or less takes it back.
    /// </summary>
    public void DelayDeactivation(TimeSpan by)
    {
        var now = _silo.Time.GetUtcNow();
        lock (Gate)
        {
            if (by == Timeout.InfiniteTimeSpan || by >= DateTimeOffset.MaxValue - now) _keepAliveUntil = DateTimeOffset.MaxValue;
            else _keepAliveUntil = by <= TimeSpan.Zero ? default : now + by;
        }
    }

    public void AddTimer(IDisposable timer)
    {
        lock (Gate)
        {
            if (_state != ActivationState.Invalid && !_finishing)
            {
                _timers.Add(timer);
                return;
            }
        }
        timer.Dispose();
    }

    public void RemoveTimer(IDisposable timer)
    {
        lock (Gate) _timers.Remove(timer);
    }

    /// <summary>The silo is gone before the grain was: it ticks no more, begins nothing more, and nobody waits for what it still does.</summary>
    public void Abandon(Exception reason)
    {
        GrainRequest[] rest;
        lock (Gate)
        {
            _state = ActivationState.Invalid;
            var running = new List<GrainRequest>();
            for (var request = Queue.Running.First; request is not null; request = request.Next) running.Add(request);
            rest = [.. Queue.TakeAllWaiting(), .. running];
        }
        StopTimers();
        foreach (var request in rest) request.Fail(reason);
        _deactivated.TrySetResult();
    }

    protected override void OnReceived(GrainRequest request)
    {
        if (request.KeepsAlive) _used = true;
        if (_state == ActivationState.Created) BeginActivation();
    }

    protected override void OnCompleted(GrainRequest request)
    {
        if (request.KeepsAlive) _used = true;
        if (_state == ActivationState.Deactivating) FinishWhenQuiet();
    }

    /// <summary>Under the gate.</summary>
    private void BeginActivation()
    {
        _state = ActivationState.Activating;
        QueueTurn(static a => _ = ((Activation)a!).Activate(), this);
    }

    private async Task Activate()
    {
        try
        {
            using var timeout = new CancellationTokenSource(_silo.Options.ActivationTimeout, _silo.Time);
            var scope = _silo.Services.CreateAsyncScope();
            _scope = scope;
            scope.ServiceProvider.GetRequiredService<GrainContextHolder>().Context = this;
            _instance = _class.Create(scope.ServiceProvider);
            if (_instance is ILifecycleParticipant<IGrainLifecycle> participant) participant.Participate(ObservableLifecycle);
            if (_lifecycle is not null) await _lifecycle.Start(timeout.Token).WaitAsync(timeout.Token);
            if (_instance is IGrainBase grain) await grain.OnActivateAsync(timeout.Token).WaitAsync(timeout.Token);
        }
        catch (Exception exception)
        {
            await FailActivation(exception);
            return;
        }
        _silo.Metrics.Activated(TypeName);
        lock (Gate)
        {
            _idleSince = _silo.Time.GetUtcNow();
            if (_state == ActivationState.Activating) _state = ActivationState.Valid;
            else if (_state == ActivationState.Deactivating) FinishWhenQuiet(activated: true);
        }
        StartPump();
    }

    private async Task FailActivation(Exception exception)
    {
        _silo.Metrics.ActivationFailed(TypeName);
        _silo.LogActivationFailed(exception, Name);
        StopTimers();
        await DisposeInstance();
        foreach (var request in Leave()) request.Fail(exception);
        _deactivated.TrySetResult();
    }

    /// <summary>Under the gate.</summary>
    private void BeginDeactivation(DeactivationReason reason, CancellationToken hurry)
    {
        _wasValid = _state == ActivationState.Valid;
        _state = ActivationState.Deactivating;
        _reason = reason;
        _hurry = hurry;
        if (_wasValid) FinishWhenQuiet();
    }

    /// <summary>Under the gate.</summary>
    private void FinishWhenQuiet(bool activated = false)
    {
        if (_finishing || !Queue.IsQuiet || !(_wasValid || activated)) return;
        _finishing = true;
        QueueTurn(static a => _ = ((Activation)a!).FinishDeactivation(), this);
    }

    private async Task FinishDeactivation()
    {
        StopTimers();
        using (var timeout = new CancellationTokenSource(_silo.Options.DeactivationTimeout, _silo.Time))
        using (var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _hurry))
        {
            if (_wasValid && _instance is IGrainBase grain) await Try("OnDeactivateAsync", () => grain.OnDeactivateAsync(_reason, linked.Token), linked.Token);
            if (_lifecycle is { } lifecycle) await Try("stopping its lifecycle", () => lifecycle.Stop(linked.Token), linked.Token);
        }
        await DisposeInstance();
        _silo.Metrics.Deactivated(TypeName);
        foreach (var request in Leave()) _silo.Forward(GrainId, request);
        _deactivated.TrySetResult();
    }

    private async Task Try(string what, Func<Task> action, CancellationToken cancellation)
    {
        try
        {
            await action().WaitAsync(cancellation);
        }
        catch (Exception exception)
        {
            _silo.LogDeactivationFailed(exception, Name, what);
        }
    }

    private async Task DisposeInstance()
    {
        try
        {
            if (_instance is IAsyncDisposable asynchronous) await asynchronous.DisposeAsync();
            else if (_instance is IDisposable disposable) disposable.Dispose();
            if (_scope is { } scope) await scope.DisposeAsync();
        }
        catch (Exception exception)
        {
            _silo.LogDeactivationFailed(exception, Name, "disposing it");
        }
    }

    private void StopTimers()
    {
        IDisposable[] timers;
        lock (Gate)
        {
            timers = [.. _timers];
            _timers.Clear();
        }
        foreach (var timer in timers) timer.Dispose();
    }

    /// <summary>Closes the queue and gives what still waited in it; from here on the next activation may begin.</summary>
    private IEnumerable<GrainRequest> Leave()
    {
        GrainRequest[] rest;
        lock (Gate)
        {
            _state = ActivationState.Invalid;
            rest = Queue.TakeAllWaiting();
            // References remember the activation they called last; they must not keep its grain.
            _instance = null;
            _scope = null;
        }
        _silo.Forget(this);
        return rest.Where(r => !r.IsLocal && !r.IsAbandoned);
    }
}
