using Conference.Silo.Embedded.Calls;

namespace Conference.Silo.Embedded.Observers;

/// <summary>
/// The runtime's record of an observer object. Calls reach it one after the other, in order, on the thread pool and outside of any grain.
/// It holds the object weakly, as Orleans does: whoever made the reference keeps the object.
/// </summary>
internal sealed class LocalObserver(IGrainObserver observer, GrainId id) : RequestTarget(reentrant: false)
{
    private readonly WeakReference<IGrainObserver> _observer = new(observer);
    private bool _deleted;

    public override string Name => id.ToString();

    public override string TypeName => "observer";

    public bool IsGone => Volatile.Read(ref _deleted) || !_observer.TryGetTarget(out _);

    protected override bool Accepts => !_deleted;

    protected override bool Runs => true;

    protected override object? Instance => !Volatile.Read(ref _deleted) && _observer.TryGetTarget(out var observer) ? observer : null;

    public override void QueueTurn(Action<object?> action, object? state) =>
        ThreadPool.UnsafeQueueUserWorkItem(static turn => turn.Action(turn.State), (Action: action, State: state), preferLocal: false);

    /// <summary>Ends delivery: what waits comes too late. False if it had ended before.</summary>
    public bool Delete()
    {
        GrainRequest[] rest;
        lock (Gate)
        {
            if (_deleted) return false;
            _deleted = true;
            rest = Queue.TakeAllWaiting();
        }
        foreach (var request in rest) request.Miss(Name);
        return true;
    }
}
