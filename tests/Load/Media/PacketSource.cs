using Conference.MediaPod.Wire.Rtp;

namespace Conference.Load.Media;

/// <summary>One track that is published: shapes packets, when they are due. Owned by one thread.</summary>
public abstract class PacketSource
{
    /// <summary>Longest packet that is written, protection not counted.</summary>
    public const int MaxPacketBytes = 1200;

    private ulong _index;
    private uint _number;

    /// <param name="stream">Names it in every stamp.</param>
    /// <param name="ssrc">Announced in the offer.</param>
    /// <param name="payloadType">Of its codec.</param>
    /// <param name="beginMicroseconds">When its first packet is due.</param>
    private protected PacketSource(uint stream, uint ssrc, byte payloadType, long beginMicroseconds)
    {
        (Stream, Ssrc, PayloadType, DueMicroseconds) = (stream, ssrc, payloadType, beginMicroseconds);
        BeginMicroseconds = beginMicroseconds;
    }

    /// <summary>Names it in every stamp.</summary>
    public uint Stream { get; }

    /// <summary>Its SSRC.</summary>
    public uint Ssrc { get; }

    /// <summary>When the next packets are due.</summary>
    public long DueMicroseconds { get; protected set; }

    /// <summary>Packets that were written.</summary>
    public uint Packets => _number;

    /// <summary>Payload bytes that were written.</summary>
    public long PayloadBytes { get; private set; }

    /// <summary>Ticks of its RTP clock per second.</summary>
    public abstract int ClockRate { get; }

    /// <summary>The RTP timestamp of a moment.</summary>
    public uint TimestampAt(long nowMicroseconds) => (uint)((nowMicroseconds - BeginMicroseconds) * ClockRate / 1_000_000);

    /// <summary>Where timestamps begin.</summary>
    protected long BeginMicroseconds { get; }

    private byte PayloadType { get; }

    /// <summary>Writes what is due and moves on to the next; nothing while it is not due.</summary>
    /// <param name="nowMicroseconds">By the monotonic clock.</param>
    /// <param name="sink">Takes each packet.</param>
    public void Run(long nowMicroseconds, IPacketSink sink)
    {
        while (DueMicroseconds <= nowMicroseconds) Write(nowMicroseconds, sink);
    }

    /// <summary>A receiver needs a key frame. Nothing for sound.</summary>
    public virtual void RequestKeyFrame()
    {
    }

    /// <summary>Writes what is due at <see cref="DueMicroseconds"/>, and sets that to the next.</summary>
    protected abstract void Write(long nowMicroseconds, IPacketSink sink);

    /// <summary>Puts the header; the payload is written by the caller behind what this returns.</summary>
    protected int Begin(Span<byte> packet, bool marker, uint timestamp)
    {
        RtpHeader.Write(packet, marker, PayloadType, (ushort)_index, timestamp, Ssrc);
        return RtpHeader.FixedLength;
    }

    /// <summary>Stamps the payload and hands the packet on.</summary>
    protected void Finish(Span<byte> packet, int headerLength, int @unchecked, long nowMicroseconds, IPacketSink sink)
    {
        new PacketStamp(Stream, _number++, nowMicroseconds).Write(packet[headerLength..], @unchecked);
        PayloadBytes += packet.Length - headerLength;
        sink.Send(packet, headerLength, _index++);
    }
}

/// <summary>Takes packets that a source wrote.</summary>
public interface IPacketSink
{
    /// <summary>Takes a packet, which is valid during the call only.</summary>
    /// <param name="packet">In the clear.</param>
    /// <param name="headerLength">Length of its header.</param>
    /// <param name="index">Roll-over counter * 2^16 + sequence number.</param>
    void Send(ReadOnlySpan<byte> packet, int headerLength, ulong index);
}
