namespace Conference.Silo.Journal.Writing;

/// <summary>A put (with a value) or a deletion (without) in the queue.</summary>
internal sealed class RecordRequest(string bucket, string key, ReadOnlyMemory<byte>? value, long expectedVersion) : WriteRequest<StoreResult>
{
    public override long Bytes => 200 + key.Length + (value?.Length ?? 0);

    public string Bucket => bucket;

    public string Key => key;

    /// <summary>A version will be needed.</summary>
    public bool IsPut => value is not null;

    protected override StoreResult Decide(IBatchWrites writes)
        => value is { } bytes ? writes.Put(bucket, key, bytes, expectedVersion) : writes.Delete(bucket, key, expectedVersion);

    protected override StoreResult Unavailable(JournalUnavailable reason) => new StoreResult.Unavailable(reason);
}
