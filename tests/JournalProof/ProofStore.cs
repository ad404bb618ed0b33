using Conference.Silo.Journal;

namespace Conference.JournalProof;

/// <summary>The journal of a process on trial, as its options say: a file in the folder <c>--data</c>, or the PostgreSQL database <c>--database</c>.</summary>
internal sealed class ProofStore(string data, string? database, int batchLimit, int checkpointBytes)
{
    /// <summary>Beside the folder, whose whole content is the journal's.</summary>
    public string Keys => data + "-keys.pem";

    public static ProofStore Of(Options options, int checkpointBytes = 16 << 20)
        => new(options["data"], options.Find("database"), options.Number("batch", 4_096), options.Number("checkpoint-bytes", checkpointBytes));

    public JournalOptions Options(IJournalProbe? probe = null) => database is null
        ? new SqliteJournalOptions { Path = Path.Combine(data, "journal.db"), BatchLimit = batchLimit, CheckpointBytes = checkpointBytes, Probe = probe }
        : new PostgresJournalOptions { ConnectionString = database, BatchLimit = batchLimit, Probe = probe };
}
