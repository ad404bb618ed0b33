using Conference.Silo.Journal.Writing;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>
/// One SQLite file: write-ahead log, <c>synchronous=FULL</c>. No other process can open the same file as a journal at the same time.
/// </summary>
internal static class SqliteOpening
{
    /// <inheritdoc cref="JournalStore.Open"/>
    public static JournalOpening Open(SqliteJournalOptions asked, TimeProvider time, ILogger logger)
    {
        var path = Path.GetFullPath(asked.Path);
        DatabaseLock? held = null;
        try
        {
            PrivateFile.EnsureFolder(Path.GetDirectoryName(path)!);
            held = DatabaseLock.TryTake(path);
            if (held is null) return Refuse(JournalOpenRefusal.JournalInUse, $"The journal {path} is in use by another process.");
            PrivateFile.Ensure(path);
            if (Prepare(path) is { } refusal)
            {
                held.Dispose();
                return Refuse(refusal.Reason, $"The file {path} {refusal.Message}.");
            }
            return new JournalOpening.Opened(Open(asked with { Path = path }, held, time, logger));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            return Refuse(JournalOpenRefusal.NotWritable, $"The journal {path} cannot be written: {error.Message}");
        }
        catch (SqliteFault fault)
        {
            held?.Dispose();
            return Refuse(ReasonOf(fault), $"The journal {path} cannot be opened: {fault.Message}");
        }
    }

    private static JournalStore Open(SqliteJournalOptions options, DatabaseLock held, TimeProvider time, ILogger logger)
    {
        var store = new SqliteWriteStore(options, time, logger);
        IWriteSession session;
        try
        {
            session = store.Open();
        }
        catch
        {
            store.Dispose();
            throw;
        }
        var parts = new StoreParts(options.Path, store, session, new ReadPool(options.Path, options.ReadConnections)) { Held = held };
        JournalLog.Opened(logger, options.Path, Schema.Version);
        return new JournalStore(options, parts, time, logger);
    }

    private static (JournalOpenRefusal Reason, string Message)? Prepare(string path)
    {
        using var connection = new Connection(path);
        if (Schema.Inspect(connection) is { } refusal) return refusal;
        if (connection.Word("PRAGMA journal_mode = WAL") is not "wal" and var mode)
            return (JournalOpenRefusal.StoreFailed, $"is on a file system without shared memory, so SQLite stays in journal mode '{mode}'");
        Schema.Upgrade(connection);
        return null;
    }

    private static JournalOpening.Refused Refuse(JournalOpenRefusal reason, string message) => new(reason, message);

    private static JournalOpenRefusal ReasonOf(SqliteFault fault) => fault.Primary switch
    {
        raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT => JournalOpenRefusal.NotAJournal,
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => JournalOpenRefusal.NotWritable,
        _ => JournalOpenRefusal.StoreFailed,
    };
}
