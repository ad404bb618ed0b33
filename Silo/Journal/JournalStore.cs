using Conference.Hosting.Policies;
using Conference.Silo.Journal.Postgres;
using Conference.Silo.Journal.Sqlite;
using Conference.Silo.Journal.Writing;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Journal;

/// <summary>
/// The journal, the meeting index and the key-value store of one silo in one database: a SQLite file, or PostgreSQL. One writer thread with group commit;
/// reads go past it.
/// </summary>
public sealed class JournalStore : IAsyncDisposable
{
    private readonly ILogger _logger;
    private readonly string _place;
    private readonly WriteQueue _queue;
    private readonly JournalMetrics _metrics;
    private readonly IStoreReader _reads;
    private readonly Writer _writer;
    private readonly IDisposable? _held;
    private int _isDisposed;

    internal JournalStore(JournalOptions options, StoreParts parts, TimeProvider time, ILogger logger)
    {
        (_logger, _place, _reads, _held) = (logger, parts.Place, parts.Reads, parts.Held);
        _queue = new WriteQueue(options.QueueCapacity, options.QueueBytes, time);
        _metrics = new JournalMetrics(() => _queue.Count);
        _writer = new Writer(options, parts, _queue, _metrics, time, logger);
        var events = new QueuedEvents(_queue, _reads, _metrics);
        (Events, Meetings, Records) = (events, events, new QueuedRecords(_queue, _reads, _metrics));
    }

    /// <summary>The events of all meetings.</summary>
    public IJournal Events { get; }

    /// <summary>The list of meetings.</summary>
    public IMeetingIndex Meetings { get; }

    /// <summary>Small durable records.</summary>
    public IKeyValueStore Records { get; }

    /// <summary>
    /// Completes with null when this journal may write, which it may from the beginning unless it stands by (<see cref="PostgresJournalOptions.StandsBy"/>); with the
    /// reason when it never will, because the database was brought to another version meanwhile. Cancelled when it is closed before.
    /// </summary>
    public Task<JournalOpening.Refused?> Entered => _writer.Entered;

    /// <summary>Completes when another silo has taken the database over. This journal refuses every write from then on; the silo has to end.</summary>
    public Task Fenced => _writer.Fenced;

    /// <summary>
    /// Opens the database and holds it until disposed of or until the process ends, however it ends. A SQLite file is created or upgraded where needed; the
    /// tables of PostgreSQL are made by <see cref="PostgresMigrations"/> before. Never throws for what is found there: see <see cref="JournalOpenRefusal"/>.
    /// </summary>
    /// <param name="options">Where it is.</param>
    /// <param name="policies">How a lost connection is made again.</param>
    /// <param name="time">The clock for creation times, patience and measurements.</param>
    /// <param name="logger">Where failures are reported.</param>
    public static JournalOpening Open(JournalOptions options, ServicePolicies policies, TimeProvider time, ILogger<JournalStore> logger) => options switch
    {
        SqliteJournalOptions sqlite => SqliteOpening.Open(sqlite, time, logger),
        PostgresJournalOptions postgres => PostgresOpening.Open(postgres, policies, time, logger),
        _ => throw new ArgumentException("No such store.", nameof(options)),
    };

    /// <summary>Refuses new writes, commits and answers those that wait, and gives the right to write up, so that another silo can take over. Reads go on.</summary>
    public Task GiveUpAsync()
    {
        _queue.Close(JournalUnavailable.Closed);
        return _writer.Ended;
    }

    /// <summary>Gives the database up, and ends reads too.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1) return;
        await GiveUpAsync();
        _reads.Dispose();
        _metrics.Dispose();
        _held?.Dispose();
        JournalLog.Closed(_logger, _place);
    }
}
