namespace Conference.Silo.Journal;

/// <summary>Why a journal's database was not opened.</summary>
public enum JournalOpenRefusal
{
    /// <summary>Another silo, or another journal of this one, holds the database.</summary>
    JournalInUse,

    /// <summary>The database was written by a newer version of this program that this one cannot live beside.</summary>
    SchemaNewer,

    /// <summary>The database has no tables yet, or those of an older version: <c>silo migrate</c> has to be run. (SQLite files are upgraded when opened.)</summary>
    SchemaOlder,

    /// <summary>The tables were made by other migrations than this program's.</summary>
    SchemaForeign,

    /// <summary>The file is a database, but not one of this program, or no database at all.</summary>
    NotAJournal,

    /// <summary>The folder or the file cannot be written.</summary>
    NotWritable,

    /// <summary>The database server cannot be reached.</summary>
    Unreachable,

    /// <summary>The database server refuses the user, the password or the database's name.</summary>
    AccessDenied,

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
    public sealed record Opened(JournalStore Journal) : JournalOpening;

    /// <summary>It is not.</summary>
    /// <param name="Reason">Why.</param>
    /// <param name="Message">One line for the person who started the program, with the place.</param>
    public sealed record Refused(JournalOpenRefusal Reason, string Message) : JournalOpening;
}
