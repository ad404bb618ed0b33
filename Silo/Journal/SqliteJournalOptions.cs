namespace Conference.Silo.Journal;

/// <summary>Where a SQLite journal is.</summary>
public sealed record SqliteJournalOptions : JournalOptions
{
    /// <summary>The database file, with folder. Folder (mode 0700) and file (mode 0600) are created where missing.</summary>
    public required string Path { get; init; }

    /// <summary>Size of the write-ahead log, in bytes, from which it is copied into the database file and started again.</summary>
    public long CheckpointBytes { get; init; } = 16L << 20;
}
