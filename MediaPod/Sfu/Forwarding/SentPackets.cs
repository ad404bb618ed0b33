using System.Runtime.InteropServices;
using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>
/// What one slot sent lately, so that a NACK can be answered: which packet went out under which numbers. Holds no packet alive; a packet that went back to
/// its pool is known by its generation.
/// </summary>
internal sealed unsafe class SentPackets : IDisposable
{
    private readonly Entry* _ring;
    private readonly int _mask;
    private long _newest = -1;

    /// <param name="capacity">A power of two.</param>
    public SentPackets(int capacity)
    {
        _mask = capacity - 1;
        _ring = (Entry*)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(Entry));
    }

    public long Bytes => (long)(_mask + 1) * sizeof(Entry);

    public void Add(Packet* packet, in SlotNumbers numbers, in PacketStamp stamp, long now)
    {
        _newest = Math.Max(_newest, numbers.Sequence);
        _ring[numbers.Sequence & _mask] = new Entry { Packet = packet, Generation = packet->Generation, SentMilliseconds = (uint)(now / 1000), Numbers = numbers, Stamp = stamp };
    }

    /// <summary>Finds a packet to send again. Null when it is gone, or was sent again within the last <paramref name="quietMilliseconds"/>. <paramref name="isAskedAgain"/>: it was found before.</summary>
    public Packet* Find(ushort sequence, long now, uint quietMilliseconds, out SlotNumbers numbers, out PacketStamp stamp, out bool isAskedAgain)
    {
        ref var entry = ref _ring[sequence & _mask];
        (numbers, stamp, isAskedAgain) = (entry.Numbers, entry.Stamp, entry.Repaired);
        if (entry.Packet == null || (ushort)numbers.Sequence != sequence || entry.Packet->Generation != entry.Generation) return null;
        var milliseconds = (uint)(now / 1000);
        if (entry.Repaired && milliseconds - entry.SentMilliseconds < quietMilliseconds) return null;
        (entry.SentMilliseconds, entry.Repaired) = (milliseconds, true);
        return entry.Packet;
    }

    /// <summary>The packet that was sent so many before the newest; null when it is gone.</summary>
    public Packet* Recent(int before, out SlotNumbers numbers, out PacketStamp stamp)
    {
        ref var entry = ref _ring[(_newest - before) & _mask];
        (numbers, stamp) = (entry.Numbers, entry.Stamp);
        return entry.Packet == null || numbers.Sequence != _newest - before || entry.Packet->Generation != entry.Generation ? null : entry.Packet;
    }

    public void Clear() => new Span<Entry>(_ring, _mask + 1).Clear();

    public void Dispose() => NativeMemory.Free(_ring);

    private struct Entry
    {
        public Packet* Packet;
        public uint Generation;
        public uint SentMilliseconds;
        public bool Repaired;
        public SlotNumbers Numbers;
        public PacketStamp Stamp;
    }
}
