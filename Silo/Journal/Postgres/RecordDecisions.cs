using Conference.Silo.Journal.Writing;
using Npgsql;
using NpgsqlTypes;
using static Conference.Silo.Journal.Postgres.Batches;

namespace Conference.Silo.Journal.Postgres;

/// <summary>Writes of small records, decided in memory on rows that the batch has locked.</summary>
internal sealed class RecordDecisions
{
    private const string Lock =
        "SELECT r.bucket, r.key, r.version FROM records r JOIN unnest($1, $2) AS asked (bucket, key) USING (bucket, key) ORDER BY r.bucket, r.key FOR UPDATE OF r";

    private const string DrawVersions = "SELECT nextval('record_versions') FROM generate_series(1, $1)";
    private const string Insert = "INSERT INTO records (bucket, key, version, value) VALUES ($1, $2, $3, $4)";
    private const string Update = "UPDATE records SET version = $3, value = $4 WHERE bucket = $1 AND key = $2";
    private const string DeleteRow = "DELETE FROM records WHERE bucket = $1 AND key = $2";

    private readonly Dictionary<(string Bucket, string Key), Row> _rows = [];
    private readonly Queue<long> _versions = new();
    private bool _isAsked;

    public bool IsEmpty => !_rows.Values.Any(row => row.IsChanged);

    /// <summary>Adds what has to be locked and drawn for these writes; nothing where there are none.</summary>
    public void AddLookups(IReadOnlyList<RecordRequest> requests, NpgsqlBatch batch)
    {
        _rows.Clear();
        _versions.Clear();
        _isAsked = requests.Count > 0;
        if (!_isAsked) return;
        foreach (var request in requests) _rows[(request.Bucket, request.Key)] = new Row();
        batch.Add(Lock, Value(_rows.Keys.Select(k => k.Bucket).ToArray()), Value(_rows.Keys.Select(k => k.Key).ToArray()));
        batch.Add(DrawVersions, Value(requests.Count(r => r.IsPut)));
    }

    /// <summary>Reads the results of <see cref="AddLookups"/>, in the same order.</summary>
    public void ReadLookups(NpgsqlDataReader reader)
    {
        if (!_isAsked) return;
        while (reader.Read())
        {
            var row = _rows[(reader.GetString(0), reader.GetString(1))];
            (row.Version, row.IsStored) = (reader.GetInt64(2), true);
        }
        reader.NextResult();
        while (reader.Read()) _versions.Enqueue(reader.GetInt64(0));
        reader.NextResult();
    }

    /// <inheritdoc cref="IBatchWrites.Put"/>
    public StoreResult Put(string bucket, string key, ReadOnlyMemory<byte> value, long expectedVersion)
    {
        var row = _rows[(bucket, key)];
        if (row.Version != expectedVersion) return new StoreResult.VersionConflict(row.Version);
        (row.Version, row.Value, row.IsChanged) = (_versions.Dequeue(), value, true);
        return new StoreResult.Stored(row.Version);
    }

    /// <inheritdoc cref="IBatchWrites.Delete"/>
    public StoreResult Delete(string bucket, string key, long expectedVersion)
    {
        var row = _rows[(bucket, key)];
        if (row.Version != expectedVersion) return new StoreResult.VersionConflict(row.Version);
        (row.Version, row.Value, row.IsChanged) = (0, null, true);
        return new StoreResult.Stored(0);
    }

    /// <summary>Adds the statements that write it all.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        foreach (var ((bucket, key), row) in _rows.Where(r => r.Value.IsChanged))
        {
            if (row.Value is { } value)
                batch.Add(row.IsStored ? Update : Insert, Value(bucket), Value(key), Value(row.Version), new NpgsqlParameter { Value = value.ToArray(), NpgsqlDbType = NpgsqlDbType.Bytea });
            else if (row.IsStored)
                batch.Add(DeleteRow, Value(bucket), Value(key));
        }
    }

    private sealed class Row
    {
        /// <summary>As it is once the batch is durable; 0: there is none.</summary>
        public long Version { get; set; }

        public ReadOnlyMemory<byte>? Value { get; set; }

        /// <summary>It was there when the batch began, and is locked.</summary>
        public bool IsStored { get; set; }

        public bool IsChanged { get; set; }
    }
}
