using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>One connection to the database, set up as every part of the journal needs it. One thread at a time.</summary>
internal sealed class Connection : IDisposable
{
    private readonly SqliteConnection _connection;

    /// <exception cref="SqliteFault">The file cannot be opened, or is no database.</exception>
    public Connection(string path)
    {
        var where = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false };
        _connection = new SqliteConnection(where.ToString());
        try
        {
            Open();
            // Nobody but a person with a database tool ever holds the write lock besides the writer.
            raw.sqlite3_busy_timeout(Database, 5_000);
            Execute("PRAGMA synchronous = FULL");
            Execute("PRAGMA wal_autocheckpoint = 0");
            Execute("PRAGMA temp_store = MEMORY");
        }
        catch
        {
            _connection.Dispose();
            throw;
        }
    }

    private void Open()
    {
        try
        {
            _connection.Open();
        }
        catch (SqliteException error)
        {
            throw new SqliteFault(error.SqliteExtendedErrorCode, error.Message);
        }
    }

    public sqlite3 Database => _connection.Handle!;

    public Statement Prepare(string sql) => new(Database, sql);

    /// <summary>Runs one or more statements whose rows nobody wants.</summary>
    public void Execute(string sql)
    {
        if (raw.sqlite3_exec(Database, sql) != raw.SQLITE_OK) throw SqliteFault.Of(Database, sql);
    }

    /// <summary>The first column of the first row as a number; null without a row.</summary>
    public long? Number(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Single(row => (long?)row.Int64(0));
    }

    /// <summary>The first column of the first row as text; null without a row.</summary>
    public string? Word(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Single(row => row.Text(0));
    }

    /// <summary>Copies what it can from the write-ahead log into the database file, waiting for nobody. Returns the frames left to copy.</summary>
    public long Checkpoint()
    {
        using var statement = Prepare("PRAGMA wal_checkpoint(PASSIVE)");
        return statement.Single(row => row.Int64(1) - row.Int64(2));
    }

    /// <summary>Pages this connection has written to the write-ahead log since it was last asked.</summary>
    public int TakePagesWritten()
        => raw.sqlite3_db_status(Database, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var written, out _, 1) == raw.SQLITE_OK ? written : 0;

    public void Dispose() => _connection.Dispose();
}
