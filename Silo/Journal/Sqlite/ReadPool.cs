using System.Collections.Concurrent;

using Conference.Silo.Journal.Writing;

namespace Conference.Silo.Journal.Sqlite;

/// <summary>The connections for reads. They see what is committed and hold up nobody: that is what the write-ahead log is for.</summary>
internal sealed class ReadPool(string path, int size) : IStoreReader
{
    private readonly SemaphoreSlim _free = new(size, size);
    private readonly ConcurrentBag<ReadSession> _idle = [];
    private volatile bool _isClosed;

    public ValueTask<IReadOnlyList<JournalEvent>> EventsAsync(
        string meetingId, long afterSequence, int limit, IReadOnlyCollection<string>? types, CancellationToken cancellation)
        => RunAsync(session => session.Events(meetingId, afterSequence, limit, types), "the events of a meeting", cancellation);

    public ValueTask<IReadOnlyList<JournalEvent>> EventsBackAsync(
        string meetingId, long beforeSequence, int limit, IReadOnlyCollection<string> types, CancellationToken cancellation)
        => RunAsync(session => session.EventsBack(meetingId, beforeSequence, limit, types), "the events of a meeting", cancellation);

    public ValueTask<JournalLoad> LoadAsync(string meetingId, CancellationToken cancellation) => RunAsync(session => session.Load(meetingId), "a meeting", cancellation);

    public ValueTask<MeetingIndexEntry?> MeetingAsync(string meetingId, CancellationToken cancellation)
        => RunAsync(session => session.Meeting(meetingId), "a meeting's index entry", cancellation);

    public ValueTask<MeetingIndexEntry?> MeetingByCodeAsync(string code, CancellationToken cancellation)
        => RunAsync(session => session.MeetingByCode(code), "a join code", cancellation);

    public ValueTask<MeetingPage> MeetingsAsync(MeetingQuery query, CancellationToken cancellation)
        => RunAsync(session => session.Meetings(query), "the list of meetings", cancellation);

    public ValueTask<StoredRecord?> RecordAsync(string bucket, string key, CancellationToken cancellation)
        => RunAsync(session => session.Record(bucket, key), "a record", cancellation);

    public ValueTask<IReadOnlyList<StoredRecord>> RecordsAsync(string bucket, string afterKey, int limit, CancellationToken cancellation)
        => RunAsync(session => session.Records(bucket, afterKey, limit), "records", cancellation);

    /// <summary>Runs <paramref name="read"/> on a thread of the pool, for a disk that is slow must not hold up the caller's.</summary>
    /// <exception cref="JournalReadException">The store cannot be read.</exception>
    private async ValueTask<T> RunAsync<T>(Func<ReadSession, T> read, string what, CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Run(read), cancellation);
        }
        catch (SqliteFault fault)
        {
            throw new JournalReadException($"Could not read {what}.", fault);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Closes the connections that are idle; those in use close themselves.</summary>
    public void Dispose()
    {
        _isClosed = true;
        while (_idle.TryTake(out var session)) session.Dispose();
    }

    private T Run<T>(Func<ReadSession, T> read)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        var session = _idle.TryTake(out var idle) ? idle : new ReadSession(path);
        var isSound = false;
        try
        {
            var result = read(session);
            isSound = true;
            return result;
        }
        finally
        {
            if (isSound) _idle.Add(session);
            else session.Dispose();
            if (_isClosed) Dispose();
        }
    }
}
