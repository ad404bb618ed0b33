namespace Conference.Silo.Embedded.Activations;

/// <summary>
/// Runs everything of one activation, one turn at a time, in order: the start of each request and every continuation after an await come here.
/// It borrows a thread-pool thread while there is work and gives it back after some turns, so that no grain keeps a thread for itself.
/// </summary>
internal sealed class ActivationScheduler(IGrainContext context) : TaskScheduler, IThreadPoolWorkItem, IWorkItemScheduler
{
    private const int TurnsPerSlice = 64;

    [ThreadStatic]
    private static ActivationScheduler? s_running;

    private readonly Lock _gate = new();
    private readonly Queue<Task> _turns = new();
    private bool _scheduled;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Queues a turn that sees nothing of the caller's async locals.</summary>
    public void QueueTurn(Action<object?> action, object? state)
    {
        Task turn;
        using (Isolation.Enter()) turn = new Task(action, state);
        turn.Start(this);
    }

    void IWorkItemScheduler.QueueAction(Action action) => QueueTurn(static a => ((Action)a!)(), action);

    void IWorkItemScheduler.QueueAction(Action<object> action, object state) => QueueTurn(action!, state);

    void IWorkItemScheduler.QueueTask(Task task) => task.Start(this);

    void IThreadPoolWorkItem.Execute()
    {
        var outerGrain = CurrentGrain.Enter(context);
        var outer = s_running;
        s_running = this;
        try
        {
            if (RunSlice()) return;
        }
        finally
        {
            s_running = outer;
            CurrentGrain.Leave(outerGrain);
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    protected override void QueueTask(Task task)
    {
        lock (_gate)
        {
            _turns.Enqueue(task);
            if (_scheduled) return;
            _scheduled = true;
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && s_running == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (_gate) return [.. _turns];
    }

    /// <summary>True when there is nothing left to run.</summary>
    private bool RunSlice()
    {
        for (var i = 0; i < TurnsPerSlice; i++)
        {
            Task? turn;
            lock (_gate)
            {
                if (!_turns.TryDequeue(out turn))
                {
                    _scheduled = false;
                    return true;
                }
            }
            TryExecuteTask(turn);
        }
        return false;
    }
}
