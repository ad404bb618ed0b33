namespace Conference.Silo.Journal.Writing;

/// <summary>The writes that wait for the next commit: bounded, any number of threads in, the writer thread out.</summary>
internal sealed class WriteQueue(int capacity, long byteCapacity, TimeProvider time)
{
    private readonly object _gate = new();
    private readonly Queue<WriteRequest> _waiting = new();
    private long _bytes;
    private long _lastTicket;
    private JournalUnavailable? _closed;
    private JournalUnavailable? _held;

    /// <summary>Writes that wait now.</summary>
    public int Count
    {
        get { lock (_gate) return _waiting.Count; }
    }

    /// <summary>Nothing is taken on yet, for this reason, until <see cref="Begin"/>.</summary>
    public void Hold(JournalUnavailable reason)
    {
        lock (_gate) _held = reason;
    }

    /// <summary>Writes are taken on from now.</summary>
    public void Begin()
    {
        lock (_gate) _held = null;
    }

    /// <summary>The <see cref="WriteRequest.Ticket"/> of the write taken on last.</summary>
    public long LastTicket
    {
        get { lock (_gate) return _lastTicket; }
    }

    /// <summary>Nothing is taken on any more.</summary>
    public bool IsClosed
    {
        get { lock (_gate) return _closed is not null; }
    }

    /// <summary>docs/journal.md J6: takes the write on, or says why not.</summary>
    public JournalUnavailable? TryAdd(WriteRequest request)
    {
        lock (_gate)
        {
            if ((_closed ?? _held) is { } reason) return reason;
            // A single large write still gets through an empty queue.
            var isFull = _waiting.Count >= capacity || (_waiting.Count > 0 && _bytes + request.Bytes > byteCapacity);
            if (isFull) return JournalUnavailable.Overloaded;
            (request.Ticket, request.QueuedAt) = (++_lastTicket, time.GetTimestamp());
            _waiting.Enqueue(request);
            _bytes += request.Bytes;
            if (_waiting.Count == 1) Monitor.Pulse(_gate);
            return null;
        }
    }

    /// <summary>
    /// Waits for writes, for <paramref name="atMost"/> if that is given, and moves everything there is, up to <paramref name="limit"/>, into the empty
    /// <paramref name="batch"/>. False when closed and empty.
    /// </summary>
    public bool Take(List<WriteRequest> batch, int limit, TimeSpan? atMost = null)
    {
        lock (_gate)
        {
            while (_waiting.Count == 0)
            {
                if (_closed is not null) return false;
                if (!Monitor.Wait(_gate, atMost ?? Timeout.InfiniteTimeSpan)) return true;
            }
            while (batch.Count < limit && _waiting.TryPeek(out _)) batch.Add(Dequeue());
            return true;
        }
    }

    /// <summary>Moves the writes that have waited for longer than <paramref name="patience"/> into <paramref name="expired"/>.</summary>
    public void TakeExpired(List<WriteRequest> expired, TimeSpan patience)
    {
        lock (_gate)
        {
            while (_waiting.TryPeek(out var request) && time.GetElapsedTime(request.QueuedAt) >= patience) expired.Add(Dequeue());
        }
    }

    /// <summary>Waits, but not when the queue is closed, or closes meanwhile.</summary>
    public void Pause(TimeSpan length)
    {
        lock (_gate)
        {
            // Who adds a write to an empty queue ends the pause; that is no harm.
            if (_closed is null) Monitor.Wait(_gate, length);
        }
    }

    /// <summary>Takes nothing on from now, for this reason; what waits can still be taken.</summary>
    public void Close(JournalUnavailable reason)
    {
        lock (_gate)
        {
            _closed ??= reason;
            Monitor.PulseAll(_gate);
        }
    }

    private WriteRequest Dequeue()
    {
        var request = _waiting.Dequeue();
        _bytes -= request.Bytes;
        return request;
    }
}
