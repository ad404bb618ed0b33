namespace Conference.Silo.Journal;

/// <summary>The outcome of an append.</summary>
public abstract record AppendResult
{
    private AppendResult()
    {
    }

    /// <summary>This silo stops and writes nothing any more: there is no use in reloading.</summary>
    public bool IsOver => this is Unavailable { Reason: JournalUnavailable.Closed };

    /// <summary>Everything in the append is durable.</summary>
    /// <param name="LastSequence">The sequence of the meeting's last event.</param>
    public sealed record Committed(long LastSequence) : AppendResult;

    /// <summary>Another writer was there, or an earlier append of this one failed. Nothing was stored: reload and decide again.</summary>
    /// <param name="NextSequence">The sequence that would have been right.</param>
    public sealed record Conflict(long NextSequence) : AppendResult;

    /// <summary>The join code belongs to another meeting. Nothing was stored.</summary>
    /// <param name="Code">The code.</param>
    public sealed record CodeTaken(string Code) : AppendResult;

    /// <summary>
    /// Not known to be durable: treat it as not done and reload. After a reason that <see cref="JournalUnavailable"/> marks as
    /// uncertain, a restart may still find it done, which is why events carry command ids.
    /// </summary>
    /// <param name="Reason">Why.</param>
    public sealed record Unavailable(JournalUnavailable Reason) : AppendResult;
}

/// <summary>Why a write was not stored. The names are used by log, metric and test alike.</summary>
public enum JournalUnavailable
{
    /// <summary>The bounded queue in front of the store is full. Nothing was stored.</summary>
    Overloaded,

    /// <summary>The append holds more bytes or entries than one append may. Nothing was stored.</summary>
    TooLarge,

    /// <summary>The disk, or the database's allowed size, is full. Uncertain.</summary>
    DiskFull,

    /// <summary>The store reported an input/output error. Uncertain.</summary>
    IoError,

    /// <summary>The store failed in another way: what it said is in the log. Uncertain.</summary>
    StoreFailed,

    /// <summary>The database cannot be reached, and has not been for longer than a write waits. Nothing was stored, unless the journal was closed meanwhile.</summary>
    Unreachable,

    /// <summary>Another silo has taken the database over; this one writes no more. Nothing was stored.</summary>
    Fenced,

    /// <summary>Another silo has the database, and this one waits to take over. Nothing was stored.</summary>
    StandingBy,

    /// <summary>The journal has been closed. Nothing was stored.</summary>
    Closed,
}
