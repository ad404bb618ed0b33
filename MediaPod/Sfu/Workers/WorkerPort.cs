using Conference.MediaPod.Sfu.Native;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>A worker's UDP port and, where it has one, the TCP port beside it, as one: what is committed to a path leaves by the path's transport.</summary>
/// <param name="udp">The UDP port.</param>
/// <param name="streams">The TCP port; null: none.</param>
public sealed unsafe class WorkerPort(UdpPort udp, StreamPort? streams) : IDatagramPort, IDisposable
{
    private byte* _reserved;
    private int _datagrams;

    /// <summary>The UDP port.</summary>
    public UdpPort Udp => udp;

    /// <summary>The TCP port; null: none.</summary>
    public StreamPort? Streams => streams;

    /// <inheritdoc/>
    public (long Datagrams, long Bytes, long Failed) Sent
    {
        get
        {
            var sent = udp.Sent;
            return streams is null ? sent : (sent.Datagrams + streams.Sent.Frames, sent.Bytes + streams.Sent.Bytes, sent.Failed);
        }
    }

    /// <inheritdoc/>
    public long DueAt => streams?.DueAt ?? long.MaxValue;

    /// <inheritdoc/>
    public int Receive()
    {
        _datagrams = udp.Receive();
        return streams is null ? _datagrams : _datagrams + streams.Receive();
    }

    /// <inheritdoc/>
    public Span<byte> Datagram(int index, out TransportPath path) => index < _datagrams ? udp.Datagram(index, out path) : streams!.Frame(index - _datagrams, out path);

    /// <inheritdoc/>
    public bool TryReserve(int bytes, out byte* destination)
    {
        var reserved = udp.TryReserve(bytes, out destination);
        _reserved = destination;
        return reserved;
    }

    /// <inheritdoc/>
    public void Commit(int length, in TransportPath path)
    {
        // A reservation that is not committed is taken back by the next one.
        if (path.IsStream) streams?.Add(_reserved, length, path);
        else udp.Commit(length, path);
    }

    /// <inheritdoc/>
    public bool TryReserveSound(int bytes, out byte* destination)
    {
        var reserved = udp.TryReserveSound(bytes, out destination);
        _reserved = destination;
        return reserved;
    }

    /// <inheritdoc/>
    public void CommitSound(int length, in TransportPath path)
    {
        if (path.IsStream) streams?.Add(_reserved, length, path);
        else udp.CommitSound(length, path);
    }

    /// <inheritdoc/>
    public bool Flush()
    {
        streams?.Flush();
        return udp.Flush();
    }

    /// <inheritdoc/>
    public bool FlushSound()
    {
        streams?.Flush();
        return udp.FlushSound();
    }

    /// <inheritdoc/>
    public void Tick(long now) => streams?.Tick(now);

    /// <inheritdoc/>
    public void Checked(in TransportPath path, bool valid) => streams?.Checked(path, valid);

    /// <inheritdoc/>
    public void Release(in TransportPath path) => streams?.Release(path);

    /// <inheritdoc/>
    public bool TryTakeEnded(out TransportPath path)
    {
        path = default;
        return streams is not null && streams.TryTakeEnded(out path);
    }

    /// <inheritdoc/>
    public void MoveDrops(WorkerTally tally)
    {
        udp.MoveDrops(tally);
        streams?.MoveDrops(tally);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        streams?.Dispose();
        udp.Dispose();
    }
}
