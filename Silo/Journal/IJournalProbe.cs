namespace Conference.Silo.Journal;

/// <summary>A step in the life of one batch of writes.</summary>
public enum JournalPoint
{
    /// <summary>Everything is written into the transaction; the commit has not begun.</summary>
    BeforeCommit,

    /// <summary>The commit has returned, so the batch is durable; nobody has been told.</summary>
    AfterCommit,

    /// <summary>Everybody who waited for the batch has been told.</summary>
    AfterAcknowledgement,
}

/// <summary>Is told of each step of each batch, on the journal's writer thread, which waits for it.</summary>
public interface IJournalProbe
{
    /// <summary>A batch has reached <paramref name="point"/>.</summary>
    void Reached(JournalPoint point);
}
