namespace Conference.Silo.Journal.Writing;

/// <summary>The store answered a call that has no expected way to fail with an error.</summary>
/// <param name="kind">What can be done about it.</param>
/// <param name="reason">The name that the fault has for whoever asked for the write.</param>
/// <param name="message">What the store said.</param>
/// <param name="cause">The exception it said it by, where there is one.</param>
internal class StoreFault(FaultKind kind, JournalUnavailable reason, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What can be done about it.</summary>
    public FaultKind Kind => kind;

    /// <summary>The name that the fault has for whoever asked for the write.</summary>
    public JournalUnavailable Reason => reason;

    /// <summary>The commit had been asked for when this came, so it may or may not have been done.</summary>
    public bool IsInDoubt { get; init; }
}

/// <summary>What can be done about a fault of the store.</summary>
internal enum FaultKind
{
    /// <summary>Nothing here: the writes are answered by name, and the next ones try a new connection.</summary>
    Store,

    /// <summary>It lies in what one write asked for, or in what another writer did meanwhile: the others can go on without that one.</summary>
    OneWrite,

    /// <summary>The store cannot be reached now; it may come back.</summary>
    Away,

    /// <summary>Another silo has taken the store over. This one never writes again.</summary>
    Fenced,
}
