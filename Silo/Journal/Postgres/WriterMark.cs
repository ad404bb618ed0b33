using Conference.Silo.Journal.Writing;

namespace Conference.Silo.Journal.Postgres;

/// <summary>
/// This silo's row in <c>writers</c>: the epoch of its connection, which every batch must match, and the number of its last batch, which a batch sets. Outlives
/// connections. The writer's thread alone.
/// </summary>
internal sealed class WriterMark
{
    private long _durable;

    /// <summary>Names the row.</summary>
    public Guid Writer { get; } = Guid.NewGuid();

    /// <summary>Goes up with every connection, so that what an earlier one may still have under way cannot be done after this one began.</summary>
    public long Epoch { get; private set; }

    /// <summary>The last batch whose commit was asked for.</summary>
    public long LastAsked { get; private set; }

    /// <summary>The number of the batch to be asked for next.</summary>
    public long NextBatch => LastAsked + 1;

    /// <summary>The batch that was asked for last is known to be durable.</summary>
    public bool IsLastDurable => _durable == LastAsked;

    /// <summary>A commit is about to be asked for.</summary>
    public void Asked() => LastAsked++;

    /// <summary>The commit has been answered.</summary>
    public void Done() => _durable = LastAsked;

    /// <summary>What the row said when the connection began.</summary>
    public void Begin(long epoch, long durable) => (Epoch, _durable) = (epoch, durable);

    /// <summary>The fault of a writer that another silo has taken over from.</summary>
    public static StoreFault TakenOver() => new(FaultKind.Fenced, JournalUnavailable.Fenced, "another silo has taken the database over");
}
