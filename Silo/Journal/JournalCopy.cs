using Conference.Silo.Journal.Sqlite;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Conference.Silo.Journal;

/// <summary>Copies SQLite journals: while somebody writes to them, too.</summary>
public static class JournalCopy
{
    /// <summary>
    /// Copies a journal with SQLite's backup interface. The copy is what was durable at one moment, and one file that holds everything; writers of the original, in this process or another, do not wait for it.
    /// </summary>
    /// <param name="from">The journal.</param>
    /// <param name="to">The file to make, in a folder that exists; there must be none.</param>
    public static JournalCopied Make(string from, string to)
    {
        if (!File.Exists(from)) return JournalCopied.Refused($"there is no journal {from}");
        if (File.Exists(to)) return JournalCopied.Refused($"there is a file {to} already");
        try
        {
            PrivateFile.Ensure(to);
            using (var source = new Connection(from))
            {
                if (Schema.Inspect(source) is { } refusal) return JournalCopied.Refused($"the file {from} {refusal.Message}");
                using var target = new Connection(to);
                Copy(source, target);
                // What is copied is marked as having a write-ahead log, which a file that travels alone cannot have.
                target.Word("PRAGMA journal_mode = DELETE");
            }
            Flush(to);
            return Inspect(to);
        }
        catch (Exception e) when (e is SqliteFault or SqliteException or IOException or UnauthorizedAccessException)
        {
            return JournalCopied.Refused($"the journal {from} cannot be copied to {to}: {e.Message}");
        }
    }

    /// <summary>Reads all of a journal that nobody writes to, and says whether this program can open it.</summary>
    public static JournalCopied Inspect(string path)
    {
        if (!File.Exists(path)) return JournalCopied.Refused($"there is no journal {path}");
        try
        {
            using var connection = new Connection(path);
            if (Schema.Inspect(connection) is { } refusal) return JournalCopied.Refused($"the file {path} {refusal.Message}");
            if (connection.Word("PRAGMA integrity_check(1)") is not "ok" and var damage) return JournalCopied.Refused($"the file {path} is damaged: {damage}");
            return new(null, connection.Number("SELECT count(*) FROM meetings") ?? 0, connection.Number("SELECT count(*) FROM events") ?? 0);
        }
        catch (Exception e) when (e is SqliteFault or SqliteException)
        {
            return JournalCopied.Refused($"the file {path} cannot be read: {e.Message}");
        }
    }

    // In one step: a reader in a database with a write-ahead log sees one moment, and stops nobody.
    private static void Copy(Connection source, Connection target)
    {
        using var backup = raw.sqlite3_backup_init(target.Database, "main", source.Database, "main");
        if (backup is null || backup.IsInvalid) throw SqliteFault.Of(target.Database, "backup");
        var result = raw.sqlite3_backup_step(backup, -1);
        if (result != raw.SQLITE_DONE) throw new SqliteFault(result, $"backup (SQLite code {result})");
        result = raw.sqlite3_backup_finish(backup);
        if (result != raw.SQLITE_OK) throw new SqliteFault(result, $"backup (SQLite code {result})");
    }

    private static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.Flush(flushToDisk: true);
    }
}

/// <summary>What became of a copy.</summary>
/// <param name="Problem">One line that says why there is none, or why it is of no use; null: it is good.</param>
/// <param name="Meetings">Meetings in it.</param>
/// <param name="Events">Events in it.</param>
public sealed record JournalCopied(string? Problem, long Meetings, long Events)
{
    internal static JournalCopied Refused(string problem) => new(problem, 0, 0);
}
