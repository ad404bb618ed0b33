namespace Conference.Silo.Journal.Sqlite;

/// <summary>A put (with a value) or a deletion (without) in the queue.</summary>
internal sealed class RecordRequest(string bucket, string key, ReadOnlyMemory<byte>? value, long expectedVersion) : WriteRequest<StoreResult>
{
    public override long Bytes => 200 + key.Length + (value?.Length ?? 0);

    protected override StoreResult Decide(WriteSession session)
        => value is { } bytes ? session.Records.Put(bucket, key, bytes.Span, expectedVersion) : session.Records.Delete(bucket, key, expectedVersion);

    protected override StoreResult Unavailable(JournalUnavailable reason) => new StoreResult.Unavailable(reason);
}
