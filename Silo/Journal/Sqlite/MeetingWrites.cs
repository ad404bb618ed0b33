namespace Conference.Silo.Journal.Sqlite;

/// <summary>Appends, as they are decided and written inside a transaction. The writer's alone.</summary>
internal sealed class MeetingWrites : IDisposable
{
    /// <summary>Meetings whose next sequence is remembered; past it all are forgotten and asked for again.</summary>
    private const int Remembered = 100_000;

    private readonly TimeProvider _time;
    private readonly Statement _find;
    private readonly Statement _last;
    private readonly Statement _create;
    private readonly Statement _insert;
    private readonly Statement _erase;
    private readonly Statement _snapshot;
    private readonly Statement _index;
    private readonly Statement _codeOwner;
    private readonly Statement _claimCode;
    private readonly Dictionary<string, Cursor> _cursors = [];

    public MeetingWrites(Connection connection, TimeProvider time)
    {
        _time = time;
        _find = connection.Prepare("SELECT number FROM meetings WHERE id = ?1");
        _last = connection.Prepare("SELECT sequence FROM events WHERE id > ?1 << 32 AND id < (?1 + 1) << 32 ORDER BY id DESC LIMIT 1");
        _create = connection.Prepare("INSERT INTO meetings (id, tenant, created, updated) VALUES (?1, ?2, ?3, ?3) RETURNING number");
        _insert = connection.Prepare("INSERT INTO events (id, type, at, actor, command, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        _erase = connection.Prepare("DELETE FROM events WHERE id > ?1 AND id < ?2");
        _snapshot = connection.Prepare("INSERT OR REPLACE INTO snapshots (meeting, sequence, payload) VALUES (?1, ?2, ?3)");
        _index = connection.Prepare("UPDATE meetings SET updated = ?2, code = coalesce(?3, code), state = ?4, summary = ?5, owner = coalesce(?6, owner) WHERE number = ?1");
        _codeOwner = connection.Prepare("SELECT meeting FROM codes WHERE code = ?1");
        _claimCode = connection.Prepare("INSERT OR IGNORE INTO codes (code, meeting) VALUES (?1, ?2)");
    }

    /// <summary>docs/journal.md J1 to J4: checks everything before the first row is written, so that a refused append leaves nothing to undo.</summary>
    public AppendResult Append(JournalAppend append)
    {
        var cursor = CursorOf(append.MeetingId);
        if (append.ExpectedSequence != cursor.Next) return new AppendResult.Conflict(cursor.Next);
        if (append.Index?.Code is { } code && OwnerOf(code) is { } owner && owner != cursor.Number) return new AppendResult.CodeTaken(code);

        if (cursor.Number == 0) cursor.Number = Create(append);
        foreach (var entry in append.Entries) Insert(cursor, entry);
        if (append.Erases) _erase.Bind(1, cursor.Number << Schema.SequenceBits).Bind(2, (cursor.Number << Schema.SequenceBits) | append.ExpectedSequence).Run();
        if (append.Snapshot is { } snapshot) _snapshot.Bind(1, cursor.Number).Bind(2, snapshot.Sequence).Bind(3, snapshot.Payload.Span).Run();
        if (append.Index is { } index) WriteIndex(cursor.Number, index);
        return new AppendResult.Committed(cursor.Next - 1);
    }

    /// <summary>The sequence that the meeting's next event gets.</summary>
    public long NextOf(string meetingId) => CursorOf(meetingId).Next;

    /// <summary>After a rollback: nothing remembered is certain any more.</summary>
    public void Forget() => _cursors.Clear();

    public void Dispose()
    {
        foreach (var statement in (Statement[])[_find, _last, _create, _insert, _erase, _snapshot, _index, _codeOwner, _claimCode]) statement.Dispose();
    }

    private Cursor CursorOf(string meetingId)
    {
        if (_cursors.TryGetValue(meetingId, out var known)) return known;
        if (_cursors.Count >= Remembered) _cursors.Clear();
        var number = _find.Bind(1, meetingId).Single(row => row.Int64(0));
        var last = number == 0 ? 0 : _last.Bind(1, number).Single(row => row.Int64(0));
        return _cursors[meetingId] = new Cursor { Number = number, Next = last + 1 };
    }

    private long? OwnerOf(string code) => _codeOwner.Bind(1, code).Single(row => (long?)row.Int64(0));

    private long Create(JournalAppend append)
        => _create.Bind(1, append.MeetingId).Bind(2, append.TenantId).Bind(3, Instant.ToMicroseconds(_time.GetUtcNow())).Single(row => row.Int64(0));

    private void Insert(Cursor cursor, JournalEntry entry)
    {
        _insert.Bind(1, (cursor.Number << Schema.SequenceBits) | cursor.Next)
            .Bind(2, entry.Type)
            .Bind(3, Instant.ToMicroseconds(entry.At))
            .Bind(4, entry.Actor)
            .Bind(5, entry.CommandId)
            .Bind(6, entry.Payload.Span)
            .Run();
        cursor.Next++;
    }

    private void WriteIndex(long number, MeetingIndexUpdate index)
    {
        if (index.Code is { } code) _claimCode.Bind(1, code).Bind(2, number).Run();
        _index.Bind(1, number).Bind(2, Instant.ToMicroseconds(_time.GetUtcNow())).Bind(3, index.Code).Bind(4, index.State).Bind(5, index.Summary.Span).Bind(6, index.Owner).Run();
    }

    /// <summary>A meeting's number (0: it is not in the database yet) and the sequence its next event gets.</summary>
    private sealed class Cursor
    {
        public long Number { get; set; }

        public long Next { get; set; }
    }
}
