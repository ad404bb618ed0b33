using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// Native memory for packets: slabs that are taken from the system when needed, up to a bound, and given back only at the end, so that a pointer kept
/// beyond its packet's life always points at some packet and its generation tells which. Owned by one worker.
/// </summary>
internal sealed unsafe class PacketPool : IDisposable
{
    /// <summary>Bytes of one packet with its head.</summary>
    public const int SlotBytes = 2048;

    private const int SlotsPerSlab = 256;

    private readonly List<nint> _slabs = [];
    private readonly long _maxBytes;
    private Packet* _free;

    public PacketPool(long maxBytes) => _maxBytes = maxBytes;

    /// <summary>Bytes taken from the system.</summary>
    public long Bytes => (long)_slabs.Count * SlotsPerSlab * SlotBytes;

    /// <summary>Packets out of the pool.</summary>
    public int InUse { get; private set; }

    /// <summary>A packet with one reference, its marks cleared; null when the bound is reached.</summary>
    public Packet* Rent()
    {
        if (_free == null && !TryGrow()) return null;
        var packet = _free;
        _free = packet->NextFree;
        var generation = packet->Generation;
        *packet = default;
        packet->Generation = generation;
        packet->References = 1;
        InUse++;
        return packet;
    }

    /// <summary>
    /// As <see cref="Rent"/>, for a copy that waits for its time to leave: null when half of the bound is in use. What waits would otherwise take all there is when receivers are owed more than can be sent, and then
    /// what comes in has no place, sound included.
    /// </summary>
    public Packet* RentToWait() => (long)InUse * SlotBytes < _maxBytes / 2 ? Rent() : null;

    public static void Hold(Packet* packet) => packet->References++;

    /// <summary>Gives one reference back.</summary>
    public void Release(Packet* packet)
    {
        if (--packet->References > 0) return;
        packet->Generation++;
        packet->NextFree = _free;
        _free = packet;
        InUse--;
    }

    public void Dispose()
    {
        foreach (var slab in _slabs) NativeMemory.AlignedFree((void*)slab);
        _slabs.Clear();
        _free = null;
    }

    private bool TryGrow()
    {
        if (Bytes + SlotsPerSlab * SlotBytes > _maxBytes) return false;
        var slab = (byte*)NativeMemory.AlignedAlloc(SlotsPerSlab * SlotBytes, 64);
        _slabs.Add((nint)slab);
        for (var i = SlotsPerSlab - 1; i >= 0; i--)
        {
            var packet = (Packet*)(slab + i * SlotBytes);
            *packet = default;
            packet->NextFree = _free;
            _free = packet;
        }
        return true;
    }
}
