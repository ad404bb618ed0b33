namespace Conference.Silo.Journal.Writing;

/// <summary>An open database, as <see cref="JournalStore"/> is made of it.</summary>
/// <param name="Place">Where it is, for the log; no secrets.</param>
/// <param name="Writes">The writer's side.</param>
/// <param name="Session">The writer's first session.</param>
/// <param name="Reads">The readers' side.</param>
/// <param name="Held">What is given up last.</param>
internal sealed record StoreParts(string Place, IWriteStore Writes, IWriteSession Session, IStoreReader Reads, IDisposable? Held = null);
