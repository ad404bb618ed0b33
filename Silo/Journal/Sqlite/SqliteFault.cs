using Conference.Silo.Journal.Writing;
using SQLitePCL;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>SQLite answered a call that has no expected way to fail with an error.</summary>
internal sealed class SqliteFault(int code, string message) : StoreFault(KindOf(code & 0xff), ReasonOf(code & 0xff), message)
{
    /// <summary>SQLite's primary result code.</summary>
    public int Primary => code & 0xff;

    /// <summary>The fault that the connection's last call reported.</summary>
    public static SqliteFault Of(sqlite3 database, string what)
    {
        var code = raw.sqlite3_extended_errcode(database);
        return new SqliteFault(code, $"{what}: {raw.sqlite3_errmsg(database).utf8_to_string()} (SQLite code {code})");
    }

    private static JournalUnavailable ReasonOf(int primary) => primary switch
    {
        raw.SQLITE_FULL => JournalUnavailable.DiskFull,
        raw.SQLITE_IOERR or raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN => JournalUnavailable.IoError,
        _ => JournalUnavailable.StoreFailed,
    };

    /// <summary>What lies in what one write asked for, not in the disk.</summary>
    private static FaultKind KindOf(int primary) => primary is raw.SQLITE_CONSTRAINT or raw.SQLITE_TOOBIG or raw.SQLITE_MISMATCH ? FaultKind.OneWrite : FaultKind.Store;
}
