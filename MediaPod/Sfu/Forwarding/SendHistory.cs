using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>
/// What one transport sent under which transport-wide sequence number and when, for the feedback that comes back about it
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01). Native memory, taken with the first packet.
/// </summary>
internal sealed unsafe class SendHistory : IDisposable
{
    /// <summary>Packets remembered: three seconds of 10 Mbps.</summary>
    public const int Capacity = 4096;

    private SentPacket* _ring;
    private SentPacket* _last;
    private ushort _next;

    public long Bytes => _ring == null ? 0 : Capacity * (long)sizeof(SentPacket);

    /// <summary>Packets that feedback has acknowledged or reported lost, ever.</summary>
    public long AcknowledgedPackets { get; private set; }
    public long LostPackets { get; private set; }

    /// <summary>The number for a packet that leaves now; how long it is says <see cref="Leaves"/>.</summary>
    /// <param name="now">Now.</param>
    /// <param name="cluster">The probe that it belongs to; 0: none.</param>
    public ushort Take(long now, byte cluster)
    {
        if (_ring == null) _ring = (SentPacket*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(SentPacket));
        var sequence = _next++;
        _last = _ring + (sequence & (Capacity - 1));
        *_last = new SentPacket { SentMicroseconds = now, Sequence = sequence, Cluster = cluster };
        return sequence;
    }

    /// <summary>The packet that took the last number leaves with so many bytes. False: none has taken one since.</summary>
    public bool Leaves(int bytes)
    {
        if (_last == null) return false;
        _last->Bytes = (ushort)bytes;
        _last = null;
        return true;
    }

    /// <summary>Takes in what feedback says about one packet. Null: unknown, or told before.</summary>
    /// <param name="sequence">Which.</param>
    /// <param name="received">Whether it arrived.</param>
    /// <param name="wasLost">It was reported lost before, and came after all.</param>
    public SentPacket* Acknowledge(ushort sequence, bool received, out bool wasLost)
    {
        wasLost = false;
        if (_ring == null) return null;
        var packet = _ring + (sequence & (Capacity - 1));
        if (packet->Sequence != sequence || packet->Bytes == 0 || packet->Fate == SentFate.Arrived) return null;
        wasLost = packet->Fate == SentFate.Lost;
        if (received)
        {
            packet->Fate = SentFate.Arrived;
            AcknowledgedPackets++;
            if (wasLost) LostPackets--;
            return packet;
        }
        if (wasLost) return null;
        packet->Fate = SentFate.Lost;
        LostPackets++;
        return packet;
    }

    /// <summary>
    /// A packet is sent again under the number that it had: somebody missed it. Which of the two feedback means from now on nobody knows, and taken for the first the second would look like a
    /// packet that waited a round trip on the path; so nothing that is told of it counts any more.
    /// </summary>
    /// <returns>It is known to be lost only now.</returns>
    public bool Repeats(ushort sequence)
    {
        if (_ring == null) return false;
        var packet = _ring + (sequence & (Capacity - 1));
        if (packet->Sequence != sequence || packet->Bytes == 0) return false;
        var isNews = packet->Fate == SentFate.Unknown;
        packet->Fate = SentFate.Arrived;
        if (isNews) LostPackets++;
        return isNews;
    }

    public void Dispose()
    {
        NativeMemory.Free(_ring);
        _ring = null;
        _last = null;
    }

    internal enum SentFate : byte
    {
        Unknown,
        Lost,
        Arrived,
    }

    internal struct SentPacket
    {
        public long SentMicroseconds;
        public ushort Bytes;
        public ushort Sequence;
        public SentFate Fate;
        public byte Cluster;
    }
}
