using Conference.Silo.Journal.Writing;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>The writer's side of the file: sessions, and the checkpoints that outlive them.</summary>
internal sealed class SqliteWriteStore(SqliteJournalOptions options, TimeProvider time, ILogger logger) : IWriteStore
{
    private readonly Checkpointer _checkpointer = new(options.Path, logger);

    public TimeSpan? RestAfter => null;

    public IWriteSession Open() => new WriteSession(options, _checkpointer, time, logger);

    public void Dispose() => _checkpointer.Dispose();
}
