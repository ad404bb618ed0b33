namespace Conference.Silo.Journal;

/// <summary>
/// Small durable records beside the journal (tenants, keys, webhook positions), each with a version, so that two writers never overwrite each other unseen.
/// </summary>
public interface IKeyValueStore
{
    /// <summary>The record, or null.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    ValueTask<StoredRecord?> GetAsync(string bucket, string key, CancellationToken cancellation = default);

    /// <summary>
    /// Up to <paramref name="limit"/> (1 to 1,000) records of a bucket in the byte order of their keys, above <paramref name="afterKey"/> ("" for the first page).
    /// </summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    ValueTask<IReadOnlyList<StoredRecord>> ListAsync(string bucket, string afterKey, int limit, CancellationToken cancellation = default);

    /// <summary>
    /// Writes a record if its version is still <paramref name="expectedVersion"/> (0: there is none yet). Completes when the outcome is durable.
    /// Versions only ever grow, over deletions too. At most 1 MiB.
    /// </summary>
    ValueTask<StoreResult> PutAsync(string bucket, string key, ReadOnlyMemory<byte> value, long expectedVersion);

    /// <summary>Deletes a record if its version is still <paramref name="expectedVersion"/>. Completes when the outcome is durable.</summary>
    ValueTask<StoreResult> DeleteAsync(string bucket, string key, long expectedVersion);
}

/// <summary>A record of an <see cref="IKeyValueStore"/>.</summary>
/// <param name="Key">Its key within its bucket.</param>
/// <param name="Version">Its version, from 1; changes with every write.</param>
/// <param name="Value">The value.</param>
public sealed record StoredRecord(string Key, long Version, ReadOnlyMemory<byte> Value);

/// <summary>The outcome of a write to an <see cref="IKeyValueStore"/>.</summary>
public abstract record StoreResult
{
    private StoreResult()
    {
    }

    /// <summary>The write is durable.</summary>
    /// <param name="Version">The record's version from now on; 0 after a deletion.</param>
    public sealed record Stored(long Version) : StoreResult;

    /// <summary>The record was not at the expected version. Nothing was stored.</summary>
    /// <param name="ActualVersion">Its version; 0 when there is no such record.</param>
    public sealed record VersionConflict(long ActualVersion) : StoreResult;

    /// <summary>Not known to be durable, as in <see cref="AppendResult.Unavailable"/>.</summary>
    /// <param name="Reason">Why.</param>
    public sealed record Unavailable(JournalUnavailable Reason) : StoreResult;
}
