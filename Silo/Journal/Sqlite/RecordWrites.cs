namespace Conference.Silo.Journal.Sqlite;

/// <summary>Writes of small records, as they are decided and written inside a transaction. The writer's alone.</summary>
internal sealed class RecordWrites : IDisposable
{
    private readonly Statement _version;
    private readonly Statement _nextVersion;
    private readonly Statement _put;
    private readonly Statement _delete;

    public RecordWrites(Connection connection)
    {
        _version = connection.Prepare("SELECT version FROM records WHERE bucket = ?1 AND key = ?2");
        // One count for all records, so that a record made again after its deletion does not get an old version back.
        _nextVersion = connection.Prepare("UPDATE record_version SET last = last + 1 RETURNING last");
        _put = connection.Prepare("INSERT OR REPLACE INTO records (bucket, key, version, value) VALUES (?1, ?2, ?3, ?4)");
        _delete = connection.Prepare("DELETE FROM records WHERE bucket = ?1 AND key = ?2");
    }

    /// <summary>docs/journal.md J10.</summary>
    public StoreResult Put(string bucket, string key, ReadOnlySpan<byte> value, long expectedVersion)
    {
        if (VersionOf(bucket, key) is var actual && actual != expectedVersion) return new StoreResult.VersionConflict(actual);
        var version = _nextVersion.Single(row => row.Int64(0));
        _put.Bind(1, bucket).Bind(2, key).Bind(3, version).Bind(4, value).Run();
        return new StoreResult.Stored(version);
    }

    /// <summary>docs/journal.md J10.</summary>
    public StoreResult Delete(string bucket, string key, long expectedVersion)
    {
        if (VersionOf(bucket, key) is var actual && actual != expectedVersion) return new StoreResult.VersionConflict(actual);
        _delete.Bind(1, bucket).Bind(2, key).Run();
        return new StoreResult.Stored(0);
    }

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_version, _nextVersion, _put, _delete]) statement.Dispose();
    }

    private long VersionOf(string bucket, string key) => _version.Bind(1, bucket).Bind(2, key).Single(row => row.Int64(0));
}
