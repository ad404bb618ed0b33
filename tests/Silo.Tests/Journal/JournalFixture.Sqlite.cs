using Conference.Silo.Journal;
using Microsoft.Data.Sqlite;

namespace Conference.Silo.Tests.Journal;

/// <summary>On SQLite: a file in a folder of its own, on a real disk.</summary>
public sealed partial class JournalFixture
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("journal-");

    public JournalFixture()
    {
        Options = new SqliteJournalOptions { Path = Path.Combine(_folder.FullName, "data", "journal.db") };
    }

    public SqliteJournalOptions Options { get; private set; }

    public string DatabasePath => Options.Path;

    /// <summary>Changes the options before opening.</summary>
    public JournalFixture With(Func<SqliteJournalOptions, SqliteJournalOptions> change)
    {
        Options = change(Options);
        return this;
    }

    /// <summary>Changes the database as another program would, past the journal.</summary>
    public void Intrude(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={DatabasePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Appends an event to every meeting.</summary>
    public void AppendPastTheJournal(long sequence)
        => Intrude($"INSERT INTO events (id, type, at, payload) SELECT (number << 32) | {sequence}, 'chat', 0, x'7b7d' FROM meetings");

    /// <summary>The database refuses events of this command.</summary>
    public void RefuseByTrigger(string commandId)
        => Intrude($"CREATE TRIGGER refuse BEFORE INSERT ON events WHEN new.command = '{commandId}' BEGIN SELECT raise(ABORT, 'refused by a trigger'); END");

    private void RemoveDatabase() => _folder.Delete(recursive: true);
}
