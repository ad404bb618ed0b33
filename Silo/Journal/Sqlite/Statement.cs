using System.Text;
using SQLitePCL;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>
/// A prepared statement that is used again and again. It goes straight to SQLite, because the command objects of ADO.NET cost more
/// per insert than the insert. One thread at a time.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly string _sql;

    public Statement(sqlite3 database, string sql)
    {
        _database = database;
        _sql = sql;
        if (raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement) != raw.SQLITE_OK)
            throw SqliteFault.Of(database, sql);
    }

    public Statement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        // An empty blob must not become NULL, which is what binding an empty span would make of it.
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        if (value is null)
        {
            Check(raw.sqlite3_bind_null(_statement, index));
            return this;
        }
        Span<byte> buffer = stackalloc byte[512];
        if (Encoding.UTF8.TryGetBytes(value, buffer, out var length) && length > 0) Check(raw.sqlite3_bind_text(_statement, index, buffer[..length]));
        else Check(raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    /// <summary>Runs a statement that yields no rows, and makes it ready for the next use.</summary>
    public void Run()
    {
        var code = raw.sqlite3_step(_statement);
        if (code is raw.SQLITE_DONE or raw.SQLITE_ROW)
        {
            raw.sqlite3_reset(_statement);
            return;
        }
        var fault = SqliteFault.Of(_database, _sql);
        raw.sqlite3_reset(_statement);
        throw fault;
    }

    /// <summary>Moves to the next row. False at the end, after which the statement is ready for the next use.</summary>
    public bool Read()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE)
        {
            raw.sqlite3_reset(_statement);
            return false;
        }
        var fault = SqliteFault.Of(_database, _sql);
        raw.sqlite3_reset(_statement);
        throw fault;
    }

    /// <summary>All rows, as <paramref name="row"/> makes them of the current one.</summary>
    public List<T> All<T>(Func<Statement, T> row)
    {
        var rows = new List<T>();
        while (Read()) rows.Add(row(this));
        return rows;
    }

    /// <summary>The only row, or default without one.</summary>
    public T? Single<T>(Func<Statement, T> row)
    {
        if (!Read()) return default;
        var result = row(this);
        raw.sqlite3_reset(_statement);
        return result;
    }

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK) throw SqliteFault.Of(_database, _sql);
    }
}
