using System.Collections.Concurrent;
using System.Net;
using Conference.Silo.Embedded.Activations;
using Conference.Silo.Embedded.Calls;
using Conference.Silo.Embedded.Observers;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Embedded;

/// <summary>
/// The one silo: which grains are active, who is called by which identity, and the sweeps that end overdue calls and idle grains.
/// Calls are taken between the start and the stop of the host, as with Orleans.
/// </summary>
internal sealed partial class EmbeddedSilo : IHostedService, IDisposable
{
    public const string Identity = "embedded";

    /// <summary>A request outlives this many activations that go away before they run it.</summary>
    private const int ForwardLimit = 10;

    private readonly ConcurrentDictionary<GrainId, Activation> _activations = new();
    private readonly ConcurrentDictionary<GrainId, LocalObserver> _observers = new();
    private readonly ILogger<EmbeddedSilo> _logger;
    private ITimer? _overdueSweep;
    private ITimer? _idleSweep;
    private volatile Phase _phase;

    public EmbeddedSilo(
        EmbeddedGrainOptions options, GrainClasses classes, TimeProvider time, SiloMetrics metrics, IServiceProvider services, ILogger<EmbeddedSilo> logger)
    {
        Options = options;
        Classes = classes;
        Time = time;
        Metrics = metrics;
        Services = services;
        Clock = new SiloClock(options.ResponseTimeout);
        _logger = logger;
    }

    private enum Phase
    {
        NotStarted,
        Running,
        Stopping,
    }

    /// <summary>An address that is nowhere: nothing connects to an embedded silo.</summary>
    public static SiloAddress Address { get; } = SiloAddress.New(IPAddress.Loopback, 0, 1);

    public EmbeddedGrainOptions Options { get; }

    public GrainClasses Classes { get; }

    public TimeProvider Time { get; }

    public SiloMetrics Metrics { get; }

    public IServiceProvider Services { get; }

    public SiloClock Clock { get; }

    /// <summary>Brings a request to the activation of a grain, the next one if need be; null when it failed instead.</summary>
    public Activation? Deliver(GrainId id, GrainRequest request)
    {
        while (true)
        {
            if (_activations.TryGetValue(id, out var activation))
            {
                if (activation.TryReceive(request)) return activation;
                Forget(activation);
                continue;
            }
            if (_phase != Phase.Running)
            {
                request.Fail(_phase == Phase.NotStarted
                    ? new InvalidOperationException($"{id} was called before the silo started: start the host first.")
                    : new SiloUnavailableException($"{id} is not active, and the silo is stopping."));
                return null;
            }
            _activations.TryAdd(id, new Activation(this, Classes.ByType(id.Type), id));
        }
    }

    /// <summary>As <see cref="Deliver"/>, for a request whose activation went away before running it.</summary>
    public void Forward(GrainId id, GrainRequest request)
    {
        if (++request.Forwards <= ForwardLimit) Deliver(id, request);
        else request.Fail(new SiloUnavailableException($"{id} deactivated {ForwardLimit} times before it ran this call."));
    }

    public void Forget(Activation activation) => _activations.TryRemove(new KeyValuePair<GrainId, Activation>(activation.GrainId, activation));

    public ObserverProxy AddObserver(InterfacePlan plan, IGrainObserver target)
    {
        var id = GrainId.Create("observer", Guid.NewGuid().ToString("N"));
        var observer = new LocalObserver(target, id);
        _observers[id] = observer;
        var proxy = Reference.Create<ObserverProxy>(this, plan, id);
        proxy.Observer = observer;
        return proxy;
    }

    public bool RemoveObserver(ObserverProxy proxy)
    {
        _observers.TryRemove(proxy.Id, out _);
        return proxy.Observer.Delete();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _phase = Phase.Running;
        _overdueSweep = Time.CreateTimer(static s => ((EmbeddedSilo)s!).EndOverdueCalls(), this, Clock.Period, Clock.Period);
        _idleSweep = Time.CreateTimer(static s => ((EmbeddedSilo)s!).DeactivateIdleGrains(), this, Options.CollectionQuantum, Options.CollectionQuantum);
        LogStarted(Classes.Count);
        return Task.CompletedTask;
    }

    /// <summary>Deactivates every grain; those that are not done when <paramref name="cancellationToken"/> is cancelled are left behind.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_phase != Phase.Running) return;
        _phase = Phase.Stopping;
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "The silo is stopping.");
        try
        {
            while (!_activations.IsEmpty)
            {
                var activations = _activations.Values;
                foreach (var activation in activations) activation.Deactivate(reason, cancellationToken);
                await Task.WhenAll(activations.Select(a => a.Deactivated)).WaitAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            LogAbandoned(_activations.Count);
        }
        Dispose();
        LogStopped();
    }

    /// <summary>Ends at once what a stop has left over, or all of it where there was none.</summary>
    public void Dispose()
    {
        _phase = Phase.Stopping;
        _overdueSweep?.Dispose();
        _idleSweep?.Dispose();
        var exception = new SiloUnavailableException("The silo stopped before it answered.");
        foreach (var activation in _activations.Values) activation.Abandon(exception);
        _activations.Clear();
        foreach (var observer in _observers.Values) observer.Delete();
        _observers.Clear();
    }

    private void EndOverdueCalls()
    {
        var tick = Clock.Advance();
        foreach (var (_, activation) in _activations) EndOverdueCalls(activation, tick);
        foreach (var (_, observer) in _observers) EndOverdueCalls(observer, tick);
    }

    private void EndOverdueCalls(RequestTarget target, int tick)
    {
        if (!target.HasRequests) return;
        var count = target.TimeOutOverdue(tick);
        if (count == 0) return;
        LogTimedOut(count, target.Name);
        Metrics.TimedOut(target.TypeName, count);
    }

    private void DeactivateIdleGrains()
    {
        var now = Time.GetUtcNow();
        foreach (var (_, activation) in _activations) activation.CollectIfIdle(now, Options.CollectionAge);
        foreach (var (id, observer) in _observers)
            if (observer.IsGone) _observers.TryRemove(id, out _);
    }
}
