namespace Conference.Silo.Journal.Writing;

/// <summary>An open database, as <see cref="JournalStore"/> is made of it.</summary>
/// <param name="Place">Where it is, for the log; no secrets.</param>
/// <param name="Writes">The writer's side.</param>
/// <param name="Session">The writer's first session; null: the writer has to wait for it, in <see cref="Entrance"/>.</param>
/// <param name="Reads">The readers' side.</param>
internal sealed record StoreParts(string Place, IWriteStore Writes, IWriteSession? Session, IStoreReader Reads)
{
    /// <summary>Where a writer without a session waits for one.</summary>
    public IStoreEntrance? Entrance { get; init; }

    /// <summary>What is given up last.</summary>
    public IDisposable? Held { get; init; }
}

/// <summary>Where a writer waits until the one before it has given the store up. The writer's thread alone.</summary>
internal interface IStoreEntrance
{
    /// <summary>How long to wait between two tries.</summary>
    TimeSpan AskEvery { get; }

    /// <summary>The first session; or the refusal that a store can come to meanwhile, when it was brought to a version that this program does not know. Neither: not yet.</summary>
    /// <exception cref="StoreFault">The store failed; it may be tried again.</exception>
    (IWriteSession? Session, JournalOpening.Refused? Refusal) TryEnter();
}
