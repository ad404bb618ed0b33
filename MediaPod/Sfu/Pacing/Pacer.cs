using System.Buffers.Binary;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>
/// What one receiver is not sent at once (cases P1 to P6 of <c>docs/estimation.md</c>). An ordinary frame passes without touching a queue; what exceeds a burst is copied, in the clear and without the
/// numbers and times that belong to the moment of leaving, and sealed when it leaves. Owned by one worker; allocates nothing.
/// </summary>
internal sealed unsafe class Pacer(PacketPool pool)
{
    /// <summary>What waited longer is given up, in microseconds. A key frame of five seconds' worth of the estimate still gets through.</summary>
    public const long LongestMicroseconds = 2_000_000;

    /// <summary>The shortest time between two releases, in microseconds: packets are gathered for one message.</summary>
    public const long LeastWaitMicroseconds = 2_000;

    /// <summary>The longest, in microseconds: the estimate may have grown.</summary>
    public const long MostWaitMicroseconds = 10_000;

    /// <summary>Repairs that would wait longer are not worth it, in microseconds: what lasts longer to repair than to begin anew keeps the key frame from its place (N10).</summary>
    public const long MostRepairMicroseconds = 300_000;

    private const int LeastRepairBytes = 6_000;

    private PacingBudget _budget;
    private PacketQueue _repairs;
    private PacketQueue _pictures;

    public bool IsEmpty => _repairs.IsEmpty && _pictures.IsEmpty;
    public int Packets => _repairs.Count + _pictures.Count;
    public int Bytes => _repairs.Bytes + _pictures.Bytes;
    public long BitsPerSecond => _budget.BitsPerSecond;

    /// <summary>Packets that waited, ever; and those given up.</summary>
    public long Waited { get; private set; }
    public long GivenUp { get; private set; }

    /// <summary>The longest wait of a packet that left, in microseconds, since <see cref="TakeLongestWait"/>.</summary>
    private long _longestWait;

    public long TakeLongestWait()
    {
        var longest = _longestWait;
        _longestWait = 0;
        return longest;
    }

    public void Follow(long? estimate, long now, bool crowded) => _budget.Follow(estimate, now, crowded);

    /// <summary>N10: whether one more repair would leave in time to be of use.</summary>
    public bool TakesRepairs => _repairs.Bytes <= Math.Max(LeastRepairBytes, _budget.BitsPerSecond * MostRepairMicroseconds / 8_000_000);

    /// <summary>A new key frame makes needless what waits of a stream and of its retransmissions. How many packets that was.</summary>
    public int Forget(uint ssrc, uint rtxSsrc) => Forget(ref _pictures, ssrc, rtxSsrc) + Forget(ref _repairs, ssrc, rtxSsrc);

    /// <summary>P1 to P3: whether a packet has to queue.</summary>
    public bool MustWait(PacketClass packet, long now) => packet switch
    {
        PacketClass.Picture => !_pictures.IsEmpty || !_budget.MaySend(now),
        PacketClass.Repair => !_repairs.IsEmpty || !_budget.MaySend(now),
        _ => false,
    };

    /// <summary>A packet left, whatever its class.</summary>
    public void Left(int bytes, long now) => _budget.Take(bytes, now);

    /// <summary>A buffer for a packet that waits; null: there is none, or what is left is kept for what comes in. It comes back with <see cref="Add"/> or <see cref="GiveBack"/>.</summary>
    public Packet* Rent() => pool.RentToWait();

    public void GiveBack(Packet* packet) => pool.Release(packet);

    /// <summary>Queues a packet that was written into a rented buffer.</summary>
    public void Add(Packet* packet, in Outgoing outgoing, PacketClass kind, long index, long now)
    {
        var payload = outgoing.Destination + outgoing.HeaderLength;
        if (payload != outgoing.Payload) Buffer.MemoryCopy(outgoing.Payload, payload, Packet.MaxLength - outgoing.HeaderLength, outgoing.PayloadLength);
        packet->PayloadOffset = (ushort)outgoing.HeaderLength;
        packet->PayloadLength = (ushort)outgoing.PayloadLength;
        packet->Length = (ushort)(outgoing.HeaderLength + outgoing.PayloadLength);
        packet->Sequence = index;
        packet->ArrivedMicroseconds = now;
        packet->TransportAt = outgoing.TransportAt;
        packet->SendTimeAt = outgoing.SendTimeAt;
        if (kind == PacketClass.Repair) _repairs.Add(packet);
        else _pictures.Add(packet);
        Waited++;
    }

    /// <summary>The packet that leaves next, if it may now: repairs before pictures. It stays queued until <see cref="Took"/>.</summary>
    public Packet* Next(long now) => IsEmpty || !_budget.MaySend(now) ? null : _repairs.IsEmpty ? _pictures.First : _repairs.First;

    /// <summary>The packet of <see cref="Next"/> has been sent, or could not be.</summary>
    public void Took(long now)
    {
        var packet = _repairs.IsEmpty ? _pictures.Take() : _repairs.Take();
        _longestWait = Math.Max(_longestWait, now - packet->ArrivedMicroseconds);
        pool.Release(packet);
    }

    /// <summary>P5: gives up what waited too long, and with it everything that waits of the same kind. False: nothing did.</summary>
    /// <param name="now">Now.</param>
    /// <param name="ssrc">In network order: a stream that needs a key frame now. Ask again until it says false.</param>
    public bool TryGiveUp(long now, out uint ssrc)
    {
        ssrc = 0;
        while (!_repairs.IsEmpty && now - _repairs.First->ArrivedMicroseconds > LongestMicroseconds) Drop(ref _repairs);
        if (_pictures.IsEmpty || now - _pictures.First->ArrivedMicroseconds <= LongestMicroseconds) return false;
        ssrc = SsrcBits(_pictures.First);
        // Behind a hole nothing of the stream can be decoded; what belongs to others keeps its place.
        for (var left = _pictures.Count; left > 0; left--)
        {
            if (SsrcBits(_pictures.First) == ssrc) Drop(ref _pictures);
            else _pictures.Add(_pictures.Take());
        }
        return true;
    }

    /// <summary>When it is to be looked at again, in microseconds from now; <see cref="long.MaxValue"/>: nothing waits.</summary>
    public long Wait(long now) => IsEmpty ? long.MaxValue : Math.Clamp(_budget.Wait(now), LeastWaitMicroseconds, MostWaitMicroseconds);

    public void Clear()
    {
        while (!_repairs.IsEmpty) pool.Release(_repairs.Take());
        while (!_pictures.IsEmpty) pool.Release(_pictures.Take());
    }

    private int Forget(ref PacketQueue queue, uint ssrc, uint rtxSsrc)
    {
        var dropped = 0;
        for (var left = queue.Count; left > 0; left--)
        {
            var packet = queue.Take();
            var owner = BinaryPrimitives.ReverseEndianness(SsrcBits(packet));
            if (owner != ssrc && owner != rtxSsrc)
            {
                queue.Add(packet);
                continue;
            }
            pool.Release(packet);
            dropped++;
        }
        return dropped;
    }

    private void Drop(ref PacketQueue queue)
    {
        pool.Release(queue.Take());
        GivenUp++;
    }

    private static uint SsrcBits(Packet* packet) => *(uint*)(Packet.Data(packet) + 8);
}
