using Conference.Silo.Journal;

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
/// <param name="Sequence">The event's sequence, or 0 where the target does not say.</param>
/// <param name="WasRepeated">The command had been done before.</param>
/// <param name="Failure">Why it was not done; null when it was.</param>
public readonly record struct CommandAnswer(long Sequence, bool WasRepeated, string? Failure);

/// <summary>The kinds of targets.</summary>
public static class CommandTargets
{
    /// <summary>The journal alone.</summary>
    public const string Raw = "raw";

    /// <summary>The one that figures are reported of.</summary>
    public const string Default = Raw;

    /// <summary>Opens the journal as <paramref name="options"/> say, with a target of the given kind in front of it.</summary>
    public static ICommandTarget Open(string kind, SqliteJournalOptions options) => kind switch
    {
        Raw => new RawTarget(options),
        _ => throw new ArgumentException($"No target is called '{kind}'.", nameof(kind)),
    };

    /// <summary>The id of a meeting.</summary>
    public static string MeetingId(int meeting) => $"m{meeting:D4}";

    /// <summary>The id of a sender's command.</summary>
    public static string CommandId(int meeting, int sender, long number) => $"{meeting}.{sender}.{number}";
}
