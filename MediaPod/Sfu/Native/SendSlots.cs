using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>One message of a batch, beside what the kernel reads.</summary>
internal struct SendSlot
{
    public int Bytes;
    public int SegmentBytes;
    public int Segments;
    public bool IsSplit;

    /// <summary>Segmentation itself was refused, as far as is known: no datagram of the message has failed by itself.</summary>
    public bool IsRefusal;
}

/// <summary>
/// The array that sendmmsg reads: headers, names, vectors and control blocks in native memory, built once. Per message only the
/// addresses, the lengths and the segment size are written. Control block: UDP_SEGMENT (24 bytes), then packet info.
/// </summary>
internal sealed unsafe class SendSlots : IDisposable
{
    private const int NameBytes = 32;
    private const int SegmentSpace = 24;
    private const int ControlBytes = 64;

    private readonly byte* _memory;
    private readonly IoVector* _vectors;
    private readonly IoVector* _single; // for one datagram at a time
    private readonly byte* _names;
    private readonly byte* _controls;
    private readonly SendSlot* _slots;
    private readonly bool _isIPv6;
    private readonly nuint _infoSpace;

    public SendSlots(int capacity, bool isIPv6)
    {
        Capacity = capacity;
        _isIPv6 = isIPv6;
        _infoSpace = ControlHeader.SpaceOf(isIPv6 ? 20 : 12);
        var perMessage = sizeof(MultiMessageHeader) + sizeof(IoVector) + sizeof(SendSlot) + NameBytes + ControlBytes;
        var total = (nuint)(capacity * perMessage + sizeof(IoVector));
        _memory = (byte*)NativeMemory.AlignedAlloc(total, 64);
        NativeMemory.Clear(_memory, total);
        Messages = (MultiMessageHeader*)_memory;
        _controls = (byte*)(Messages + capacity);
        _names = _controls + capacity * ControlBytes;
        _vectors = (IoVector*)(_names + capacity * NameBytes);
        _single = _vectors + capacity;
        _slots = (SendSlot*)(_single + 1);
        for (var i = 0; i < capacity; i++) Build(i);
    }

    public int Capacity { get; }

    public MultiMessageHeader* Messages { get; }

    public ref SendSlot this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref _slots[index];
    }

    public void Dispose() => NativeMemory.AlignedFree(_memory);

    /// <summary>Fills message <paramref name="index"/> with its first packet.</summary>
    public void Begin(int index, byte* packet, int length, in TransportPath path)
    {
        _slots[index] = new SendSlot { Bytes = length, SegmentBytes = length, Segments = 1 };
        _vectors[index] = new IoVector { Base = packet, Length = (nuint)length };
        ref var header = ref Messages[index].Header;
        var info = _controls + index * ControlBytes + SegmentSpace;
        header.Control = info;
        header.ControlLength = path.Local.IsUnspecified ? 0 : _infoSpace;
        if (_isIPv6)
        {
            path.Remote.WriteSockaddrIn6(header.Name);
            path.Local.CopyAddressTo(info + sizeof(ControlHeader)); // in6_pktinfo: address, then interface index (left 0)
        }
        else
        {
            path.Remote.WriteSockaddrIn(header.Name);
            *(uint*)(info + sizeof(ControlHeader) + 4) = path.Local.IPv4Bits; // in_pktinfo: interface index (left 0), spec_dst, addr
        }
    }

    /// <summary>Adds the packet that follows in memory; from the second on, the kernel is asked to segment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Grow(int index, int length)
    {
        ref var slot = ref _slots[index];
        slot.Bytes += length;
        slot.Segments++;
        _vectors[index].Length += (nuint)length;
        if (slot.Segments > 2) return;
        ref var header = ref Messages[index].Header;
        var control = _controls + index * ControlBytes;
        *(ushort*)(control + sizeof(ControlHeader)) = (ushort)slot.SegmentBytes;
        header.Control = control;
        header.ControlLength += SegmentSpace;
    }

    /// <summary>The first datagram of message <paramref name="index"/> by itself.</summary>
    public MessageHeader FirstSegment(int index)
    {
        ref var slot = ref _slots[index];
        *_single = new IoVector { Base = _vectors[index].Base, Length = (nuint)Math.Min(slot.SegmentBytes, slot.Bytes) };
        var header = Messages[index].Header;
        header.Vectors = _single;
        header.Control = _controls + index * ControlBytes + SegmentSpace;
        header.ControlLength -= SegmentSpace;
        return header;
    }

    /// <summary>Takes the first datagram off, so that a message interrupted half-way goes on where it stopped.</summary>
    public void RemoveFirstSegment(int index)
    {
        ref var slot = ref _slots[index];
        var length = Math.Min(slot.SegmentBytes, slot.Bytes);
        slot.Bytes -= length;
        slot.Segments--;
        _vectors[index].Base += length;
        _vectors[index].Length -= (nuint)length;
    }

    private void Build(int index)
    {
        ref var header = ref Messages[index].Header;
        header.Name = _names + index * NameBytes;
        header.NameLength = (uint)(_isIPv6 ? TransportAddress.SockaddrIn6Length : TransportAddress.SockaddrInLength);
        header.Vectors = _vectors + index;
        header.VectorCount = 1;
        var segment = (ControlHeader*)(_controls + index * ControlBytes);
        *segment = new ControlHeader { Length = ControlHeader.LengthOf(sizeof(ushort)), Level = Libc.LevelUdp, Type = Libc.UdpSegment };
        var info = (ControlHeader*)(_controls + index * ControlBytes + SegmentSpace);
        *info = _isIPv6
            ? new ControlHeader { Length = ControlHeader.LengthOf(20), Level = Libc.LevelIpv6, Type = Libc.Ipv6PacketInfo }
            : new ControlHeader { Length = ControlHeader.LengthOf(12), Level = Libc.LevelIp, Type = Libc.IpPacketInfo };
    }
}
