using System.Collections.Immutable;
using Conference.Contracts;

namespace Conference.Silo.Meetings;

/// <summary>
/// The newest command ids of one participant with the sequence of their last event. Two generations, so that nothing has to be kept in order: at least the last
/// <see cref="Kept"/> are known, never more than twice as many.
/// </summary>
/// <param name="Newer">The generation that is being filled.</param>
/// <param name="Older">The one before.</param>
public sealed record CommandHistory(ImmutableDictionary<CommandId, long> Newer, ImmutableDictionary<CommandId, long> Older)
{
    /// <summary>How many are known at least.</summary>
    public const int Kept = 1024;

    /// <summary>Nothing yet.</summary>
    public static CommandHistory Empty { get; } = new(ImmutableDictionary<CommandId, long>.Empty, ImmutableDictionary<CommandId, long>.Empty);

    /// <summary>The sequence of the last event of a command; null when it is not known.</summary>
    public long? Find(CommandId id) => Newer.TryGetValue(id, out var seq) || Older.TryGetValue(id, out seq) ? seq : null;

    /// <summary>Knows one command more, or a later event of one.</summary>
    public CommandHistory With(CommandId id, long seq) =>
        Newer.Count < Kept || Newer.ContainsKey(id) ? this with { Newer = Newer.SetItem(id, seq) } : new(ImmutableDictionary<CommandId, long>.Empty.Add(id, seq), Newer);
}
