using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>What a worker asks of an association beside handing over datagrams.</summary>
internal enum DtlsCommand
{
    Start,
    Close,
}

/// <summary>One handshake thread: takes datagrams and commands, drives the associations, watches the time.</summary>
internal sealed class DtlsThread
{
    private const int LongestWaitMilliseconds = 100; // bounds how late the handshake timeout is seen

    private const int TimerGranularityMilliseconds = 10;

    private readonly DtlsContext _context;
    private readonly DtlsOptions _options;
    private readonly object _gate = new(); // Monitor.Wait needs a plain object
    private readonly DtlsQueue _queue;
    private readonly Queue<(DtlsTransport Transport, DtlsCommand Command)> _commands = new();
    private readonly Thread _thread;
    private readonly byte[] _datagram = new byte[DtlsTransport.MaxDatagram];

    // Of the thread alone (the counts may be read by others).
    private readonly HashSet<DtlsTransport> _sessions = [];
    private readonly List<DtlsTransport> _handshaking = [];
    private long _timersDue;
    private bool _stopping;

    public DtlsThread(DtlsContext context, DtlsOptions options, string name)
    {
        _context = context;
        _options = options;
        _queue = new DtlsQueue(options.QueueCapacity);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public int Handshakes { get; private set; }

    public int Sessions { get; private set; }

    public long Deferred { get; private set; }

    public DropReason Enqueue(DtlsTransport transport, ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (transport.IsEnded || _stopping) return DropReason.DtlsUnknownTransport;
            if (transport.Queued >= _options.QueuePerTransport || !_queue.TryEnqueue(transport, datagram)) return DropReason.DtlsQueueFull;
            transport.Queued++;
            Monitor.Pulse(_gate);
            return DropReason.None;
        }
    }

    public void Post(DtlsTransport transport, DtlsCommand command)
    {
        lock (_gate)
        {
            if (transport.IsEnded || _stopping) return;
            _commands.Enqueue((transport, command));
            Monitor.Pulse(_gate);
        }
    }

    public void Stop()
    {
        lock (_gate)
        {
            _stopping = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    private void Run()
    {
        while (TryTake(out var transport, out var command, out var length))
        {
            if (transport is not null) Guard(transport, () => Process(transport, command, length));
            RunTimers();
            (Handshakes, Sessions) = (_handshaking.Count, _sessions.Count);
        }
        foreach (var open in _sessions.ToArray())
        {
            if (open.IsEstablished) CloseByUs(open);
            else Fail(open, DtlsFailure.Stopped, "");
        }
        (Handshakes, Sessions) = (0, 0);
    }

    /// <summary>Waits for the next thing to do. False: the thread is to end. True without a transport: only the time has moved.</summary>
    private bool TryTake(out DtlsTransport? transport, out DtlsCommand? command, out int length)
    {
        (transport, command, length) = (null, null, 0);
        lock (_gate)
        {
            if (!_stopping && _queue.Count == 0 && _commands.Count == 0) Monitor.Wait(_gate, NextWait());
            if (_stopping) return false;
            if (_commands.TryDequeue(out var next))
            {
                (transport, command) = next;
                return true;
            }
            transport = _queue.TryDequeue(_datagram, out length);
            if (transport is not null) transport.Queued--;
            return true;
        }
    }

    private int NextWait()
    {
        if (_handshaking.Count == 0) return Timeout.Infinite;
        var wait = LongestWaitMilliseconds;
        foreach (var transport in _handshaking)
        {
            if (transport.Session!.TimeToRetransmission() is { } remaining) wait = Math.Min(wait, (int)Math.Ceiling(remaining.TotalMilliseconds));
        }
        return Math.Max(wait, 1);
    }

    /// <summary>A fault in one association (or in its sink) must not end the others.</summary>
    private void Guard(DtlsTransport transport, Action action)
    {
        try
        {
            action();
        }
        catch (Exception fault)
        {
            if (transport.IsEnded) return;
            Discard(transport);
            transport.Sink.OnFailed(DtlsFailure.Internal, fault.Message);
        }
    }

    private void Process(DtlsTransport transport, DtlsCommand? command, int length)
    {
        if (transport.IsEnded) return;
        switch (command)
        {
            case DtlsCommand.Close:
                CloseByUs(transport);
                return;
            case DtlsCommand.Start when transport.Session is null:
                if (TryBegin(transport)) transport.Session!.Start();
                else Fail(transport, DtlsFailure.TooManyHandshakes, "");
                break;
            case null:
                // A server that may not begin now forgets the datagram: the client sends it again.
                if (transport.Session is null && (transport.Role == DtlsRole.Client || !TryBegin(transport)))
                {
                    Deferred++;
                    return;
                }
                transport.Session!.Receive(_datagram.AsSpan(0, length));
                break;
        }
        Deliver(transport);
    }

    private bool TryBegin(DtlsTransport transport)
    {
        if (_handshaking.Count >= _options.MaxHandshakesPerThread) return false;
        transport.Session = new DtlsSession(_context, transport.Role, transport.Expected, _options.Session);
        transport.StartedAt = _options.Time.GetTimestamp();
        _sessions.Add(transport);
        _handshaking.Add(transport);
        return true;
    }

    /// <summary>Tells the sink what the last step brought.</summary>
    private void Deliver(DtlsTransport transport)
    {
        if (transport.Session is not { } session) return;
        var datagrams = session.TakeDatagrams();
        if (session.State == DtlsSessionState.Failed)
        {
            if (datagrams.Count > 0) transport.Sink.OnDatagrams(datagrams); // an alert that says why
            Fail(transport, session.Failure, session.Detail);
            return;
        }
        if (session.Keys is { } keys && !transport.IsEstablished)
        {
            transport.IsEstablished = true;
            _handshaking.Remove(transport);
            transport.Sink.OnEstablished(keys, datagrams);
        }
        else if (datagrams.Count > 0)
        {
            transport.Sink.OnDatagrams(datagrams);
        }
        if (session.State == DtlsSessionState.Closed) End(transport);
    }

    private void RunTimers()
    {
        // While datagrams pour in, every ten milliseconds is often enough.
        var now = Environment.TickCount64;
        if (now < _timersDue) return;
        _timersDue = now + TimerGranularityMilliseconds;
        for (var i = _handshaking.Count - 1; i >= 0; i--)
        {
            var transport = _handshaking[i];
            Guard(transport, () =>
            {
                if (_options.Time.GetElapsedTime(transport.StartedAt) >= _options.HandshakeTimeout)
                {
                    Fail(transport, DtlsFailure.HandshakeTimeout, "");
                    return;
                }
                transport.Session!.HandleTimeout();
                Deliver(transport);
            });
        }
    }

    private void CloseByUs(DtlsTransport transport)
    {
        if (transport.Session is { } session)
        {
            session.Close();
            var datagrams = session.TakeDatagrams();
            if (datagrams.Count > 0) transport.Sink.OnDatagrams(datagrams);
        }
        End(transport);
    }

    private void End(DtlsTransport transport)
    {
        Discard(transport);
        transport.Sink.OnClosed();
    }

    private void Fail(DtlsTransport transport, DtlsFailure failure, string detail)
    {
        Discard(transport);
        transport.Sink.OnFailed(failure, detail);
    }

    private void Discard(DtlsTransport transport)
    {
        lock (_gate) transport.IsEnded = true;
        _handshaking.Remove(transport);
        _sessions.Remove(transport);
        transport.Session?.Dispose();
        transport.Session = null;
    }
}
