using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// Packets of one video publication on their way to its subscriptions, each held by one reference. A batch is closed when its fan-out begins; what
/// arrives meanwhile belongs to the next, so that each subscription sees each packet once. Packets of a frame are waited for, shortly, because what
/// goes to one receiver together leaves as one message.
/// </summary>
internal sealed unsafe class PendingPackets : IDisposable
{
    public const int Capacity = 512;

    private readonly PacketPool _pool;
    private readonly Entry* _ring = (Entry*)NativeMemory.Alloc(Capacity, (nuint)sizeof(Entry));
    private int _head;
    private int _count;

    public PendingPackets(PacketPool pool) => _pool = pool;

    /// <summary>How long a packet waits for the rest of its frame, in microseconds.</summary>
    public const long GatherMicroseconds = 1_000;

    public bool IsEmpty => _count == 0;

    /// <summary>When the fan-out is to begin: at once when a frame is complete.</summary>
    public long RipeAt { get; private set; }

    /// <summary>When the oldest packet that waits arrived; it must not be empty.</summary>
    public long WaitingSince => _ring[_head & (Capacity - 1)].Packet->ArrivedMicroseconds;

    /// <summary>Packets in the batch whose fan-out is under way; 0 when none is.</summary>
    public int Batch { get; private set; }

    /// <summary>Takes a reference of its own. False when full.</summary>
    public bool TryAdd(Packet* packet, int stream)
    {
        if (_count == Capacity) return false;
        PacketPool.Hold(packet);
        if (_count == Batch) RipeAt = packet->ArrivedMicroseconds + GatherMicroseconds;
        if (packet->Marker || _count - Batch >= Capacity / 4) RipeAt = packet->ArrivedMicroseconds;
        _ring[(_head + _count++) & (Capacity - 1)] = new Entry { Packet = packet, Stream = stream };
        return true;
    }

    public void BeginBatch() => Batch = _count;

    public Packet* Packet(int index, out int stream)
    {
        ref var entry = ref _ring[(_head + index) & (Capacity - 1)];
        stream = entry.Stream;
        return entry.Packet;
    }

    public void EndBatch()
    {
        for (var i = 0; i < Batch; i++) _pool.Release(_ring[(_head + i) & (Capacity - 1)].Packet);
        _head = (_head + Batch) & (Capacity - 1);
        _count -= Batch;
        Batch = 0;
    }

    public void Dispose()
    {
        BeginBatch();
        EndBatch();
        NativeMemory.Free(_ring);
    }

    private struct Entry
    {
        public Packet* Packet;
        public int Stream;
    }
}
