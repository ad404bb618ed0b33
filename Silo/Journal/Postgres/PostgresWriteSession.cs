using Conference.Silo.Journal.Writing;
using Npgsql;
using static Conference.Silo.Journal.Postgres.Batches;

namespace Conference.Silo.Journal.Postgres;

/// <summary>
/// The writer's connection. A batch whose meetings are remembered is one round trip: begin, mark the writer's row, write each table by one statement, commit.
/// Whatever has to be looked up first is one more.
/// </summary>
internal sealed class PostgresWriteSession(NpgsqlConnection connection, WriterMark mark, PostgresJournalOptions options, TimeProvider time) : IWriteSession, IBatchWrites
{
    private const string Mark = "SELECT write_batch($1, $2, $3)";

    // Told apart from a batch by writing nothing, but for once an hour, so that the row is not taken for an old one's.
    private const string Check =
        """
        WITH kept AS (UPDATE writers SET seen = now() WHERE writer = $1 AND epoch = $2 AND NOT fenced AND seen < now() - interval '1 hour')
        SELECT count(*) FROM writers WHERE writer = $1 AND epoch = $2 AND NOT fenced
        """;

    private readonly StagedRows _rows = new();
    private readonly RecordDecisions _records = new();
    private MeetingDecisions? _meetings;
    private bool _isBegun;
    private long _lastContact = time.GetTimestamp();

    public IBatchWrites Writes => this;

    public bool IsLastBatchDurable => mark.IsLastDurable;

    private MeetingDecisions Meetings => _meetings ??= new MeetingDecisions(_rows, time);

    public void Begin(IReadOnlyList<WriteRequest> batch)
    {
        _rows.Clear();
        using var lookups = new NpgsqlBatch(connection);
        AddBegin(lookups);
        var statements = lookups.BatchCommands.Count;
        Meetings.AddLookups(batch.OfType<AppendRequest>().Select(request => request.Append), lookups);
        _records.AddLookups([.. batch.OfType<RecordRequest>()], lookups);
        if (lookups.BatchCommands.Count == statements) return;
        _isBegun = true;
        Guard(() =>
        {
            using var reader = lookups.ExecuteReader();
            // The mark's own row.
            reader.NextResult();
            Meetings.ReadLookups(reader);
            _records.ReadLookups(reader);
        });
    }

    public void Commit()
    {
        var isEmpty = _rows.IsEmpty && _records.IsEmpty;
        if (isEmpty)
        {
            if (_isBegun) Execute("ROLLBACK");
            _isBegun = false;
            return;
        }
        using var batch = new NpgsqlBatch(connection);
        if (!_isBegun) AddBegin(batch);
        _rows.AddTo(batch);
        _records.AddTo(batch);
        batch.Add("COMMIT");
        _isBegun = true;
        mark.Asked();
        Guard(() => batch.ExecuteNonQuery(), isCommit: true);
        mark.Done();
        _isBegun = false;
        _lastContact = time.GetTimestamp();
    }

    public void Rollback()
    {
        Meetings.Forget();
        _rows.Clear();
        if (!_isBegun) return;
        _isBegun = false;
        Execute("ROLLBACK");
    }

    /// <summary>Asks whether this still is who writes, when there has been no batch for a while.</summary>
    public void Rest()
    {
        if (time.GetElapsedTime(_lastContact) < options.RestAfter) return;
        using var check = new NpgsqlCommand(Check, connection) { Parameters = { Value(mark.Writer), Value(mark.Epoch) } };
        long found = 0;
        Guard(() => found = (long)check.ExecuteScalar()!);
        if (found == 0) throw WriterMark.TakenOver();
        _lastContact = time.GetTimestamp();
    }

    public AppendResult Append(JournalAppend append) => Meetings.Append(append);

    public long NextOf(string meetingId) => Meetings.NextOf(meetingId);

    public StoreResult Put(string bucket, string key, ReadOnlyMemory<byte> value, long expectedVersion) => _records.Put(bucket, key, value, expectedVersion);

    public StoreResult Delete(string bucket, string key, long expectedVersion) => _records.Delete(bucket, key, expectedVersion);

    public void Dispose() => connection.Dispose();

    private void AddBegin(NpgsqlBatch batch)
    {
        batch.Add("BEGIN");
        batch.Add(Mark, Value(mark.Writer), Value(mark.Epoch), Value(mark.NextBatch));
    }

    private void Execute(string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        Guard(() => command.ExecuteNonQuery());
    }

    private static void Guard(Action call, bool isCommit = false)
    {
        try
        {
            call();
        }
        catch (Exception error) when (PostgresFault.IsOne(error))
        {
            throw PostgresFault.Of(error, isInDoubt: isCommit);
        }
    }
}
