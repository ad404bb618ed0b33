namespace Conference.Silo.Journal.Writing;

/// <summary>Reads of what is committed. Any number at once. Each throws <see cref="JournalReadException"/> when the store cannot be read.</summary>
internal interface IStoreReader : IDisposable
{
    /// <inheritdoc cref="IJournal.ReadAsync"/>
    ValueTask<IReadOnlyList<JournalEvent>> EventsAsync(string meetingId, long afterSequence, int limit, IReadOnlyCollection<string>? types, CancellationToken cancellation);

    /// <inheritdoc cref="IJournal.ReadBackAsync"/>
    ValueTask<IReadOnlyList<JournalEvent>> EventsBackAsync(string meetingId, long beforeSequence, int limit, IReadOnlyCollection<string> types, CancellationToken cancellation);

    /// <summary>docs/journal.md J11.</summary>
    ValueTask<JournalLoad> LoadAsync(string meetingId, CancellationToken cancellation);

    /// <inheritdoc cref="IMeetingIndex.FindAsync"/>
    ValueTask<MeetingIndexEntry?> MeetingAsync(string meetingId, CancellationToken cancellation);

    /// <inheritdoc cref="IMeetingIndex.FindByCodeAsync"/>
    ValueTask<MeetingIndexEntry?> MeetingByCodeAsync(string code, CancellationToken cancellation);

    /// <inheritdoc cref="IMeetingIndex.ListAsync"/>
    ValueTask<MeetingPage> MeetingsAsync(MeetingQuery query, CancellationToken cancellation);

    /// <inheritdoc cref="IKeyValueStore.GetAsync"/>
    ValueTask<StoredRecord?> RecordAsync(string bucket, string key, CancellationToken cancellation);

    /// <inheritdoc cref="IKeyValueStore.ListAsync"/>
    ValueTask<IReadOnlyList<StoredRecord>> RecordsAsync(string bucket, string afterKey, int limit, CancellationToken cancellation);
}
