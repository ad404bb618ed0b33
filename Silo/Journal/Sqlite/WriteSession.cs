using Conference.Silo.Journal.Writing;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>The writer's connection to the file with all it has prepared.</summary>
internal sealed class WriteSession : IWriteSession, IBatchWrites
{
    private const int PageBytes = 4_096;

    private readonly SqliteJournalOptions _options;
    private readonly Checkpointer _checkpointer;
    private readonly ILogger _logger;
    private readonly Connection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly MeetingWrites _meetings;
    private readonly RecordWrites _records;
    private long _logBytes;

    /// <exception cref="SqliteFault">The database cannot be opened.</exception>
    public WriteSession(SqliteJournalOptions options, Checkpointer checkpointer, TimeProvider time, ILogger logger)
    {
        (_options, _checkpointer, _logger) = (options, checkpointer, logger);
        _connection = new Connection(options.Path);
        try
        {
            _connection.Execute("PRAGMA cache_size = -32768");
            _begin = _connection.Prepare("BEGIN IMMEDIATE");
            _commit = _connection.Prepare("COMMIT");
            _meetings = new MeetingWrites(_connection, time);
            _records = new RecordWrites(_connection);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public IBatchWrites Writes => this;

    /// <summary>A file never leaves a commit in doubt for this process: it answers, or the process is gone.</summary>
    public bool IsLastBatchDurable => false;

    public void Begin(IReadOnlyList<WriteRequest> batch) => _begin.Run();

    public void Commit() => _commit.Run();

    /// <summary>Undoes the open transaction, if SQLite has not done so itself.</summary>
    public void Rollback()
    {
        _meetings.Forget();
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Database) == 0) _connection.Execute("ROLLBACK");
    }

    /// <summary>Copies what little of the write-ahead log only the writer can, when it is time.</summary>
    public void Rest()
    {
        _logBytes += (long)_connection.TakePagesWritten() * PageBytes;
        if (_checkpointer.TakeFinished())
        {
            try
            {
                _connection.Checkpoint();
            }
            catch (SqliteFault fault)
            {
                JournalLog.CheckpointFailed(_logger, fault.Message);
            }
        }
        else if (_logBytes >= _options.CheckpointBytes)
        {
            _logBytes = 0;
            _checkpointer.Ask();
        }
    }

    public AppendResult Append(JournalAppend append) => _meetings.Append(append);

    public long NextOf(string meetingId) => _meetings.NextOf(meetingId);

    public StoreResult Put(string bucket, string key, ReadOnlyMemory<byte> value, long expectedVersion) => _records.Put(bucket, key, value.Span, expectedVersion);

    public StoreResult Delete(string bucket, string key, long expectedVersion) => _records.Delete(bucket, key, expectedVersion);

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        _meetings.Dispose();
        _records.Dispose();
        _connection.Dispose();
    }
}
