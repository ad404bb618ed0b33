using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>
/// Buffers for one recvmmsg: up to 64 datagrams of 2 kB in native memory, with the path of each. What it holds is valid until the next
/// <see cref="Receive"/>. Owned by one thread; nothing is allocated per call.
/// </summary>
public sealed unsafe class ReceiveBatch : IDisposable
{
    /// <summary>Datagrams per call.</summary>
    public const int Capacity = 64;

    /// <summary>Bytes per datagram; what is longer is cut and marked (<see cref="IsTruncated"/>).</summary>
    public const int BufferBytes = 2048;

    private const int ControlBytes = 128; // packet info (40) and overflow counter (24), with room to spare
    private const int NameBytes = 32;

    private readonly byte* _memory;
    private readonly MultiMessageHeader* _messages;
    private readonly TransportPath* _paths;
    private readonly byte* _buffers;
    private int _count;
    private bool _disposed;

    /// <summary>Allocates about 150 kB of native memory.</summary>
    public ReceiveBatch()
    {
        var perDatagram = sizeof(MultiMessageHeader) + sizeof(IoVector) + sizeof(TransportPath) + NameBytes + ControlBytes + BufferBytes;
        _memory = (byte*)NativeMemory.AlignedAlloc((nuint)(Capacity * perDatagram), 64);
        NativeMemory.Clear(_memory, (nuint)(Capacity * perDatagram));
        _buffers = _memory;
        _messages = (MultiMessageHeader*)(_buffers + Capacity * BufferBytes);
        var vectors = (IoVector*)(_messages + Capacity);
        var controls = (byte*)(vectors + Capacity);
        var names = controls + Capacity * ControlBytes;
        _paths = (TransportPath*)(names + Capacity * NameBytes);
        for (var i = 0; i < Capacity; i++)
        {
            vectors[i] = new IoVector { Base = _buffers + i * BufferBytes, Length = BufferBytes };
            ref var header = ref _messages[i].Header;
            header.Name = names + i * NameBytes;
            header.NameLength = NameBytes;
            header.Vectors = vectors + i;
            header.VectorCount = 1;
            header.Control = controls + i * ControlBytes;
            header.ControlLength = ControlBytes;
        }
    }

    /// <summary>Datagrams of the last <see cref="Receive"/>.</summary>
    public int Count => _count;

    /// <summary>Receive calls that failed with something else than "nothing there".</summary>
    public long Errors { get; private set; }

    /// <summary>Takes what waits on the socket, at most <see cref="Capacity"/>; 0 when nothing does. Never blocks.</summary>
    public int Receive(UdpSocket socket)
    {
        for (var i = 0; i < _count; i++) // only these were changed by the last call
        {
            ref var header = ref _messages[i].Header;
            header.NameLength = NameBytes;
            header.ControlLength = ControlBytes;
            header.Flags = 0;
        }
        _count = 0;
        var received = Libc.ReceiveMessages(socket.Descriptor, _messages, Capacity, Libc.MessageDontWait, null);
        if (received < 0)
        {
            if (Marshal.GetLastSystemError() is not (Errno.TryAgain or Errno.Interrupted)) Errors++;
            return 0;
        }
        _count = received;
        for (var i = 0; i < received; i++) ReadPath(socket, i);
        return received;
    }

    /// <summary>First byte of datagram <paramref name="index"/> (0 to <see cref="Count"/> - 1).</summary>
    public byte* Data(int index) => _buffers + index * BufferBytes;

    /// <summary>Bytes of datagram <paramref name="index"/>, at most <see cref="BufferBytes"/>.</summary>
    public int Length(int index) => (int)_messages[index].Length;

    /// <summary>Datagram <paramref name="index"/> as a span.</summary>
    public Span<byte> Datagram(int index) => new(Data(index), Length(index));

    /// <summary>Where datagram <paramref name="index"/> came from, and to which of our addresses.</summary>
    public ref readonly TransportPath Path(int index) => ref _paths[index];

    /// <summary>The datagram was longer than <see cref="BufferBytes"/> and its end is lost.</summary>
    public bool IsTruncated(int index) => (_messages[index].Header.Flags & Libc.MessageTruncated) != 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        NativeMemory.AlignedFree(_memory);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ReadPath(UdpSocket socket, int index)
    {
        ref var header = ref _messages[index].Header;
        var local = socket.LocalAddress;
        var at = header.Control;
        var end = header.Control + header.ControlLength;
        while (at + sizeof(ControlHeader) <= end)
        {
            var control = (ControlHeader*)at;
            if (control->Length < (nuint)sizeof(ControlHeader)) break;
            var data = at + sizeof(ControlHeader);
            switch (control->Level, control->Type)
            {
                case (Libc.LevelIpv6, Libc.Ipv6PacketInfo):
                    local = TransportAddress.FromIPv6Bytes(data, local.Port);
                    break;
                case (Libc.LevelIp, Libc.IpPacketInfo):
                    local = TransportAddress.FromIPv4Bytes(data + 8, local.Port); // ifindex, spec_dst, addr: the header's destination
                    break;
                case (Libc.LevelSocket, Libc.SocketReceiveOverflow):
                    socket.NoteOverflow(*(uint*)data);
                    break;
            }
            at += (control->Length + 7) & ~(nuint)7;
        }
        _paths[index] = new TransportPath(TransportAddress.ReadSockaddr(header.Name), local);
    }
}
