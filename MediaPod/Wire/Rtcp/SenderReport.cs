using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>The sender's part of a sender report (RFC 3550 section 6.4.1).</summary>
/// <param name="Ssrc">The source.</param>
/// <param name="NtpTimestamp">When it was sent: see <see cref="NtpTime"/>.</param>
/// <param name="RtpTimestamp">The same moment in units of the RTP clock.</param>
/// <param name="PacketCount">RTP packets sent so far, modulo 2^32.</param>
/// <param name="OctetCount">Payload bytes sent so far, modulo 2^32.</param>
public readonly record struct SenderReport(uint Ssrc, ulong NtpTimestamp, uint RtpTimestamp, uint PacketCount, uint OctetCount)
{
    internal const int Length = 24;

    /// <summary>Reads the sender's part of an SR. False if the block is none or cut short.</summary>
    public static bool TryRead(RtcpBlock block, out SenderReport report)
    {
        report = default;
        var body = block.Body;
        if (block.Type != RtcpPacketType.SenderReport || body.Length < Length) return false;
        report = new SenderReport(
            BinaryPrimitives.ReadUInt32BigEndian(body),
            BinaryPrimitives.ReadUInt64BigEndian(body[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[12..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[16..]),
            BinaryPrimitives.ReadUInt32BigEndian(body[20..]));
        return true;
    }

    internal void Write(Span<byte> body)
    {
        BinaryPrimitives.WriteUInt32BigEndian(body, Ssrc);
        BinaryPrimitives.WriteUInt64BigEndian(body[4..], NtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[12..], RtpTimestamp);
        BinaryPrimitives.WriteUInt32BigEndian(body[16..], PacketCount);
        BinaryPrimitives.WriteUInt32BigEndian(body[20..], OctetCount);
    }
}
