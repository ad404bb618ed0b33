namespace Conference.Silo.Journal.Writing;

/// <summary>One write that waits for, or is in, a batch. The writer thread applies it, then ends it exactly once.</summary>
internal abstract class WriteRequest
{
    /// <summary>Bytes it holds in memory, about.</summary>
    public abstract long Bytes { get; }

    /// <summary>Its place in the order in which the queue took writes on, from 1.</summary>
    public long Ticket { get; set; }

    /// <summary>When the queue took it on, by the clock's timestamp.</summary>
    public long QueuedAt { get; set; }

    /// <summary>Decides and writes into the open batch, and keeps the outcome for <see cref="Acknowledge"/>. May run again after a rollback.</summary>
    /// <exception cref="StoreFault">The store failed; the batch is to be rolled back.</exception>
    public abstract void Apply(IBatchWrites writes);

    /// <summary>The batch is durable: tells whoever waits.</summary>
    public abstract void Acknowledge();

    /// <summary>The write is not known to be durable: tells whoever still waits.</summary>
    public abstract void Fail(JournalUnavailable reason);
}

/// <summary>A write with an outcome of type <typeparamref name="TResult"/>.</summary>
internal abstract class WriteRequest<TResult> : WriteRequest
    where TResult : class
{
    // Continuations are the callers' code and must not run on the writer thread.
    private readonly TaskCompletionSource<TResult> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<TResult> Done => _done.Task;

    /// <summary>What <see cref="Decide"/> found.</summary>
    protected TResult? Outcome { get; private set; }

    public override void Apply(IBatchWrites writes) => Outcome = Decide(writes);

    public override void Acknowledge() => _done.SetResult(Outcome ?? throw new InvalidOperationException("Acknowledged before it was applied."));

    public override void Fail(JournalUnavailable reason) => _done.TrySetResult(Unavailable(reason));

    protected abstract TResult Decide(IBatchWrites writes);

    protected abstract TResult Unavailable(JournalUnavailable reason);
}
