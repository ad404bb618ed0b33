using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>What came of reading from a connection.</summary>
internal enum StreamRead
{
    /// <summary>Bytes.</summary>
    Data,

    /// <summary>Nothing waits.</summary>
    Nothing,

    /// <summary>The other side has closed it, or it broke.</summary>
    Ended,
}

/// <summary>What is next in a connection's buffer.</summary>
internal enum StreamFrame
{
    /// <summary>A whole frame.</summary>
    Whole,

    /// <summary>Not yet a whole one.</summary>
    Incomplete,

    /// <summary>One that is longer than any datagram may be: the stream cannot go on.</summary>
    TooLarge,
}

/// <summary>One accepted TCP connection: its descriptor, what was read and not yet understood, and what waits to be sent. Owned by one thread.</summary>
internal sealed unsafe class StreamConnection : IDisposable
{
    private const int LengthBytes = 2;
    private const int BufferBytes = 8 << 10; // four of the longest frames

    private readonly byte* _buffer = (byte*)NativeMemory.Alloc(BufferBytes);
    private int _start;
    private int _end;
    private bool _disposed;

    public StreamConnection(int descriptor, in TransportPath path, long deadline) => (Descriptor, Path, Deadline) = (descriptor, path, deadline);

    public int Descriptor { get; private set; }
    public TransportPath Path { get; }
    public StreamQueue Out { get; } = new();

    /// <summary>A valid connectivity check came by it, and its transport has not let it go.</summary>
    public bool Proven { get; set; }

    /// <summary>Its transport has let it go: whatever it does now is no news.</summary>
    public bool Lingers { get; set; }

    /// <summary>When it is closed unless it is proven by then.</summary>
    public long Deadline { get; set; }

    /// <summary>The socket was full: it is watched until it has room.</summary>
    public bool Blocked { get; set; }

    /// <summary>It stands in the list of those that have something to send.</summary>
    public bool Listed { get; set; }

    /// <summary>In which round it was read last: what was read must stay where it is until the next.</summary>
    public long Round { get; set; }

    public bool IsOpen => Descriptor >= 0;

    /// <summary>Reads once, behind what is there. What frames lay in the buffer before is gone.</summary>
    public StreamRead Read()
    {
        if (_start > 0)
        {
            Buffer.MemoryCopy(_buffer + _start, _buffer, BufferBytes, _end - _start);
            (_start, _end) = (0, _end - _start);
        }
        var received = Libc.Receive(Descriptor, _buffer + _end, (nuint)(BufferBytes - _end), Libc.MessageDontWait);
        if (received > 0)
        {
            _end += (int)received;
            return StreamRead.Data;
        }
        return received < 0 && Marshal.GetLastSystemError() is Errno.TryAgain or Errno.Interrupted ? StreamRead.Nothing : StreamRead.Ended;
    }

    /// <summary>Takes the next frame; empty ones (RFC 4571 section 2) are passed over.</summary>
    public StreamFrame Next(out int offset, out int length)
    {
        (offset, length) = (0, 0);
        while (_end - _start >= LengthBytes)
        {
            length = BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(_buffer + _start, LengthBytes));
            if (length > ReceiveBatch.BufferBytes) return StreamFrame.TooLarge;
            if (_end - _start < LengthBytes + length) return StreamFrame.Incomplete;
            offset = _start + LengthBytes;
            _start = offset + length;
            if (length > 0) return StreamFrame.Whole;
        }
        return StreamFrame.Incomplete;
    }

    /// <summary>The bytes of a frame.</summary>
    public Span<byte> Bytes(int offset, int length) => new(_buffer + offset, length);

    /// <summary>Closes the socket. The buffers stay until <see cref="Dispose"/>.</summary>
    public void Close()
    {
        if (!IsOpen) return;
        Libc.Close(Descriptor);
        Descriptor = -1;
    }

    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        Close();
        Out.Dispose();
        NativeMemory.Free(_buffer);
    }
}
