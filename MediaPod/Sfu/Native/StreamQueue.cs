using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>
/// Frames (RFC 4571: two bytes of length, then the packet) that wait to be sent on one TCP connection. Bounded: a reader that is too slow loses whole
/// packets, never the worker's time. The last quarter is kept for small packets, so that sound, feedback and connectivity checks pass what video has filled.
/// </summary>
internal sealed unsafe class StreamQueue : IDisposable
{
    /// <summary>Most bytes that wait: half a second of 4 Mbit/s.</summary>
    public const int MaxBytes = 256 << 10;

    /// <summary>What counts as small, in bytes.</summary>
    public const int SmallPacket = 400;

    private const int FirstBytes = 8 << 10;
    private const int LengthBytes = 2;

    private byte* _bytes;
    private int _capacity;
    private int _head;
    private int _tail;

    /// <summary>Bytes that wait.</summary>
    public int Waiting => _tail - _head;

    /// <summary>Adds a packet behind the others. False: there is no room for it.</summary>
    public bool TryAdd(byte* packet, int length)
    {
        var limit = length <= SmallPacket ? MaxBytes : MaxBytes / 4 * 3;
        if (Waiting + LengthBytes + length > limit) return false;
        MakeRoom(LengthBytes + length);
        _bytes[_tail] = (byte)(length >> 8);
        _bytes[_tail + 1] = (byte)length;
        Buffer.MemoryCopy(packet, _bytes + _tail + LengthBytes, length, length);
        _tail += LengthBytes + length;
        return true;
    }

    /// <summary>Sends as much as the socket takes. 0: everything is sent; else the error that stopped it, <see cref="Errno.TryAgain"/> when the socket is full.</summary>
    public int Send(int descriptor)
    {
        while (_head < _tail)
        {
            var sent = Libc.Send(descriptor, _bytes + _head, (nuint)(_tail - _head), Libc.MessageDontWait | Libc.MessageNoSignal);
            if (sent > 0) _head += (int)sent;
            else if (Marshal.GetLastSystemError() is var errno && errno != Errno.Interrupted) return errno;
        }
        (_head, _tail) = (0, 0);
        return 0;
    }

    public void Dispose()
    {
        NativeMemory.Free(_bytes);
        _bytes = null;
        (_capacity, _head, _tail) = (0, 0, 0);
    }

    private void MakeRoom(int bytes)
    {
        if (_tail + bytes <= _capacity) return;
        var waiting = Waiting;
        if (waiting + bytes > _capacity)
        {
            var capacity = Math.Max(_capacity, FirstBytes);
            while (capacity < waiting + bytes) capacity *= 2;
            var larger = (byte*)NativeMemory.Alloc((nuint)capacity);
            Buffer.MemoryCopy(_bytes + _head, larger, capacity, waiting);
            NativeMemory.Free(_bytes);
            _bytes = larger;
            _capacity = capacity;
        }
        else
        {
            Buffer.MemoryCopy(_bytes + _head, _bytes, _capacity, waiting);
        }
        (_head, _tail) = (0, waiting);
    }
}
