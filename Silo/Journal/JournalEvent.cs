namespace Conference.Silo.Journal;

/// <summary>One committed event.</summary>
/// <param name="Sequence">Its place in its meeting, from 1, without a gap.</param>
/// <param name="Type">The type tag it was appended with.</param>
/// <param name="Payload">The event, UTF-8 JSON.</param>
/// <param name="At">When it happened, UTC, to the microsecond.</param>
/// <param name="Actor">Who caused it; null for the system itself.</param>
/// <param name="CommandId">The id of the command that caused it; null where there was none.</param>
public sealed record JournalEvent(long Sequence, string Type, ReadOnlyMemory<byte> Payload, DateTimeOffset At, string? Actor, string? CommandId);

/// <summary>What is needed to rebuild a meeting's state.</summary>
/// <param name="Snapshot">The latest snapshot; null if there is none, and then the tail is all events.</param>
/// <param name="Tail">Every event after the snapshot, in order.</param>
/// <param name="NextSequence">The sequence the next append has to expect; 1 for a meeting nobody has written to.</param>
/// <param name="Index">The meeting's index entry; null if none was ever written.</param>
public sealed record JournalLoad(JournalSnapshot? Snapshot, IReadOnlyList<JournalEvent> Tail, long NextSequence, MeetingIndexEntry? Index);

/// <summary>The store behind the journal cannot be read.</summary>
/// <param name="message">What was read.</param>
/// <param name="cause">What the store reported.</param>
public sealed class JournalReadException(string message, Exception cause) : Exception(message, cause);
