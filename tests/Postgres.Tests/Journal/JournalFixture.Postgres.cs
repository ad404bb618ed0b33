using Conference.Silo.Journal;

namespace Conference.Silo.Tests.Journal;

/// <summary>On PostgreSQL: a database of its own on a real server.</summary>
public sealed partial class JournalFixture
{
    public JournalFixture()
    {
        Options = new PostgresJournalOptions { ConnectionString = Databases.Create(Databases.Server), LockPatience = TimeSpan.Zero };
    }

    public PostgresJournalOptions Options { get; private set; }

    /// <summary>Changes the options before opening.</summary>
    public JournalFixture With(Func<PostgresJournalOptions, PostgresJournalOptions> change)
    {
        Options = change(Options);
        return this;
    }

    /// <summary>Changes the database as another program would, past the journal.</summary>
    public void Intrude(string sql) => Databases.Execute(Options.ConnectionString, sql);

    /// <summary>Appends an event to every meeting.</summary>
    public void AppendPastTheJournal(long sequence)
        => Intrude($"INSERT INTO events (meeting, sequence, type, at, payload) SELECT number, {sequence}, 'chat', now(), '{{}}' FROM meetings");

    /// <summary>The database refuses events of this command.</summary>
    public void RefuseByTrigger(string commandId) => Intrude(
        $"""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE check_violation USING MESSAGE = ''refused by a trigger''; END';
        CREATE TRIGGER refuse BEFORE INSERT ON events FOR EACH ROW WHEN (new.command = '{commandId}') EXECUTE FUNCTION refuse()
        """);

    private void RemoveDatabase() => Databases.Drop(Databases.Server, Options.ConnectionString);
}
