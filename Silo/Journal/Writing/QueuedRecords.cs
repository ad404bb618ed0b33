namespace Conference.Silo.Journal.Writing;

/// <summary>The small records: writes through the queue, reads past it.</summary>
internal sealed class QueuedRecords(WriteQueue queue, IStoreReader reads, JournalMetrics metrics) : IKeyValueStore
{
    private const int ByteLimit = 1 << 20;

    public ValueTask<StoredRecord?> GetAsync(string bucket, string key, CancellationToken cancellation)
        => reads.RecordAsync(bucket, key, cancellation);

    public ValueTask<IReadOnlyList<StoredRecord>> ListAsync(string bucket, string afterKey, int limit, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 1_000);
        return reads.RecordsAsync(bucket, afterKey, limit, cancellation);
    }

    public ValueTask<StoreResult> PutAsync(string bucket, string key, ReadOnlyMemory<byte> value, long expectedVersion)
        => value.Length > ByteLimit ? Refuse(JournalUnavailable.TooLarge) : Write(bucket, key, value, expectedVersion);

    public ValueTask<StoreResult> DeleteAsync(string bucket, string key, long expectedVersion) => Write(bucket, key, null, expectedVersion);

    private ValueTask<StoreResult> Write(string bucket, string key, ReadOnlyMemory<byte>? value, long expectedVersion)
    {
        ArgumentException.ThrowIfNullOrEmpty(bucket);
        ArgumentException.ThrowIfNullOrEmpty(key);
        ArgumentOutOfRangeException.ThrowIfNegative(expectedVersion);
        var request = new RecordRequest(bucket, key, value, expectedVersion);
        return queue.TryAdd(request) is { } reason ? Refuse(reason) : new ValueTask<StoreResult>(request.Done);
    }

    private ValueTask<StoreResult> Refuse(JournalUnavailable reason)
    {
        metrics.Refused(reason);
        return new ValueTask<StoreResult>(new StoreResult.Unavailable(reason));
    }
}
