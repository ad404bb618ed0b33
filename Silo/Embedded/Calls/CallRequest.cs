namespace Conference.Silo.Embedded.Calls;

/// <summary>A call under way: its arguments, the caller's reply, and the callee's cancellation token.</summary>
internal sealed class CallRequest<T> : GrainRequest
{
    private readonly GrainMethod<T> _method;
    private readonly object?[] _arguments;
    private readonly Reference _reference;
    private readonly TaskCompletionSource<T> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly IReadOnlyCollection<KeyValuePair<string, object>>? _context;
    private readonly int _sentAt;
    private CancellationTokenSource? _callee;
    private CancellationTokenRegistration _caller;

    public CallRequest(GrainMethod<T> method, object?[] arguments, Reference reference)
    {
        _method = method;
        _arguments = arguments;
        _reference = reference;
        _sentAt = reference.Clock.Tick;
        // Orleans replaces the dictionary behind this with every change, so holding on to it is a snapshot.
        var entries = RequestContext.Entries;
        if (entries is IReadOnlyCollection<KeyValuePair<string, object>> { Count: > 0 } some) _context = some;
    }

    public Task<T> Reply => _reply.Task;

    public override bool AlwaysInterleaves => _method.AlwaysInterleaves;

    public override bool OnlyReads => _method.OnlyReads;

    public override bool KeepsAlive => true;

    public override bool IsAbandoned => _reply.Task.IsCompleted;

    public void Send()
    {
        if (_method.CancellationArgument >= 0) TieCancellation((CancellationToken)_arguments[_method.CancellationArgument]!);
        if (!IsAbandoned) _reference.Deliver(this);
    }

    public override void Start(RequestTarget target, object instance)
    {
        Task task;
        try
        {
            if (_context is not null)
                foreach (var (key, value) in _context) RequestContext.Set(key, value);
            task = _method.Invoke(instance, _arguments) ?? Task.FromException(new InvalidOperationException($"{_method.Name} returned no task."));
        }
        catch (Exception exception)
        {
            target.Completed(this);
            Fail(exception);
            return;
        }
        if (task.IsCompleted) Finish(task);
        else _ = task.ContinueWith(FinishAction, this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public override void Fail(Exception exception)
    {
        if (_reply.TrySetException(exception)) _caller.Unregister();
        // Nobody has to look at the task of a one-way call, or at one whose caller has gone.
        if (_method.OneWay)
        {
            _ = _reply.Task.Exception;
            _reference.LogOneWayFailure(_method.Name, exception);
        }
    }

    public override void Miss(string target)
    {
        if (_method.OneWay) _reference.LogOneWayMissed(_method.Name);
        else Fail(new TimeoutException($"{target} is gone and will not answer."));
    }

    public override bool IsOverdue(int tick) => !_method.OneWay && unchecked(tick - _sentAt) >= _reference.Clock.ResponseTicks;

    public override void TimeOut()
    {
        var timeout = _reference.Clock.ResponseTimeout;
        Fail(new TimeoutException($"No reply from {_reference} to {_method.Name} within {timeout}."));
    }

    public override void CancelCallee() => _callee?.Cancel();

    private static readonly Action<Task, object?> FinishAction = static (task, request) => ((CallRequest<T>)request!).Finish(task);

    private void Finish(Task task)
    {
        // First: who has the reply may rely on the grain being done with the request.
        Target!.Completed(this);
        try
        {
            var value = GrainMethod<T>.ValueOf(task);
            if (_reply.TrySetResult(value)) _caller.Unregister();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    private void TieCancellation(CancellationToken caller)
    {
        _callee = new CancellationTokenSource();
        _arguments[_method.CancellationArgument] = _callee.Token;
        if (caller.CanBeCanceled) _caller = caller.UnsafeRegister(static (r, token) => ((CallRequest<T>)r!).OnCallerCancelled(token), this);
    }

    private void OnCallerCancelled(CancellationToken token)
    {
        if (_reply.TrySetException(new OperationCanceledException(token))) Target?.Cancel(this);
    }
}
