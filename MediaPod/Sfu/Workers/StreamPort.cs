using System.Net;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>Bounds of a <see cref="StreamPort"/>.</summary>
public sealed record StreamPortLimits
{
    /// <summary>Connections at one time. Browsers on UDP open one for each address as well, before they know that they need none.</summary>
    public int Connections { get; init; } = 4000;

    /// <summary>Of them, such that have not passed a connectivity check yet.</summary>
    public int Unproven { get; init; } = 128;

    /// <summary>Milliseconds that a connection has for that.</summary>
    public int ProveMilliseconds { get; init; } = 5_000;
}

/// <summary>
/// ICE over TCP (RFC 6544, passive side; frames of RFC 4571): listens, takes connections and makes datagrams of what they carry, numbered like a UDP port's. Rules: the first
/// frame must be a connectivity check that some transport finds valid, within seconds; whoever reads too slowly loses packets; nothing here ever waits. Used by one thread.
/// </summary>
public sealed unsafe class StreamPort : IDisposable
{
    private const ulong ListenerToken = 0;
    private const int AcceptsPerRound = 16;
    private const int RoundsBetweenLooks = 32;
    private const long PauseMicroseconds = 1_000_000;
    private const long LingerMicroseconds = 1_000_000;

    private readonly StreamListener _listener;
    private readonly StreamPortLimits _limits;
    private readonly Epoll _epoll = new();
    private readonly Dictionary<uint, StreamConnection> _connections = [];
    private readonly List<StreamConnection> _unproven = [];
    private readonly List<StreamConnection> _unread = [];
    private readonly List<StreamConnection> _listed = [];
    private readonly List<StreamConnection> _closed = [];
    private readonly Queue<TransportPath> _ended = new();
    private readonly (StreamConnection Connection, int Offset, int Length)[] _frames = new (StreamConnection, int, int)[ReceiveBatch.Capacity];
    private readonly long[] _drops = new long[DropReasons.Count];
    private bool _anyDrops;
    private int _count;
    private uint _last;
    private long _round;
    private long _now;
    private long _pausedUntil = long.MaxValue;
    private bool _ready;

    private StreamPort(StreamListener listener, StreamPortLimits limits)
    {
        (_listener, _limits) = (listener, limits);
        _epoll.Add(listener.Descriptor, EpollEvents.Readable, ListenerToken);
    }

    /// <summary>Opens, binds and listens.</summary>
    /// <exception cref="NativeException">The port is taken or the address is not ours.</exception>
    public static StreamPort Open(IPAddress address, int port, bool isIPv6, StreamPortLimits? limits = null) =>
        new(StreamListener.Open(address, port, isIPv6), limits ?? new StreamPortLimits());

    /// <summary>For the worker's epoll set: readable when any of its sockets wants something.</summary>
    public int Descriptor => _epoll.Descriptor;

    /// <summary>With the port that the system chose.</summary>
    public TransportAddress LocalAddress => _listener.LocalAddress;

    /// <summary>Open connections.</summary>
    public int Connections => _connections.Count;

    /// <summary>Frames and bytes that were taken to be sent.</summary>
    public (long Frames, long Bytes) Sent { get; private set; }

    /// <summary>When <see cref="Tick"/> wants to be called, in microseconds of the worker's clock; <see cref="long.MaxValue"/>: need not.</summary>
    public long DueAt => Math.Min(_pausedUntil, _unproven.Count > 0 ? _unproven[0].Deadline : long.MaxValue);

    /// <summary>The descriptor is readable.</summary>
    public void MarkReady() => _ready = true;

    /// <summary>Lets time pass: closes what did not prove itself, listens again after a pause.</summary>
    public void Tick(long now)
    {
        _now = now;
        while (_unproven.Count > 0 && _unproven[0].Deadline <= now) End(_unproven[0], DropReason.TcpNoCheck);
        if (_pausedUntil > now) return;
        _pausedUntil = long.MaxValue;
        _epoll.Add(_listener.Descriptor, EpollEvents.Readable, ListenerToken);
    }

    /// <summary>Takes what waits, at most 64 frames, valid until the next call.</summary>
    public int Receive()
    {
        foreach (var closed in _closed) closed.Dispose();
        _closed.Clear();
        _count = 0;
        _round++;
        if (_connections.Count == 0 && !_ready && _round % RoundsBetweenLooks != 0) return 0;
        _ready = false;

        for (var left = _unread.Count; left > 0 && _count < _frames.Length; left--)
        {
            var connection = _unread[0];
            _unread.RemoveAt(0);
            if (connection.IsOpen) Take(connection);
        }
        for (var ready = _epoll.Wait(0); ready > 0; ready--)
        {
            var token = _epoll.Token(ready - 1);
            if (token == ListenerToken) AcceptSome();
            else if (_connections.TryGetValue((uint)token, out var connection)) Serve(connection, _epoll.Events(ready - 1));
        }
        return _count;
    }

    /// <summary>Frame <paramref name="index"/> of the last <see cref="Receive"/>.</summary>
    public Span<byte> Frame(int index, out TransportPath path)
    {
        ref var frame = ref _frames[index];
        path = frame.Connection.Path;
        return frame.Connection.Bytes(frame.Offset, frame.Length);
    }

    /// <summary>Queues a packet for a connection.</summary>
    public void Add(byte* packet, int length, in TransportPath path)
    {
        if (!_connections.TryGetValue(path.Connection, out var connection))
        {
            Drop(DropReason.TcpGone);
            return;
        }
        if (!connection.Out.TryAdd(packet, length))
        {
            Drop(DropReason.TcpQueueFull);
            return;
        }
        Sent = (Sent.Frames + 1, Sent.Bytes + length);
        if (connection.Blocked || connection.Listed) return;
        connection.Listed = true;
        _listed.Add(connection);
    }

    /// <summary>Sends what is queued as far as the sockets take it; the rest goes when they have room.</summary>
    public void Flush()
    {
        foreach (var connection in _listed)
        {
            connection.Listed = false;
            if (connection.IsOpen) Send(connection);
        }
        _listed.Clear();
    }

    /// <summary>A connectivity check came by a connection, and was found valid or not.</summary>
    public void Checked(in TransportPath path, bool valid)
    {
        if (!_connections.TryGetValue(path.Connection, out var connection) || connection.Proven) return;
        if (!valid)
        {
            End(connection, DropReason.TcpBeforeIce);
            return;
        }
        (connection.Proven, connection.Lingers) = (true, false);
        _unproven.Remove(connection);
    }

    /// <summary>No transport has the path any more: the connection closes, after a moment for a last word.</summary>
    public void Release(in TransportPath path)
    {
        if (!_connections.TryGetValue(path.Connection, out var connection) || !connection.Proven) return;
        (connection.Proven, connection.Lingers) = (false, true);
        connection.Deadline = _now + LingerMicroseconds;
        // In the order of their deadlines.
        var at = _unproven.FindIndex(other => other.Deadline > connection.Deadline);
        _unproven.Insert(at < 0 ? _unproven.Count : at, connection);
    }

    /// <summary>A proven connection that has ended since the last call.</summary>
    public bool TryTakeEnded(out TransportPath path) => _ended.TryDequeue(out path);

    /// <summary>Hands over what was dropped since the last call.</summary>
    public void MoveDrops(WorkerTally tally)
    {
        if (!_anyDrops) return;
        _anyDrops = false;
        for (var reason = 0; reason < _drops.Length; reason++)
        {
            if (_drops[reason] > 0) tally.Drop((DropReason)reason, _drops[reason]);
            _drops[reason] = 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var connection in _connections.Values) connection.Dispose();
        foreach (var closed in _closed) closed.Dispose();
        _connections.Clear();
        _closed.Clear();
        _epoll.Dispose();
        _listener.Dispose();
    }

    private void AcceptSome()
    {
        for (var i = 0; i < AcceptsPerRound; i++)
        {
            if (!_listener.TryAccept(out var descriptor, out var remote, out var local, out var outOfFiles))
            {
                if (outOfFiles) Pause();
                return;
            }
            var id = NextId();
            var connection = new StreamConnection(descriptor, new TransportPath(remote, local, id), _now + _limits.ProveMilliseconds * 1000L);
            if (!MakeRoom() || !_epoll.TryAdd(descriptor, EpollEvents.Readable, id))
            {
                Drop(DropReason.TcpTooMany);
                connection.Dispose();
                continue;
            }
            _connections.Add(id, connection);
            // Behind those that linger, whose time is shorter: the list stays in order.
            _unproven.Add(connection);
        }
    }

    // A listener that cannot accept stays readable: the worker would never sleep again.
    private void Pause()
    {
        _epoll.Remove(_listener.Descriptor);
        _pausedUntil = _now + PauseMicroseconds;
    }

    private uint NextId()
    {
        do _last++;
        while (_last == 0 || _connections.ContainsKey(_last));
        return _last;
    }

    // Who has the most unproven connections makes room, so that one address cannot keep the others out.
    private bool MakeRoom()
    {
        if (_unproven.Count < _limits.Unproven && _connections.Count < _limits.Connections) return true;
        if (_unproven.Count == 0) return false;
        var busiest = _unproven.GroupBy(c => c.Path.Remote.WithPort(0)).MaxBy(g => g.Count())!;
        End(busiest.First(), DropReason.TcpTooMany);
        return true;
    }

    private void Serve(StreamConnection connection, EpollEvents events)
    {
        if ((events & EpollEvents.Writable) != 0 && connection.Blocked)
        {
            connection.Blocked = false;
            _epoll.Modify(connection.Descriptor, EpollEvents.Readable, connection.Path.Connection);
            Send(connection);
        }
        if (!connection.IsOpen || (events & ~EpollEvents.Writable) == 0) return;
        // Its last frames still stand in this round's list, and would be overwritten; it stays readable for the next round.
        if (connection.Round == _round || _count == _frames.Length) return;
        switch (connection.Read())
        {
            case StreamRead.Data: Take(connection); break;
            case StreamRead.Ended: End(connection, connection.Proven ? DropReason.None : DropReason.TcpBeforeIce); break;
        }
    }

    private void Take(StreamConnection connection)
    {
        connection.Round = _round;
        while (_count < _frames.Length)
        {
            var next = connection.Next(out var offset, out var length);
            if (next == StreamFrame.Incomplete) return;
            if (next == StreamFrame.TooLarge)
            {
                End(connection, DropReason.TcpFrameTooLarge);
                return;
            }
            if (!connection.Proven && PacketKind.Classify(connection.Bytes(offset, length)) != PacketKind.Stun)
            {
                End(connection, DropReason.TcpBeforeIce);
                return;
            }
            _frames[_count++] = (connection, offset, length);
        }
        _unread.Add(connection);
    }

    private void Send(StreamConnection connection)
    {
        switch (connection.Out.Send(connection.Descriptor))
        {
            case 0: break;
            case Errno.TryAgain:
                connection.Blocked = true;
                _epoll.Modify(connection.Descriptor, EpollEvents.Readable | EpollEvents.Writable, connection.Path.Connection);
                break;
            default: End(connection, DropReason.None); break;
        }
    }

    private void End(StreamConnection connection, DropReason reason)
    {
        if (reason != DropReason.None && !connection.Lingers) Drop(reason);
        if (connection.Proven) _ended.Enqueue(connection.Path);
        else _unproven.Remove(connection);
        _connections.Remove(connection.Path.Connection);
        connection.Close();
        // Frames of it may still be looked at in this round.
        _closed.Add(connection);
    }

    private void Drop(DropReason reason)
    {
        _drops[(int)reason]++;
        _anyDrops = true;
    }
}
