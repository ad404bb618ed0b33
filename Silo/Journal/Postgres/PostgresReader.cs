using Conference.Hosting.Policies;
using Conference.Silo.Journal.Writing;
using Microsoft.Extensions.Logging;
using Npgsql;
using static Conference.Silo.Journal.Postgres.Batches;

namespace Conference.Silo.Journal.Postgres;

/// <summary>Reads, on connections of their own. A read whose connection is lost is made again on another.</summary>
internal sealed class PostgresReader(PostgresSettings settings, int size, ServicePolicies policies, ILogger logger) : IStoreReader
{
    private const string EventsOf = "SELECT sequence, type, payload, at, actor, command FROM events WHERE meeting = (SELECT number FROM meetings WHERE id = $1) AND sequence > ";
    private const string EventsBackOf = "SELECT sequence, type, payload, at, actor, command FROM events WHERE meeting = (SELECT number FROM meetings WHERE id = $1) AND sequence < $2";
    private const string MeetingsWhere = "SELECT m.id, m.tenant, m.code, m.state, m.summary, m.created, m.updated, m.number FROM meetings m WHERE m.state IS NOT NULL AND ";
    private const string MeetingById = MeetingsWhere + "m.id = $1";

    private readonly SemaphoreSlim _free = new(size, size);
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(settings.Reads);

    public ValueTask<IReadOnlyList<JournalEvent>> EventsAsync(
        string meetingId, long afterSequence, int limit, IReadOnlyCollection<string>? types, CancellationToken cancellation)
        => RunAsync<IReadOnlyList<JournalEvent>>("the events of a meeting", batch =>
        {
            if (types is null) batch.Add(EventsOf + "$2 ORDER BY sequence LIMIT $3", Value(meetingId), Value(afterSequence), Value(limit));
            else batch.Add(EventsOf + "$2 AND type = ANY ($4) ORDER BY sequence LIMIT $3", Value(meetingId), Value(afterSequence), Value(limit), Value(types.ToArray()));
        }, async (reader, stop) => await AllAsync(reader, EventOf, stop), cancellation);

    public ValueTask<IReadOnlyList<JournalEvent>> EventsBackAsync(
        string meetingId, long beforeSequence, int limit, IReadOnlyCollection<string> types, CancellationToken cancellation)
        => RunAsync<IReadOnlyList<JournalEvent>>("the events of a meeting", batch =>
            batch.Add(EventsBackOf + " AND type = ANY ($4) ORDER BY sequence DESC LIMIT $3", Value(meetingId), Value(beforeSequence), Value(limit), Value(types.ToArray())),
            async (reader, stop) => await AllAsync(reader, EventOf, stop), cancellation);

    /// <summary>docs/journal.md J11: one transaction that sees one instant.</summary>
    public ValueTask<JournalLoad> LoadAsync(string meetingId, CancellationToken cancellation) => RunAsync("a meeting", batch =>
    {
        batch.Add("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        batch.Add("SELECT sequence, payload FROM snapshots WHERE meeting = (SELECT number FROM meetings WHERE id = $1)", Value(meetingId));
        batch.Add(EventsOf + "coalesce((SELECT sequence FROM snapshots WHERE meeting = (SELECT number FROM meetings WHERE id = $1)), 0) ORDER BY sequence", Value(meetingId));
        batch.Add("SELECT coalesce(max(sequence), 0) FROM events WHERE meeting = (SELECT number FROM meetings WHERE id = $1)", Value(meetingId));
        batch.Add(MeetingById, Value(meetingId));
        batch.Add("COMMIT");
    }, async (reader, stop) =>
    {
        var snapshot = (await AllAsync(reader, row => new JournalSnapshot(row.GetInt64(0), (byte[])row.GetValue(1)), stop)).SingleOrDefault();
        var tail = await AllAsync(reader, EventOf, stop);
        var last = (await AllAsync(reader, row => row.GetInt64(0), stop))[0];
        return new JournalLoad(snapshot, tail, last + 1, (await AllAsync(reader, MeetingOf, stop)).SingleOrDefault());
    }, cancellation);

    public ValueTask<MeetingIndexEntry?> MeetingAsync(string meetingId, CancellationToken cancellation)
        => RunAsync("a meeting's index entry", batch => batch.Add(MeetingById, Value(meetingId)), SingleMeetingAsync, cancellation);

    public ValueTask<MeetingIndexEntry?> MeetingByCodeAsync(string code, CancellationToken cancellation)
        => RunAsync("a join code", batch => batch.Add(MeetingsWhere + "m.number = (SELECT meeting FROM codes WHERE code = $1)", Value(code)), SingleMeetingAsync, cancellation);

    public ValueTask<MeetingPage> MeetingsAsync(MeetingQuery query, CancellationToken cancellation) => RunAsync("the list of meetings", batch =>
    {
        var (sql, parameters) = (MeetingsWhere + "m.number > $1", new List<NpgsqlParameter> { Value(query.After), Value(query.Limit) });
        foreach (var (column, value) in ((string, string?)[])[("tenant", query.TenantId), ("state", query.State), ("owner", query.Owner)])
        {
            if (value is null) continue;
            parameters.Add(Value(value));
            sql += $" AND m.{column} = ${parameters.Count}";
        }
        batch.Add(sql + " ORDER BY m.number LIMIT $2", [.. parameters]);
    }, async (reader, stop) =>
    {
        var rows = await AllAsync(reader, row => (Entry: MeetingOf(row), Number: row.GetInt64(7)), stop);
        return new MeetingPage([.. rows.Select(row => row.Entry)], rows.Count == query.Limit ? rows[^1].Number : null);
    }, cancellation);

    public ValueTask<StoredRecord?> RecordAsync(string bucket, string key, CancellationToken cancellation) => RunAsync(
        "a record",
        batch => batch.Add("SELECT key, version, value FROM records WHERE bucket = $1 AND key = $2", Value(bucket), Value(key)),
        async (reader, stop) => (await AllAsync(reader, RecordOf, stop)).SingleOrDefault(),
        cancellation);

    public ValueTask<IReadOnlyList<StoredRecord>> RecordsAsync(string bucket, string afterKey, int limit, CancellationToken cancellation) => RunAsync<IReadOnlyList<StoredRecord>>(
        "records",
        batch => batch.Add("SELECT key, version, value FROM records WHERE bucket = $1 AND key > $2 ORDER BY key LIMIT $3", Value(bucket), Value(afterKey), Value(limit)),
        async (reader, stop) => await AllAsync(reader, RecordOf, stop),
        cancellation);

    public void Dispose() => _source.Dispose();

    /// <summary>One round trip.</summary>
    private async ValueTask<T> RunAsync<T>(string what, Action<NpgsqlBatch> ask, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            return await policies.SiloToDatabaseReads.ExecuteAsync(stop => TryAsync(ask, read, stop), cancellation);
        }
        catch (Exception error) when (PostgresFault.IsOne(error) || (error is OperationCanceledException && !cancellation.IsCancellationRequested) || error is Polly.ExecutionRejectedException)
        {
            throw new JournalReadException($"Could not read {what}: {PostgresFault.Describe(error)}", error);
        }
        finally
        {
            _free.Release();
        }
    }

    private async ValueTask<T> TryAsync<T>(Action<NpgsqlBatch> ask, Func<NpgsqlDataReader, CancellationToken, Task<T>> read, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellation);
            await using var batch = new NpgsqlBatch(connection);
            ask(batch);
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            return await read(reader, cancellation);
        }
        catch (Exception error) when (PostgresFault.IsOne(error) && PostgresFault.Of(error).Kind == FaultKind.Away)
        {
            JournalLog.ReadRetried(logger, PostgresFault.Describe(error));
            throw;
        }
    }

    /// <summary>Every row of the current result; then the next result is the current one.</summary>
    private static async Task<List<T>> AllAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> read, CancellationToken cancellation)
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellation)) rows.Add(read(reader));
        await reader.NextResultAsync(cancellation);
        return rows;
    }

    private static async Task<MeetingIndexEntry?> SingleMeetingAsync(NpgsqlDataReader reader, CancellationToken cancellation)
        => (await AllAsync(reader, MeetingOf, cancellation)).SingleOrDefault();

    private static JournalEvent EventOf(NpgsqlDataReader row)
        => new(row.GetInt64(0), row.GetString(1), (byte[])row.GetValue(2), TimeOf(row, 3), TextOrNull(row, 4), TextOrNull(row, 5));

    private static MeetingIndexEntry MeetingOf(NpgsqlDataReader row)
        => new(row.GetString(0), row.GetString(1), TextOrNull(row, 2), row.GetString(3), (byte[])row.GetValue(4), TimeOf(row, 5), TimeOf(row, 6));

    private static StoredRecord RecordOf(NpgsqlDataReader row) => new(row.GetString(0), row.GetInt64(1), (byte[])row.GetValue(2));

    private static DateTimeOffset TimeOf(NpgsqlDataReader row, int column) => new(row.GetDateTime(column), TimeSpan.Zero);

    private static string? TextOrNull(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
