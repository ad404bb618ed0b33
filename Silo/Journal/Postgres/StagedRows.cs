using Npgsql;
using NpgsqlTypes;

namespace Conference.Silo.Journal.Postgres;

/// <summary>The rows of one batch, column by column: each table is written by one statement, however many rows there are.</summary>
internal sealed class StagedRows
{
    private const string CreateMeetings =
        "INSERT INTO meetings (number, id, tenant, created, updated) SELECT number, id, tenant, created, created FROM unnest($1, $2, $3, $4) AS m (number, id, tenant, created)";

    private const string ClaimCodes = "INSERT INTO codes (code, meeting) SELECT * FROM unnest($1, $2)";

    // Sorted, so that two silos whose batches overlap wait for each other instead of deadlocking.
    private const string InsertEvents =
        """
        INSERT INTO events (meeting, sequence, type, at, actor, command, payload)
        SELECT * FROM unnest($1, $2, $3, $4, $5, $6, $7) AS e (meeting, sequence, type, at, actor, command, payload) ORDER BY meeting, sequence
        """;

    // After the inserts: what an earlier write of the same batch has put there goes too.
    private const string EraseEvents = "DELETE FROM events e USING unnest($1, $2) AS x (meeting, below) WHERE e.meeting = x.meeting AND e.sequence < x.below";

    // Never back to an older one.
    private const string WriteSnapshots =
        """
        INSERT INTO snapshots AS s (meeting, sequence, payload) SELECT * FROM unnest($1, $2, $3) AS n (meeting, sequence, payload) ORDER BY meeting
        ON CONFLICT (meeting) DO UPDATE SET sequence = excluded.sequence, payload = excluded.payload WHERE s.sequence <= excluded.sequence
        """;

    private const string WriteIndex =
        """
        UPDATE meetings m SET updated = n.updated, code = coalesce(n.code, m.code), state = n.state, summary = n.summary, owner = coalesce(n.owner, m.owner)
        FROM unnest($1, $2, $3, $4, $5, $6) AS n (number, updated, code, state, summary, owner) WHERE m.number = n.number
        """;

    private readonly List<long> _newNumbers = [];
    private readonly List<string> _newIds = [];
    private readonly List<string> _newTenants = [];
    private readonly List<DateTime> _newTimes = [];
    private readonly List<string> _codes = [];
    private readonly List<long> _codeMeetings = [];
    private readonly List<long> _eventMeetings = [];
    private readonly List<long> _eventSequences = [];
    private readonly List<string> _eventTypes = [];
    private readonly List<DateTime> _eventTimes = [];
    private readonly List<string?> _eventActors = [];
    private readonly List<string?> _eventCommands = [];
    private readonly List<byte[]> _eventPayloads = [];
    private readonly List<long> _erasedMeetings = [];
    private readonly List<long> _erasedBelow = [];
    private readonly Dictionary<long, JournalSnapshot> _snapshots = [];
    private readonly Dictionary<long, (MeetingIndexUpdate Index, DateTime At)> _index = [];

    public bool IsEmpty => _newNumbers.Count + _eventMeetings.Count + _snapshots.Count + _index.Count == 0;

    public void Create(long number, JournalAppend append, DateTime now)
    {
        _newNumbers.Add(number);
        _newIds.Add(append.MeetingId);
        _newTenants.Add(append.TenantId);
        _newTimes.Add(now);
    }

    public void Claim(string code, long number)
    {
        _codes.Add(code);
        _codeMeetings.Add(number);
    }

    public void Add(long number, long sequence, JournalEntry entry)
    {
        _eventMeetings.Add(number);
        _eventSequences.Add(sequence);
        _eventTypes.Add(entry.Type);
        _eventTimes.Add(Precise(entry.At.UtcDateTime));
        _eventActors.Add(entry.Actor);
        _eventCommands.Add(entry.CommandId);
        _eventPayloads.Add(Bytes(entry.Payload));
    }

    public void Erase(long number, long below)
    {
        _erasedMeetings.Add(number);
        _erasedBelow.Add(below);
    }

    public void Replace(long number, JournalSnapshot snapshot)
    {
        if (!_snapshots.TryGetValue(number, out var before) || before.Sequence <= snapshot.Sequence) _snapshots[number] = snapshot;
    }

    public void Replace(long number, MeetingIndexUpdate index, DateTime now)
    {
        // A code or an owner given earlier in the batch stays.
        if (_index.TryGetValue(number, out var before)) index = index with { Code = index.Code ?? before.Index.Code, Owner = index.Owner ?? before.Index.Owner };
        _index[number] = (index, Precise(now));
    }

    /// <summary>Adds the statements that write it all.</summary>
    public void AddTo(NpgsqlBatch batch)
    {
        if (_newNumbers.Count > 0) batch.Add(CreateMeetings, Longs(_newNumbers), Texts(_newIds), Texts(_newTenants), Times(_newTimes));
        if (_codes.Count > 0) batch.Add(ClaimCodes, Texts(_codes), Longs(_codeMeetings));
        if (_eventMeetings.Count > 0)
        {
            batch.Add(InsertEvents, Longs(_eventMeetings), Longs(_eventSequences), Texts(_eventTypes), Times(_eventTimes), Texts(_eventActors), Texts(_eventCommands),
                Blobs(_eventPayloads));
        }
        if (_erasedMeetings.Count > 0) batch.Add(EraseEvents, Longs(_erasedMeetings), Longs(_erasedBelow));
        if (_snapshots.Count > 0)
            batch.Add(WriteSnapshots, Longs([.. _snapshots.Keys]), Longs([.. _snapshots.Values.Select(s => s.Sequence)]), Blobs([.. _snapshots.Values.Select(s => Bytes(s.Payload))]));
        if (_index.Count > 0)
        {
            var rows = _index.Values;
            batch.Add(WriteIndex, Longs([.. _index.Keys]), Times([.. rows.Select(r => r.At)]), Texts([.. rows.Select(r => r.Index.Code)]), Texts([.. rows.Select(r => r.Index.State)]),
                Blobs([.. rows.Select(r => Bytes(r.Index.Summary))]), Texts([.. rows.Select(r => r.Index.Owner)]));
        }
    }

    public void Clear()
    {
        _newNumbers.Clear();
        _newIds.Clear();
        _newTenants.Clear();
        _newTimes.Clear();
        _codes.Clear();
        _codeMeetings.Clear();
        _eventMeetings.Clear();
        _eventSequences.Clear();
        _eventTypes.Clear();
        _eventTimes.Clear();
        _eventActors.Clear();
        _eventCommands.Clear();
        _eventPayloads.Clear();
        _erasedMeetings.Clear();
        _erasedBelow.Clear();
        _snapshots.Clear();
        _index.Clear();
    }

    /// <summary>To the microsecond, as the database holds it.</summary>
    private static DateTime Precise(DateTime time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerMicrosecond), DateTimeKind.Utc);

    private static byte[] Bytes(ReadOnlyMemory<byte> memory)
        => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var part) && part.Array is { } all && part.Offset == 0 && part.Count == all.Length ? all : memory.ToArray();

    private static NpgsqlParameter Longs(List<long> values) => Array(values, NpgsqlDbType.Bigint);

    private static NpgsqlParameter Texts<T>(List<T> values) => Array(values, NpgsqlDbType.Text);

    private static NpgsqlParameter Times(List<DateTime> values) => Array(values, NpgsqlDbType.TimestampTz);

    private static NpgsqlParameter Blobs(List<byte[]> values) => Array(values, NpgsqlDbType.Bytea);

    private static NpgsqlParameter Array<T>(List<T> values, NpgsqlDbType type) => new() { Value = values.ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };
}
