namespace Conference.Silo.Journal.Writing;

/// <summary>What the <see cref="Writer"/> writes to. The writer's thread alone.</summary>
internal interface IWriteStore : IDisposable
{
    /// <summary>How long the writer may be idle before it calls <see cref="IWriteSession.Rest"/>; null: it never has to.</summary>
    TimeSpan? RestAfter { get; }

    /// <summary>A new connection, after a fault or at the beginning.</summary>
    /// <exception cref="StoreFault">There is none to be had.</exception>
    IWriteSession Open();
}

/// <summary>The writer's connection with all it has prepared and remembers. Thrown away and made anew after a fault of the store.</summary>
internal interface IWriteSession : IDisposable
{
    /// <summary>Decides and writes inside the open batch.</summary>
    IBatchWrites Writes { get; }

    /// <summary>Whether the last batch that any session of this store was asked to commit is durable. Known from the moment of opening.</summary>
    bool IsLastBatchDurable { get; }

    /// <summary>Begins a batch that will hold these writes.</summary>
    /// <exception cref="StoreFault">The store failed.</exception>
    void Begin(IReadOnlyList<WriteRequest> batch);

    /// <summary>Makes the batch durable.</summary>
    /// <exception cref="StoreFault">The store failed; the batch is to be rolled back.</exception>
    void Commit();

    /// <summary>Undoes the open batch, and forgets what was remembered of the store's content.</summary>
    /// <exception cref="StoreFault">The store failed.</exception>
    void Rollback();

    /// <summary>Between two batches, or when there has been none for a while: what the store needs doing now and then.</summary>
    /// <exception cref="StoreFault">The store failed.</exception>
    void Rest();
}

/// <summary>Writes as they are decided inside an open batch.</summary>
internal interface IBatchWrites
{
    /// <summary>docs/journal.md J1 to J4: checks everything before anything is written, so that a refused append leaves nothing to undo.</summary>
    AppendResult Append(JournalAppend append);

    /// <summary>The sequence that the meeting's next event gets.</summary>
    long NextOf(string meetingId);

    /// <summary>docs/journal.md J10.</summary>
    StoreResult Put(string bucket, string key, ReadOnlyMemory<byte> value, long expectedVersion);

    /// <summary>docs/journal.md J10.</summary>
    StoreResult Delete(string bucket, string key, long expectedVersion);
}
