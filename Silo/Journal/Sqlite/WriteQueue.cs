namespace Conference.Silo.Journal.Sqlite;

/// <summary>The writes that wait for the next commit: bounded, any number of threads in, the writer thread out.</summary>
internal sealed class WriteQueue(int capacity, long byteCapacity)
{
    private readonly object _gate = new();
    private readonly Queue<WriteRequest> _waiting = new();
    private long _bytes;
    private long _lastTicket;
    private bool _closed;

    /// <summary>Writes that wait now.</summary>
    public int Count
    {
        get { lock (_gate) return _waiting.Count; }
    }

    /// <summary>The <see cref="WriteRequest.Ticket"/> of the write taken on last.</summary>
    public long LastTicket
    {
        get { lock (_gate) return _lastTicket; }
    }

    /// <summary>docs/journal.md J6: takes the write on, or says why not.</summary>
    public JournalUnavailable? TryAdd(WriteRequest request)
    {
        lock (_gate)
        {
            if (_closed) return JournalUnavailable.Closed;
            // A single large write still gets through an empty queue.
            var isFull = _waiting.Count >= capacity || (_waiting.Count > 0 && _bytes + request.Bytes > byteCapacity);
            if (isFull) return JournalUnavailable.Overloaded;
            request.Ticket = ++_lastTicket;
            _waiting.Enqueue(request);
            _bytes += request.Bytes;
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
            return null;
        }
    }

    /// <summary>Waits for writes and moves everything there is, up to <paramref name="limit"/>, into the empty <paramref name="batch"/>. False when closed and empty.</summary>
    public bool Take(List<WriteRequest> batch, int limit)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed) return false;
                Monitor.Wait(_gate);
            }
            while (batch.Count < limit && _waiting.TryDequeue(out var request))
            {
                _bytes -= request.Bytes;
                batch.Add(request);
            }
            return true;
        }
    }

    /// <summary>Takes nothing on from now; what waits can still be taken.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }
}
