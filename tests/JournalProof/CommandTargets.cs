using Conference.Silo.Journal;
using Conference.Silo.Meetings;

namespace Conference.JournalProof;

/// <summary>The kinds of targets.</summary>
public static class CommandTargets
{
    /// <summary>The journal alone.</summary>
    public const string Raw = "raw";

    /// <summary>Meeting grains on the journal, as a silo runs them: what figures are reported of.</summary>
    public const string Grain = "grain";

    /// <summary>The type of the event that a command causes, once.</summary>
    public static string ChatType => JournalWords.ChatTag;

    /// <summary>What people write.</summary>
    public static string Text => "Could you go back one slide, please? I think the second figure is last year's.";

    /// <summary>Opens the journal as <paramref name="options"/> say, with a target of the given kind in front of it.</summary>
    /// <param name="kind">The kind of target.</param>
    /// <param name="options">The journal.</param>
    /// <param name="keys">Where a target that is a silo keeps its ticket keys.</param>
    public static async Task<ICommandTarget> OpenAsync(string kind, JournalOptions options, string keys) => kind switch
    {
        Raw => new RawTarget(options),
        Grain => await GrainTarget.StartAsync(options, keys),
        _ => throw new ArgumentException($"No target is called '{kind}'.", nameof(kind)),
    };

    /// <summary>What a target of this kind answers when the journal refuses for <paramref name="reason"/>.</summary>
    public static string RefusalOf(string kind, JournalUnavailable reason) => kind == Raw ? $"{reason}" : $"{Contracts.Meetings.CommandRefusal.Unavailable}";

    /// <summary>The id of a meeting.</summary>
    public static string MeetingId(int meeting) => $"m{meeting:D4}";

    /// <summary>The id of a sender's command.</summary>
    public static string CommandId(int meeting, int sender, long number) => $"{meeting}-{sender}-{number}";
}
