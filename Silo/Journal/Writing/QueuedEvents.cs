namespace Conference.Silo.Journal.Writing;

/// <summary>The events and the list of meetings: writes through the queue, reads past it.</summary>
internal sealed class QueuedEvents(WriteQueue queue, IStoreReader reads, JournalMetrics metrics) : IJournal, IMeetingIndex
{
    private const int NameLimit = 100;
    private const int EntryLimit = 10_000;
    private const long ByteLimit = 64L << 20;

    public ValueTask<AppendResult> AppendAsync(JournalAppend append)
    {
        var bytes = Check(append);
        if (bytes > ByteLimit || append.Entries.Count > EntryLimit) return Refuse(JournalUnavailable.TooLarge);
        var request = new AppendRequest(append, bytes);
        return queue.TryAdd(request) is { } reason ? Refuse(reason) : new ValueTask<AppendResult>(request.Done);
    }

    public ValueTask<IReadOnlyList<JournalEvent>> ReadAsync(
        string meetingId, long afterSequence, int limit, IReadOnlyCollection<string>? types, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(afterSequence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        return reads.EventsAsync(meetingId, afterSequence, limit, types, cancellation);
    }

    public ValueTask<IReadOnlyList<JournalEvent>> ReadBackAsync(
        string meetingId, long beforeSequence, int limit, IReadOnlyCollection<string> types, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(beforeSequence);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 10_000);
        return reads.EventsBackAsync(meetingId, beforeSequence, limit, types, cancellation);
    }

    public ValueTask<JournalLoad> LoadAsync(string meetingId, CancellationToken cancellation)
        => reads.LoadAsync(meetingId, cancellation);

    public ValueTask<MeetingIndexEntry?> FindAsync(string meetingId, CancellationToken cancellation)
        => reads.MeetingAsync(meetingId, cancellation);

    public ValueTask<MeetingIndexEntry?> FindByCodeAsync(string code, CancellationToken cancellation)
        => reads.MeetingByCodeAsync(code, cancellation);

    public ValueTask<MeetingPage> ListAsync(MeetingQuery query, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(query.Limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(query.Limit, 1_000);
        return reads.MeetingsAsync(query, cancellation);
    }

    private ValueTask<AppendResult> Refuse(JournalUnavailable reason)
    {
        metrics.Refused(reason);
        return new ValueTask<AppendResult>(new AppendResult.Unavailable(reason));
    }

    /// <summary>Refuses what no store could do anything with. Returns the bytes the append holds, about.</summary>
    private static long Check(JournalAppend append)
    {
        CheckName(append.MeetingId, nameof(append.MeetingId));
        CheckName(append.TenantId, nameof(append.TenantId));
        ArgumentOutOfRangeException.ThrowIfLessThan(append.ExpectedSequence, 1, nameof(append));
        if (append.Entries.Count == 0 && append.Snapshot is null && append.Index is null) throw new ArgumentException("There is nothing to store.", nameof(append));
        if (append.Snapshot is { } snapshot && (snapshot.Sequence < 0 || snapshot.Sequence >= append.ExpectedSequence + append.Entries.Count))
            throw new ArgumentException("The snapshot is of an event that is not there.", nameof(append));
        if (append.Index is { } index) CheckName(index.State, nameof(index.State));
        if (append.Index?.Code is { } code) CheckName(code, nameof(index.Code));

        var bytes = 500L + (append.Snapshot?.Payload.Length ?? 0) + (append.Index?.Summary.Length ?? 0);
        foreach (var entry in append.Entries)
        {
            CheckName(entry.Type, nameof(entry.Type));
            bytes += 100 + entry.Payload.Length + (entry.Actor?.Length ?? 0) + (entry.CommandId?.Length ?? 0);
        }
        return bytes;
    }

    private static void CheckName(string name, string what)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, what);
        if (name.Length > NameLimit) throw new ArgumentException($"Longer than {NameLimit} characters.", what);
    }
}
