namespace Conference.JournalProof;

/// <summary>What senders send their commands to. A command is one chat message; a command sent again with the same id is not done again.</summary>
public interface ICommandTarget : IAsyncDisposable
{
    /// <summary>Gets ready for <paramref name="senders"/> senders in each of <paramref name="meetings"/> meetings, both from 0.</summary>
    Task PrepareAsync(int meetings, int senders);

    /// <summary>Sends a command and waits for its acknowledgement. Commands of one sender come one after the other.</summary>
    Task<CommandAnswer> SendAsync(int meeting, int sender, string commandId);
}

/// <summary>The answer to a command.</summary>
/// <param name="Sequence">The sequence of the event it caused, now or when it came before.</param>
/// <param name="Failure">Why it was not done; null when it was.</param>
public readonly record struct CommandAnswer(long Sequence, string? Failure);
