namespace Conference.MediaPod.Sfu.Transports;

/// <summary>Datagrams that wait for a handshake thread: a ring of fixed slots, so a flood costs no memory. Used under the thread's lock.</summary>
internal sealed class DtlsQueue(int capacity)
{
    private readonly byte[] _slots = new byte[capacity * DtlsTransport.MaxDatagram];
    private readonly (DtlsTransport? Transport, int Length)[] _entries = new (DtlsTransport?, int)[capacity];
    private int _head;

    public int Count { get; private set; }

    public bool TryEnqueue(DtlsTransport transport, ReadOnlySpan<byte> datagram)
    {
        if (Count == capacity) return false;
        var slot = (_head + Count) % capacity;
        datagram.CopyTo(_slots.AsSpan(slot * DtlsTransport.MaxDatagram));
        _entries[slot] = (transport, datagram.Length);
        Count++;
        return true;
    }

    /// <summary>The oldest datagram, copied to <paramref name="destination"/>; null when there is none.</summary>
    public DtlsTransport? TryDequeue(Span<byte> destination, out int length)
    {
        length = 0;
        if (Count == 0) return null;
        (var transport, length) = _entries[_head];
        _slots.AsSpan(_head * DtlsTransport.MaxDatagram, length).CopyTo(destination);
        _entries[_head] = default;
        _head = (_head + 1) % capacity;
        Count--;
        return transport;
    }
}
