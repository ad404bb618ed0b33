namespace Conference.Silo.Embedded.Activations;

/// <summary>
/// Starts what subscribed to a grain's life in order of stage, before <c>OnActivateAsync</c>, and stops what was started in reverse, after
/// <c>OnDeactivateAsync</c>.
/// </summary>
internal sealed class GrainLifecycle : IGrainLifecycle
{
    private readonly List<Subscription> _subscriptions = [];
    private readonly Stack<Subscription> _started = new();

    public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
    {
        var subscription = new Subscription(this, stage, observer);
        _subscriptions.Add(subscription);
        return subscription;
    }

    /// <summary>Grains never migrate here: there is one silo.</summary>
    public void AddMigrationParticipant(IGrainMigrationParticipant participant)
    {
    }

    /// <inheritdoc cref="AddMigrationParticipant"/>
    public void RemoveMigrationParticipant(IGrainMigrationParticipant participant)
    {
    }

    public async Task Start(CancellationToken cancellation)
    {
        foreach (var subscription in _subscriptions.OrderBy(s => s.Stage).ToArray())
        {
            await subscription.Observer.OnStart(cancellation);
            _started.Push(subscription);
        }
    }

    public async Task Stop(CancellationToken cancellation)
    {
        while (_started.TryPop(out var subscription)) await subscription.Observer.OnStop(cancellation);
    }

    private sealed class Subscription(GrainLifecycle owner, int stage, ILifecycleObserver observer) : IDisposable
    {
        public int Stage => stage;

        public ILifecycleObserver Observer => observer;

        public void Dispose() => owner._subscriptions.Remove(this);
    }
}
