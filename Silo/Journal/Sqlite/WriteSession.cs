namespace Conference.Silo.Journal.Sqlite;

/// <summary>The writer's connection with all it has prepared. Thrown away and made anew after a fault of the disk.</summary>
internal sealed class WriteSession : IDisposable
{
    private readonly Connection _connection;
    private readonly Statement _begin;
    private readonly Statement _commit;

    /// <exception cref="StoreFault">The database cannot be opened.</exception>
    public WriteSession(string path, TimeProvider time)
    {
        _connection = new Connection(path);
        try
        {
            _connection.Execute("PRAGMA cache_size = -32768");
            _begin = _connection.Prepare("BEGIN IMMEDIATE");
            _commit = _connection.Prepare("COMMIT");
            Meetings = new MeetingWrites(_connection, time);
            Records = new RecordWrites(_connection);
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    public MeetingWrites Meetings { get; }

    public RecordWrites Records { get; }

    public void Begin() => _begin.Run();

    public void Commit() => _commit.Run();

    /// <summary>Undoes the open transaction, if SQLite has not done so itself.</summary>
    public void Rollback()
    {
        Meetings.Forget();
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Database) == 0) _connection.Execute("ROLLBACK");
    }

    /// <inheritdoc cref="Connection.Checkpoint"/>
    public long Checkpoint() => _connection.Checkpoint();

    /// <inheritdoc cref="Connection.TakePagesWritten"/>
    public int TakePagesWritten() => _connection.TakePagesWritten();

    public void Dispose()
    {
        _begin.Dispose();
        _commit.Dispose();
        Meetings.Dispose();
        Records.Dispose();
        _connection.Dispose();
    }
}
