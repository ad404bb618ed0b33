using SQLitePCL;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>SQLite answered a call that has no expected way to fail with an error.</summary>
internal sealed class StoreFault(int code, string message) : Exception(message)
{
    /// <summary>SQLite's extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>The name that the fault has for whoever asked for the write.</summary>
    public JournalUnavailable Reason => Primary switch
    {
        raw.SQLITE_FULL => JournalUnavailable.DiskFull,
        raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN => JournalUnavailable.IoError,
        _ => JournalUnavailable.StoreFailed,
    };

    /// <summary>The fault lies in what one write asked for, not in the disk, so the others of its batch can go on without it.</summary>
    public bool IsOfOneWrite => Primary is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH;

    /// <summary>SQLite's primary result code.</summary>
    public int Primary => Code & 0xff;

    /// <summary>The fault that the connection's last call reported.</summary>
    public static StoreFault Of(sqlite3 database, string what)
    {
        var code = raw.sqlite3_extended_errcode(database);
        return new StoreFault(code, $"{what}: {raw.sqlite3_errmsg(database).utf8_to_string()} (SQLite code {code})");
    }
}
