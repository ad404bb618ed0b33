using Conference.Silo.Journal.Sqlite;
using Microsoft.Extensions.Logging;
using SQLitePCL;

namespace Conference.Silo.Journal;

/// <summary>
/// The journal, the meeting index and the key-value store of one silo in one SQLite file: write-ahead log, <c>synchronous=FULL</c>,
/// one writer thread with group commit. No other process can open the same file as a journal at the same time.
/// </summary>
public sealed class SqliteJournal : IAsyncDisposable
{
    private readonly SqliteJournalOptions _options;
    private readonly ILogger _logger;
    private readonly DatabaseLock _lock;
    private readonly WriteQueue _queue;
    private readonly JournalMetrics _metrics;
    private readonly ReadPool _reads;
    private readonly Writer _writer;
    private int _isDisposed;

    private SqliteJournal(SqliteJournalOptions options, DatabaseLock held, WriteSession session, TimeProvider time, ILogger logger)
    {
        (_options, _lock, _logger) = (options, held, logger);
        _queue = new WriteQueue(options.QueueCapacity, options.QueueBytes);
        _metrics = new JournalMetrics(() => _queue.Count);
        _reads = new ReadPool(options.Path, options.ReadConnections);
        _writer = new Writer(options, session, _queue, _metrics, time, logger);
        var events = new SqliteEvents(_queue, _reads, _metrics);
        (Events, Meetings, Records) = (events, events, new SqliteRecords(_queue, _reads, _metrics));
    }

    /// <summary>The events of all meetings.</summary>
    public IJournal Events { get; }

    /// <summary>The list of meetings.</summary>
    public IMeetingIndex Meetings { get; }

    /// <summary>Small durable records.</summary>
    public IKeyValueStore Records { get; }

    /// <summary>
    /// Opens the database, creating or upgrading it where needed, and holds it until disposed of or until the process ends, however it
    /// ends. Never throws for what is found on the disk: see <see cref="JournalOpenRefusal"/>.
    /// </summary>
    /// <param name="options">Where it is.</param>
    /// <param name="time">The clock for creation times and measurements.</param>
    /// <param name="logger">Where failures are reported.</param>
    public static JournalOpening Open(SqliteJournalOptions options, TimeProvider time, ILogger<SqliteJournal> logger)
    {
        var path = Path.GetFullPath(options.Path);
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
            var journal = new SqliteJournal(options with { Path = path }, held, new WriteSession(path, time), time, logger);
            JournalLog.Opened(logger, path, Schema.Version);
            return new JournalOpening.Opened(journal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            return Refuse(JournalOpenRefusal.NotWritable, $"The journal {path} cannot be written: {error.Message}");
        }
        catch (StoreFault fault)
        {
            held?.Dispose();
            return Refuse(ReasonOf(fault), $"The journal {path} cannot be opened: {fault.Message}");
        }
    }

    /// <summary>Refuses new writes, commits and answers those that wait, and gives the database up.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        _queue.Close();
        await _writer.Ended;
        _reads.Dispose();
        _metrics.Dispose();
        _lock.Dispose();
        JournalLog.Closed(_logger, _options.Path);
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

    private static JournalOpenRefusal ReasonOf(StoreFault fault) => fault.Primary switch
    {
        raw.SQLITE_NOTADB or raw.SQLITE_CORRUPT => JournalOpenRefusal.NotAJournal,
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM => JournalOpenRefusal.NotWritable,
        _ => JournalOpenRefusal.StoreFailed,
    };
}
