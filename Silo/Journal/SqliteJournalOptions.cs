namespace Conference.Silo.Journal;

/// <summary>Where a SQLite journal is and how much it may take on. The defaults suit every installation we have measured.</summary>
public sealed record SqliteJournalOptions
{
    /// <summary>The database file, with folder. Folder (mode 0700) and file (mode 0600) are created where missing.</summary>
    public required string Path { get; init; }

    /// <summary>Writes that may wait for the next commit; above it new ones are refused as <see cref="JournalUnavailable.Overloaded"/>.</summary>
    public int QueueCapacity { get; init; } = 16_384;

    /// <summary>Bytes of payload that may wait for the next commit; above it new ones are refused as <see cref="JournalUnavailable.Overloaded"/>.</summary>
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>Writes in one commit. 1 is one commit per command: what <c>./bench journal</c> compares with.</summary>
    public int BatchLimit { get; init; } = 4_096;

    /// <summary>Connections for reads; a read above that number waits for one.</summary>
    public int ReadConnections { get; init; } = 4;

    /// <summary>Size of the write-ahead log, in bytes, from which it is copied into the database file and started again.</summary>
    public long CheckpointBytes { get; init; } = 16L << 20;

    /// <summary>Told of each step of each batch; null in every installation. For proofs that kill the process at a named step.</summary>
    public IJournalProbe? Probe { get; init; }
}
