using System.Collections.Immutable;
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

    /// <summary>Header extensions of every packet, as its name in a bundle and its encoding.</summary>
    public ImmutableArray<PacketExtension> Extensions { get; init; } = [];

    /// <summary>Key frames that were sent.</summary>
    public int KeyFrames { get; private protected set; }

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

    /// <summary>Goes on after a pause: what was not sent meanwhile is not caught up with.</summary>
    public virtual void Resume(long nowMicroseconds) => DueMicroseconds = nowMicroseconds;

    /// <summary>A receiver needs a key frame. Nothing for sound.</summary>
    public virtual void RequestKeyFrame()
    {
    }

    /// <summary>Writes what is due at <see cref="DueMicroseconds"/>, and sets that to the next.</summary>
    protected abstract void Write(long nowMicroseconds, IPacketSink sink);

    /// <summary>Puts the header; the payload is written by the caller behind what this returns.</summary>
    protected int Begin(Span<byte> packet, bool marker, uint timestamp, byte levelExtension = 0, AudioLevel level = default)
    {
        RtpHeader.Write(packet, marker, PayloadType, (ushort)_index, timestamp, Ssrc);
        if (levelExtension == 0 && Extensions.IsEmpty) return RtpHeader.FixedLength;
        var writer = new HeaderExtensionWriter(packet);
        if (levelExtension != 0 && writer.TryReserve(levelExtension, AudioLevel.Length, out var place)) level.Write(place);
        foreach (var extension in Extensions) writer.TryAdd(extension.Id, extension.Value.AsSpan());
        return writer.Complete();
    }

    /// <summary>Hands the packet on as it is.</summary>
    protected void Finish(Span<byte> packet, int headerLength, IPacketSink sink)
    {
        _number++;
        PayloadBytes += packet.Length - headerLength;
        sink.Send(packet, headerLength, _index++);
    }

    /// <summary>Stamps the payload and hands the packet on.</summary>
    protected void Finish(Span<byte> packet, int headerLength, int @unchecked, long nowMicroseconds, IPacketSink sink)
    {
        new PacketStamp(Stream, _number, nowMicroseconds).Write(packet[headerLength..], @unchecked);
        Finish(packet, headerLength, sink);
    }
}

/// <summary>A header extension that every packet of a source has.</summary>
/// <param name="Id">As the offer maps it.</param>
/// <param name="Value">1 to 16 bytes.</param>
public sealed record PacketExtension(byte Id, ImmutableArray<byte> Value);

/// <summary>Takes packets that a source wrote.</summary>
public interface IPacketSink
{
    /// <summary>Takes a packet, which is valid during the call only.</summary>
    /// <param name="packet">In the clear.</param>
    /// <param name="headerLength">Length of its header.</param>
    /// <param name="index">Roll-over counter * 2^16 + sequence number.</param>
    void Send(ReadOnlySpan<byte> packet, int headerLength, ulong index);
}
