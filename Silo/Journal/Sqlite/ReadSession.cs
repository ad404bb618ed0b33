using System.Text.Json;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>A connection that reads, with all it has prepared. One thread at a time.</summary>
internal sealed class ReadSession : IDisposable
{
    private const string Range = "id > ((SELECT number FROM meetings WHERE id = ?1) << 32 | ?2) AND id < (((SELECT number FROM meetings WHERE id = ?1) + 1) << 32)";
    private const string RangeBack = "id > ((SELECT number FROM meetings WHERE id = ?1) << 32) AND id < ((SELECT number FROM meetings WHERE id = ?1) << 32 | ?2)";
    private const string EventColumns = "SELECT sequence, type, payload, at, actor, command FROM events WHERE ";
    private const string MeetingColumns = "SELECT m.id, m.tenant, m.code, m.state, m.summary, m.created, m.updated, m.number FROM meetings m ";

    private readonly Connection _connection;
    private readonly Statement _events;
    private readonly Statement _eventsOfTypes;
    private readonly Statement _eventsBack;
    private readonly Statement _snapshot;
    private readonly Statement _last;
    private readonly Statement _meeting;
    private readonly Statement _meetingByCode;
    private readonly Statement[] _lists;
    private readonly Statement _record;
    private readonly Statement _records;

    /// <exception cref="SqliteFault">The database cannot be opened.</exception>
    public ReadSession(string path)
    {
        _connection = new Connection(path);
        _events = _connection.Prepare($"{EventColumns}{Range} ORDER BY id LIMIT ?3");
        _eventsOfTypes = _connection.Prepare($"{EventColumns}{Range} AND type IN (SELECT value FROM json_each(?4)) ORDER BY id LIMIT ?3");
        _eventsBack = _connection.Prepare($"{EventColumns}{RangeBack} AND type IN (SELECT value FROM json_each(?4)) ORDER BY id DESC LIMIT ?3");
        _snapshot = _connection.Prepare("SELECT sequence, payload FROM snapshots WHERE meeting = (SELECT number FROM meetings WHERE id = ?1)");
        _last = _connection.Prepare($"SELECT sequence FROM events WHERE {Range} ORDER BY id DESC LIMIT 1");
        _meeting = _connection.Prepare(MeetingColumns + "WHERE m.id = ?1 AND m.state IS NOT NULL");
        _meetingByCode = _connection.Prepare(MeetingColumns + "WHERE m.number = (SELECT meeting FROM codes WHERE code = ?1) AND m.state IS NOT NULL");
        // One for each set of filters: the bits of its place say which.
        _lists = [.. Enumerable.Range(0, 8).Select(set => ((set & 1) > 0 ? " AND m.tenant = ?3" : "") + ((set & 2) > 0 ? " AND m.state = ?4" : "") + ((set & 4) > 0 ? " AND m.owner = ?5" : ""))
            .Select(filter => _connection.Prepare($"{MeetingColumns}WHERE m.number > ?1 AND m.state IS NOT NULL{filter} ORDER BY m.number LIMIT ?2"))];
        _record = _connection.Prepare("SELECT key, version, value FROM records WHERE bucket = ?1 AND key = ?2");
        _records = _connection.Prepare("SELECT key, version, value FROM records WHERE bucket = ?1 AND key > ?2 ORDER BY key LIMIT ?3");
    }

    public IReadOnlyList<JournalEvent> Events(string meetingId, long afterSequence, int limit, IReadOnlyCollection<string>? types)
    {
        var statement = types is null ? _events : _eventsOfTypes.Bind(4, JsonSerializer.Serialize(types));
        return statement.Bind(1, meetingId).Bind(2, Math.Min(afterSequence, uint.MaxValue)).Bind(3, limit).All(EventOf);
    }

    public IReadOnlyList<JournalEvent> EventsBack(string meetingId, long beforeSequence, int limit, IReadOnlyCollection<string> types) =>
        _eventsBack.Bind(4, JsonSerializer.Serialize(types)).Bind(1, meetingId).Bind(2, Math.Min(beforeSequence, uint.MaxValue)).Bind(3, limit).All(EventOf);

    /// <summary>docs/journal.md J11.</summary>
    public JournalLoad Load(string meetingId)
    {
        _connection.Execute("BEGIN");
        try
        {
            var snapshot = _snapshot.Bind(1, meetingId).Single(row => new JournalSnapshot(row.Int64(0), row.Blob(1)));
            var tail = _events.Bind(1, meetingId).Bind(2, snapshot?.Sequence ?? 0).Bind(3, long.MaxValue).All(EventOf);
            var last = _last.Bind(1, meetingId).Bind(2, 0).Single(row => row.Int64(0));
            return new JournalLoad(snapshot, tail, last + 1, Meeting(meetingId));
        }
        finally
        {
            _connection.Execute("COMMIT");
        }
    }

    public MeetingIndexEntry? Meeting(string meetingId) => _meeting.Bind(1, meetingId).Single(MeetingOf);

    public MeetingIndexEntry? MeetingByCode(string code) => _meetingByCode.Bind(1, code).Single(MeetingOf);

    public MeetingPage Meetings(MeetingQuery query)
    {
        var list = _lists[(query.TenantId is null ? 0 : 1) + (query.State is null ? 0 : 2) + (query.Owner is null ? 0 : 4)].Bind(1, query.After).Bind(2, query.Limit);
        if (query.TenantId is { } tenant) list.Bind(3, tenant);
        if (query.State is { } state) list.Bind(4, state);
        if (query.Owner is { } owner) list.Bind(5, owner);
        var rows = list.All(row => (Entry: MeetingOf(row), Number: row.Int64(7)));
        return new MeetingPage([.. rows.Select(row => row.Entry)], rows.Count == query.Limit ? rows[^1].Number : null);
    }

    public StoredRecord? Record(string bucket, string key) => _record.Bind(1, bucket).Bind(2, key).Single(RecordOf);

    public IReadOnlyList<StoredRecord> Records(string bucket, string afterKey, int limit)
        => _records.Bind(1, bucket).Bind(2, afterKey).Bind(3, limit).All(RecordOf);

    public void Dispose()
    {
        Statement[] all = [_events, _eventsOfTypes, _snapshot, _last, _meeting, _meetingByCode, .. _lists, _record, _records];
        foreach (var statement in all) statement.Dispose();
        _connection.Dispose();
    }

    private static JournalEvent EventOf(Statement row)
        => new(row.Int64(0), row.Text(1), row.Blob(2), Instant.FromMicroseconds(row.Int64(3)), row.TextOrNull(4), row.TextOrNull(5));

    private static MeetingIndexEntry MeetingOf(Statement row) => new(
        row.Text(0), row.Text(1), row.TextOrNull(2), row.Text(3), row.Blob(4), Instant.FromMicroseconds(row.Int64(5)), Instant.FromMicroseconds(row.Int64(6)));

    private static StoredRecord RecordOf(Statement row) => new(row.Text(0), row.Int64(1), row.Blob(2));
}
