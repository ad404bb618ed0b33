namespace Conference.Silo.Journal;

/// <summary>One event to append.</summary>
/// <param name="Type">The type tag, by which reads can be filtered; at most 100 characters.</param>
/// <param name="Payload">The event, UTF-8 JSON. Not to be changed until the append has completed.</param>
/// <param name="At">When it happened. Kept to the microsecond, in UTC.</param>
/// <param name="Actor">Who caused it, for the audit log; null for the system itself.</param>
/// <param name="CommandId">The id of the command that caused it, for the audit log; null where there was none.</param>
public sealed record JournalEntry(string Type, ReadOnlyMemory<byte> Payload, DateTimeOffset At, string? Actor = null, string? CommandId = null);

/// <summary>The state of a meeting as of one event.</summary>
/// <param name="Sequence">The last event that the state contains; 0 for a state before the first.</param>
/// <param name="Payload">The state, UTF-8 JSON. Not to be changed until the append has completed.</param>
public sealed record JournalSnapshot(long Sequence, ReadOnlyMemory<byte> Payload);

/// <summary>What lists and lookups show of a meeting, written in the same transaction as the events that changed it.</summary>
/// <param name="State">The meeting's state as a word of the caller's, by which lists can be filtered; at most 100 characters.</param>
/// <param name="Code">The join code, unique over all meetings. Null keeps the one the meeting has, if any.</param>
/// <param name="Summary">What lists show besides, UTF-8 JSON, small. Not to be changed until the append has completed.</param>
/// <param name="Owner">Whose list the meeting is in, at most 100 characters. Null keeps the one it has, if any; empty takes it out of that list.</param>
public sealed record MeetingIndexUpdate(string State, string? Code, ReadOnlyMemory<byte> Summary, string? Owner = null);

/// <summary>What is stored for a meeting in one indivisible step. At least one of entries, snapshot and index is there.</summary>
public sealed record JournalAppend
{
    /// <summary>The meeting; at most 100 characters.</summary>
    public required string MeetingId { get; init; }

    /// <summary>The tenant the meeting belongs to; at most 100 characters. Fixed by the first append of a meeting, ignored after it.</summary>
    public required string TenantId { get; init; }

    /// <summary>The sequence of the first entry: one more than the meeting's last event, 1 for a new meeting.</summary>
    public required long ExpectedSequence { get; init; }

    /// <summary>The events, in order. May be empty when a snapshot or an index update is to be stored alone.</summary>
    public required IReadOnlyList<JournalEntry> Entries { get; init; }

    /// <summary>A snapshot that takes the place of the meeting's previous one; its sequence is not above the last entry's.</summary>
    public JournalSnapshot? Snapshot { get; init; }

    /// <summary>Every earlier event of the meeting goes in the same step; <see cref="Snapshot"/> has to be there, and takes the place of what was kept.</summary>
    public bool Erases { get; init; }

    /// <summary>The meeting's new index entry; null leaves it as it is.</summary>
    public MeetingIndexUpdate? Index { get; init; }
}
