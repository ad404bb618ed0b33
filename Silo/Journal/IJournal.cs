namespace Conference.Silo.Journal;

/// <summary>
/// The durable, ordered events of every meeting. A meeting's events are numbered 1, 2, 3 ... without a gap, and whoever appends
/// says which number comes next, so that two writers of one meeting can never interleave. The journal does not know what an
/// event means: type tags and payloads are the caller's. Cases (J1 ...): <c>docs/journal.md</c>.
/// </summary>
public interface IJournal
{
    /// <summary>
    /// Appends all entries of <paramref name="append"/>, or none. Completes when the outcome is durable. Appends of one meeting
    /// that are issued in order, without waiting for each other, are committed in that order; when one of them fails, all
    /// that were issued before its outcome was known fail too, so what was decided on a state that never came to be is never stored.
    /// Never throws for anything the store does: see <see cref="AppendResult"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The append itself makes no sense (no meeting id, a sequence below 1, nothing to store).</exception>
    ValueTask<AppendResult> AppendAsync(JournalAppend append);

    /// <summary>
    /// Up to <paramref name="limit"/> (1 to 10,000) committed events of a meeting with a sequence above <paramref name="afterSequence"/>, in order;
    /// only those whose type is in <paramref name="types"/>, unless that is null. Empty for a meeting nobody has written to.
    /// </summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<JournalEvent>> ReadAsync(
        string meetingId, long afterSequence, int limit, IReadOnlyCollection<string>? types = null, CancellationToken cancellation = default);

    /// <summary>
    /// Up to <paramref name="limit"/> (1 to 10,000) committed events of a meeting with a sequence below <paramref name="beforeSequence"/>, the newest first; only those whose
    /// type is in <paramref name="types"/>.
    /// </summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<JournalEvent>> ReadBackAsync(
        string meetingId, long beforeSequence, int limit, IReadOnlyCollection<string> types, CancellationToken cancellation = default);

    /// <summary>The latest snapshot of a meeting, every event after it, and the next sequence, all read at one instant.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    ValueTask<JournalLoad> LoadAsync(string meetingId, CancellationToken cancellation = default);
}
