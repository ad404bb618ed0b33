using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>Receiver estimated maximum bitrate, REMB (draft-alvestrand-rmcat-remb-03 section 2.2).</summary>
public readonly ref struct ReceiverEstimate
{
    internal const int HeadLength = 16;
    internal const uint Identifier = 0x52454D42; // "REMB"

    private readonly ReadOnlySpan<byte> _ssrcs;

    private ReceiverEstimate(uint sender, ulong bitsPerSecond, ReadOnlySpan<byte> ssrcs)
    {
        SenderSsrc = sender;
        BitsPerSecond = bitsPerSecond;
        _ssrcs = ssrcs;
    }

    /// <summary>Who estimated.</summary>
    public uint SenderSsrc { get; }

    /// <summary>The estimate for all the sources together, in bit/s.</summary>
    public ulong BitsPerSecond { get; }

    /// <summary>Number of sources, 0 to 255.</summary>
    public int SsrcCount => _ssrcs.Length / 4;

    /// <summary>Source number <paramref name="index"/>, 0 to <see cref="SsrcCount"/> - 1.</summary>
    public uint Ssrc(int index) => BinaryPrimitives.ReadUInt32BigEndian(_ssrcs.Slice(index * 4, 4));

    /// <summary>Parses a block. False if it is no REMB, cut short, or of a rate above 2^64 bit/s.</summary>
    public static bool TryParse(RtcpBlock block, out ReceiverEstimate estimate)
    {
        estimate = default;
        var body = block.Body;
        if (block.Type != RtcpPacketType.PayloadFeedback || block.Count != RtcpFeedbackFormat.ApplicationLayer || body.Length < HeadLength) return false;
        if (BinaryPrimitives.ReadUInt32BigEndian(body[8..]) != Identifier) return false;
        var ssrcs = body[HeadLength..];
        if (ssrcs.Length < body[12] * 4) return false;
        var exponent = body[13] >> 2;
        var mantissa = (ulong)(((body[13] & 3) << 16) | (body[14] << 8) | body[15]);
        if (mantissa << exponent >> exponent != mantissa) return false;
        estimate = new ReceiverEstimate(BinaryPrimitives.ReadUInt32BigEndian(body), mantissa << exponent, ssrcs[..(body[12] * 4)]);
        return true;
    }
}
