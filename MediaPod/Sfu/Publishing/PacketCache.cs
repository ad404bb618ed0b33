using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>The last packets of one RTP stream by sequence number, each held by one reference. Tells duplicates from news.</summary>
internal sealed unsafe class PacketCache : IDisposable
{
    private readonly PacketPool _pool;
    private readonly Packet** _ring;
    private readonly int _mask;
    private long _newest = long.MinValue;

    /// <param name="pool">Where the packets go back to.</param>
    /// <param name="capacity">A power of two.</param>
    public PacketCache(PacketPool pool, int capacity)
    {
        _pool = pool;
        _mask = capacity - 1;
        _ring = (Packet**)NativeMemory.AllocZeroed((nuint)capacity, (nuint)sizeof(Packet*));
    }

    /// <summary>Why a packet with this number cannot be new, or <see cref="DropReason.None"/>.</summary>
    public DropReason Check(long sequence)
    {
        if (sequence > _newest) return DropReason.None;
        if (_newest - sequence > _mask) return DropReason.RtpTooOld;
        var there = _ring[sequence & _mask];
        return there != null && there->Sequence == sequence ? DropReason.RtpDuplicate : DropReason.None;
    }

    /// <summary>The packet with this number; null when it never came or is too old.</summary>
    public Packet* Find(long sequence)
    {
        var there = _ring[sequence & _mask];
        return there != null && there->Sequence == sequence ? there : null;
    }

    /// <summary>Keeps a packet that passed <see cref="Check"/>, taking a reference of its own.</summary>
    public void Add(Packet* packet)
    {
        ref var place = ref _ring[packet->Sequence & _mask];
        if (place != null) _pool.Release(place);
        PacketPool.Hold(packet);
        place = packet;
        _newest = Math.Max(_newest, packet->Sequence);
    }

    public void Dispose()
    {
        for (var i = 0; i <= _mask; i++)
        {
            if (_ring[i] != null) _pool.Release(_ring[i]);
        }
        NativeMemory.Free(_ring);
    }
}
