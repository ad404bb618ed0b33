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
    private ushort _next;

    public long Bytes => _ring == null ? 0 : Capacity * (long)sizeof(SentPacket);

    /// <summary>Packets and bytes that feedback has acknowledged or reported lost, ever.</summary>
    public long AcknowledgedPackets { get; private set; }
    public long AcknowledgedBytes { get; private set; }
    public long LostPackets { get; private set; }

    /// <summary>The number for a packet that leaves now.</summary>
    public ushort Take(int bytes, long now)
    {
        if (_ring == null) _ring = (SentPacket*)NativeMemory.AllocZeroed(Capacity, (nuint)sizeof(SentPacket));
        var sequence = _next++;
        _ring[sequence & (Capacity - 1)] = new SentPacket { SentMicroseconds = now, Bytes = (ushort)bytes, Sequence = sequence };
        return sequence;
    }

    /// <summary>Takes in what feedback says about one packet. Null: unknown, or told before.</summary>
    public SentPacket* Acknowledge(ushort sequence, bool received)
    {
        if (_ring == null) return null;
        var packet = _ring + (sequence & (Capacity - 1));
        if (packet->Sequence != sequence || packet->Bytes == 0 || packet->Told) return null;
        packet->Told = received; // what is reported lost may yet be reported received
        if (received)
        {
            AcknowledgedPackets++;
            AcknowledgedBytes += packet->Bytes;
        }
        else LostPackets++;
        return packet;
    }

    public void Dispose()
    {
        NativeMemory.Free(_ring);
        _ring = null;
    }

    internal struct SentPacket
    {
        public long SentMicroseconds;
        public ushort Bytes;
        public ushort Sequence;
        public bool Told;
    }
}
