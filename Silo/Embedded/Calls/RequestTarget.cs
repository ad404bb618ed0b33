namespace Conference.Silo.Embedded.Calls;

/// <summary>Something that runs requests in turns: a grain activation or an observer object.</summary>
internal abstract class RequestTarget
{
    /// <summary>How many requests start before the target gives way to its continuations.</summary>
    private const int RequestsPerTurn = 32;

    private bool _pumping;

    protected RequestTarget(bool reentrant) => Queue = new RequestQueue(reentrant);

    /// <summary>Guards the queue and the target's state.</summary>
    protected Lock Gate { get; } = new();

    protected RequestQueue Queue { get; }

    /// <summary>For logs and messages.</summary>
    public abstract string Name { get; }

    public abstract string TypeName { get; }

    /// <summary>Whether requests wait or run. A look from outside, for sweeps: it may be out of date at once.</summary>
    public bool HasRequests => !Queue.IsEmpty;

    /// <summary>Whether requests may be queued. Read under the gate.</summary>
    protected abstract bool Accepts { get; }

    /// <summary>Whether queued requests may begin. Read under the gate.</summary>
    protected abstract bool Runs { get; }

    /// <summary>The object to call; null when it is gone.</summary>
    protected abstract object? Instance { get; }

    /// <summary>Runs <paramref name="action"/> as a turn.</summary>
    public abstract void QueueTurn(Action<object?> action, object? state);

    /// <summary>A request was queued. Under the gate.</summary>
    protected virtual void OnReceived(GrainRequest request)
    {
    }

    /// <summary>A request has ended. Under the gate.</summary>
    protected virtual void OnCompleted(GrainRequest request)
    {
    }

    /// <summary>Queues the request; false when this target will never run it.</summary>
    public bool TryReceive(GrainRequest request)
    {
        lock (Gate)
        {
            if (!Accepts) return false;
            request.Target = this;
            Queue.Enqueue(request);
            OnReceived(request);
            if (!WantsPump()) return true;
        }
        QueueTurn(PumpAction, this);
        return true;
    }

    /// <summary>A request that <see cref="Pump"/> started has ended.</summary>
    public void Completed(GrainRequest request)
    {
        lock (Gate)
        {
            Queue.Completed(request);
            OnCompleted(request);
            if (!WantsPump()) return;
        }
        QueueTurn(PumpAction, this);
    }

    /// <summary>The caller gave up: a request that waits goes, one that runs is told through its cancellation token.</summary>
    public void Cancel(GrainRequest request)
    {
        lock (Gate)
        {
            if (Queue.TryWithdraw(request) || !Queue.IsRunning(request)) return;
        }
        QueueTurn(static r => ((GrainRequest)r!).CancelCallee(), request);
    }

    /// <summary>
    /// Fails every request whose time is up at <paramref name="tick"/>, and says how many. One that waits will not begin; one that runs goes on,
    /// not cancelled, as is Orleans' default.
    /// </summary>
    public int TimeOutOverdue(int tick)
    {
        List<GrainRequest>? overdue = null;
        lock (Gate)
        {
            Collect(Queue.Waiting, tick, ref overdue);
            Collect(Queue.Running, tick, ref overdue);
        }
        if (overdue is null) return 0;
        foreach (var request in overdue) request.TimeOut();
        return overdue.Count;
    }

    /// <summary>Begins what may begin, if it does not already. For targets whose <see cref="Runs"/> has just become true.</summary>
    protected void StartPump()
    {
        lock (Gate)
        {
            if (!WantsPump()) return;
        }
        QueueTurn(PumpAction, this);
    }

    private static readonly Action<object?> PumpAction = static target => ((RequestTarget)target!).Pump();

    private static void Collect(RequestList list, int tick, ref List<GrainRequest>? overdue)
    {
        for (var request = list.First; request is not null; request = request.Next)
            if (!request.IsAbandoned && request.IsOverdue(tick)) (overdue ??= []).Add(request);
    }

    private bool WantsPump()
    {
        if (_pumping || !Runs || !Queue.HasWork) return false;
        return _pumping = true;
    }

    private void Pump()
    {
        // Nothing that one request leaves in an AsyncLocal may reach the next.
        var clean = ExecutionContext.Capture();
        for (var started = 0; ; started++)
        {
            GrainRequest? request;
            lock (Gate)
            {
                request = Runs && started < RequestsPerTurn ? Queue.TryTake() : null;
                if (request is null)
                {
                    _pumping = false;
                    if (!WantsPumpAgain(started)) return;
                }
            }
            if (request is null)
            {
                QueueTurn(PumpAction, this);
                return;
            }
            Begin(request);
            if (clean is not null) ExecutionContext.Restore(clean);
        }
    }

    private bool WantsPumpAgain(int started) => started >= RequestsPerTurn && WantsPump();

    private void Begin(GrainRequest request)
    {
        if (request.IsAbandoned)
        {
            Completed(request);
            return;
        }
        if (Instance is { } instance)
        {
            request.Start(this, instance);
            return;
        }
        request.Miss(Name);
        Completed(request);
    }
}
