namespace Conference.Silo.Journal;

/// <summary>Where a PostgreSQL journal is, and how many silos share it.</summary>
public sealed record PostgresJournalOptions : JournalOptions
{
    /// <summary>As Npgsql takes it, password included: never logged. <see cref="PostgresAddress"/> makes one of a URL.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>
    /// True: this silo is the only one on the database, and a second one is refused as <see cref="JournalOpenRefusal.JournalInUse"/>. False: several silos share
    /// it, each meeting written by the one that holds its grain.
    /// </summary>
    public bool IsExclusive { get; init; } = true;

    /// <summary>How long opening waits for a predecessor to give the database up, whose end the server may not have noticed yet.</summary>
    public TimeSpan LockPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// True: where another silo has the database, the journal is opened all the same, reads, refuses every write as <see cref="JournalUnavailable.StandingBy"/>, and takes
    /// over as soon as the other has given the database up (<see cref="JournalStore.Entered"/>). Only with <see cref="IsExclusive"/>.
    /// </summary>
    public bool StandsBy { get; init; }

    /// <summary>How often a journal that waits for the database asks whether it is free.</summary>
    public TimeSpan AskEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long opening waits for a server that cannot be reached.</summary>
    public TimeSpan OpenPatience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long one batch, or one read, may take before the connection counts as lost.</summary>
    public TimeSpan CommandTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an idle writer asks whether it still is the one who writes.</summary>
    public TimeSpan RestAfter { get; init; } = TimeSpan.FromSeconds(2);
}
