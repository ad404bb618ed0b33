namespace Conference.Silo.Journal;

/// <summary>Why a journal's database was not opened.</summary>
public enum JournalOpenRefusal
{
    /// <summary>Another process, or another journal of this one, holds the database.</summary>
    JournalInUse,

    /// <summary>The database was written by a newer version of this program.</summary>
    SchemaNewer,

    /// <summary>The file is a database, but not one of this program, or no database at all.</summary>
    NotAJournal,

    /// <summary>The folder or the file cannot be written.</summary>
    NotWritable,

    /// <summary>The store failed while opening: what it said is in the message.</summary>
    StoreFailed,
}

/// <summary>The outcome of opening a journal's database.</summary>
public abstract record JournalOpening
{
    private JournalOpening()
    {
    }

    /// <summary>It is open.</summary>
    /// <param name="Journal">The open journal; whoever opened it disposes of it.</param>
    public sealed record Opened(SqliteJournal Journal) : JournalOpening;

    /// <summary>It is not.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">One line for the person who started the program, with the path.</param>
    public sealed record Refused(JournalOpenRefusal Reason, string Message) : JournalOpening;
}
