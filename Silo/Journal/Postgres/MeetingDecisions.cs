using Conference.Silo.Journal.Writing;
using Npgsql;
using static Conference.Silo.Journal.Postgres.Batches;

namespace Conference.Silo.Journal.Postgres;

/// <summary>
/// Appends, decided in memory on what was looked up at the beginning of the batch or is remembered from earlier ones. What is remembered may be outdated where
/// several silos write: the primary key of <c>events</c> finds that out, and the batch is decided again.
/// </summary>
internal sealed class MeetingDecisions(StagedRows rows, TimeProvider time)
{
    /// <summary>Meetings whose next sequence is remembered; past it all are forgotten and asked for again.</summary>
    private const int Remembered = 100_000;

    // A new meeting's number is drawn along the way; one that is not used in the end is no loss.
    private const string FindMeetings =
        """
        SELECT asked.id, coalesce(m.number, 0), coalesce((SELECT max(e.sequence) FROM events e WHERE e.meeting = m.number), 0),
               CASE WHEN m.number IS NULL THEN nextval('meeting_numbers') END
        FROM unnest($1) AS asked (id) LEFT JOIN meetings m ON m.id = asked.id
        """;

    private const string FindCodes = "SELECT code, meeting FROM codes WHERE code = ANY ($1)";

    private readonly Dictionary<string, Cursor> _cursors = [];
    private readonly Dictionary<string, long> _codeOwners = [];
    private readonly List<string> _lookups = [];
    private readonly List<string> _codes = [];

    /// <summary>Adds what has to be looked up for these appends; nothing where everything is known.</summary>
    public void AddLookups(IEnumerable<JournalAppend> appends, NpgsqlBatch batch)
    {
        _codeOwners.Clear();
        _lookups.Clear();
        _codes.Clear();
        if (_cursors.Count >= Remembered) _cursors.Clear();
        var expected = new Dictionary<string, long>();
        foreach (var append in appends)
        {
            if (append.Index?.Code is { } code) _codes.Add(code);
            if (!IsKnown(append, expected)) expected[append.MeetingId] = Unknown;
        }
        _lookups.AddRange(expected.Where(e => e.Value == Unknown).Select(e => e.Key));
        if (_lookups.Count > 0) batch.Add(FindMeetings, Value(_lookups.ToArray()));
        if (_codes.Count > 0) batch.Add(FindCodes, Value(_codes.Distinct().ToArray()));
    }

    /// <summary>Reads the results of <see cref="AddLookups"/>, in the same order.</summary>
    public void ReadLookups(NpgsqlDataReader reader)
    {
        if (_lookups.Count > 0)
        {
            while (reader.Read())
            {
                var isNew = !reader.IsDBNull(3);
                _cursors[reader.GetString(0)] = new Cursor { Number = isNew ? reader.GetInt64(3) : reader.GetInt64(1), Next = reader.GetInt64(2) + 1, IsNew = isNew };
            }
            reader.NextResult();
        }
        if (_codes.Count == 0) return;
        while (reader.Read()) _codeOwners[reader.GetString(0)] = reader.GetInt64(1);
        reader.NextResult();
    }

    /// <inheritdoc cref="IBatchWrites.Append"/>
    public AppendResult Append(JournalAppend append)
    {
        var cursor = _cursors[append.MeetingId];
        if (append.ExpectedSequence != cursor.Next) return new AppendResult.Conflict(cursor.Next);
        var code = append.Index?.Code;
        if (code is not null && _codeOwners.TryGetValue(code, out var owner) && owner != cursor.Number) return new AppendResult.CodeTaken(code);

        var now = time.GetUtcNow().UtcDateTime;
        if (cursor.IsNew) rows.Create(cursor.Number, append, now);
        cursor.IsNew = false;
        foreach (var entry in append.Entries) rows.Add(cursor.Number, cursor.Next++, entry);
        if (append.Erases) rows.Erase(cursor.Number, append.ExpectedSequence);
        if (append.Snapshot is { } snapshot) rows.Replace(cursor.Number, snapshot);
        if (code is not null && _codeOwners.TryAdd(code, cursor.Number)) rows.Claim(code, cursor.Number);
        if (append.Index is { } index) rows.Replace(cursor.Number, index, now);
        return new AppendResult.Committed(cursor.Next - 1);
    }

    /// <inheritdoc cref="IBatchWrites.NextOf"/>
    public long NextOf(string meetingId) => _cursors[meetingId].Next;

    /// <summary>After a rollback: nothing remembered is certain any more.</summary>
    public void Forget() => _cursors.Clear();

    private const long Unknown = -1;

    /// <summary>
    /// Whether what is remembered lets the append through. A conflict is never answered from memory, because another silo may have written since; and an append
    /// without events has no sequence that the database could refuse.
    /// </summary>
    private bool IsKnown(JournalAppend append, Dictionary<string, long> expected)
    {
        if (!expected.TryGetValue(append.MeetingId, out var next))
            next = _cursors.TryGetValue(append.MeetingId, out var cursor) && !cursor.IsNew ? cursor.Next : Unknown;
        if (next != append.ExpectedSequence || append.Entries.Count == 0) return false;
        expected[append.MeetingId] = next + append.Entries.Count;
        return true;
    }

    /// <summary>A meeting's number and the sequence its next event gets.</summary>
    private sealed class Cursor
    {
        public required long Number { get; init; }

        public required long Next { get; set; }

        /// <summary>It is not in the database yet.</summary>
        public required bool IsNew { get; set; }
    }
}
