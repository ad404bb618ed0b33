using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>One RTCP packet of a compound one (RFC 3550 section 6.1), seen through its bytes. Called a block here, as "packet" is the datagram.</summary>
public readonly ref struct RtcpBlock
{
    internal RtcpBlock(ReadOnlySpan<byte> bytes, int paddingLength)
    {
        Bytes = bytes;
        Body = bytes[4..^paddingLength];
    }

    /// <summary>The whole block with header and padding, a multiple of four bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>What follows the four-byte header, without padding.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>The packet type, known or not.</summary>
    public RtcpPacketType Type => (RtcpPacketType)Bytes[1];

    /// <summary>The five bits behind the padding bit: number of reports, chunks or sources, or the feedback format. 0 to 31.</summary>
    public int Count => Bytes[0] & 0x1F;

    /// <summary>Whether this is generic NACK.</summary>
    public bool IsNack => Is(RtcpPacketType.TransportFeedback, RtcpFeedbackFormat.Nack);

    /// <summary>Whether this is transport-wide feedback.</summary>
    public bool IsTransportWide => Is(RtcpPacketType.TransportFeedback, RtcpFeedbackFormat.TransportWide);

    /// <summary>Whether this is a picture loss indication.</summary>
    public bool IsPictureLoss => Is(RtcpPacketType.PayloadFeedback, RtcpFeedbackFormat.PictureLoss);

    /// <summary>Whether this is a full intra request.</summary>
    public bool IsFullIntraRequest => Is(RtcpPacketType.PayloadFeedback, RtcpFeedbackFormat.FullIntraRequest);

    private bool Is(RtcpPacketType type, int format) => Type == type && Count == format;

    /// <summary>Who sent the block: its first word. False if there is none.</summary>
    public bool TryGetSender(out uint ssrc) => BinaryPrimitives.TryReadUInt32BigEndian(Body, out ssrc);

    /// <summary>Sender and source of a feedback block, such as a picture loss indication (RFC 4585 section 6.1). False if cut short or no feedback.</summary>
    public bool TryGetFeedback(out uint senderSsrc, out uint mediaSsrc)
    {
        (senderSsrc, mediaSsrc) = (0, 0);
        if (Type is not (RtcpPacketType.TransportFeedback or RtcpPacketType.PayloadFeedback) || Body.Length < 8) return false;
        senderSsrc = BinaryPrimitives.ReadUInt32BigEndian(Body);
        mediaSsrc = BinaryPrimitives.ReadUInt32BigEndian(Body[4..]);
        return true;
    }

    /// <summary>Number of sources that a BYE ends, as far as they are there (RFC 3550 section 6.6); 0 for other blocks.</summary>
    public int ByeCount => Type == RtcpPacketType.Bye ? Math.Min(Count, Body.Length / 4) : 0;

    /// <summary>Source number <paramref name="index"/> (0 to <see cref="ByeCount"/> - 1) of a BYE.</summary>
    public uint ByeSsrc(int index) => BinaryPrimitives.ReadUInt32BigEndian(Body.Slice(index * 4, 4));
}
