namespace Conference.Silo.Journal;

/// <summary>How much a journal may take on, whatever store it is on. The defaults suit every installation we have measured.</summary>
public abstract record JournalOptions
{
    private protected JournalOptions()
    {
    }

    /// <summary>Writes that may wait for the next commit; above it new ones are refused as <see cref="JournalUnavailable.Overloaded"/>.</summary>
    public int QueueCapacity { get; init; } = 16_384;

    /// <summary>Bytes of payload that may wait for the next commit; above it new ones are refused as <see cref="JournalUnavailable.Overloaded"/>.</summary>
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>Writes in one commit. 1 is one commit per command: what <c>./bench journal</c> compares with.</summary>
    public int BatchLimit { get; init; } = 4_096;

    /// <summary>Connections for reads; a read above that number waits for one.</summary>
    public int ReadConnections { get; init; } = 4;

    /// <summary>How long a write waits for a store that cannot be reached, before it is refused as <see cref="JournalUnavailable.Unreachable"/>.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Told of each step of each batch; null in every installation. For proofs that kill the process at a named step.</summary>
    public IJournalProbe? Probe { get; init; }
}
