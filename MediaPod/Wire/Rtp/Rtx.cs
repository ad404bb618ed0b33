using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>Retransmission payload format, session-multiplexed by SSRC (RFC 4588 section 4).</summary>
public static class Rtx
{
    /// <summary>Length in bytes of the original sequence number in front of a retransmitted payload.</summary>
    public const int OverheadLength = 2;

    /// <summary>
    /// Writes the retransmission of <paramref name="original"/>: same header (marker, timestamp, sources, extension), with the original
    /// sequence number in front of the payload. Padding of the original is left out.
    /// </summary>
    /// <param name="original">The packet as it was sent first.</param>
    /// <param name="header">Its header.</param>
    /// <param name="payloadType">Payload type of the retransmission stream, 0 to 127.</param>
    /// <param name="ssrc">SSRC of the retransmission stream.</param>
    /// <param name="sequence">Next sequence number of the retransmission stream.</param>
    /// <param name="destination">Where to write; must not overlap <paramref name="original"/>.</param>
    /// <param name="length">Bytes written.</param>
    /// <returns>False if the destination is too short.</returns>
    public static bool TryEncapsulate(
        ReadOnlySpan<byte> original, in RtpHeader header, byte payloadType, uint ssrc, ushort sequence, Span<byte> destination, out int length)
    {
        length = header.HeaderLength + OverheadLength + header.PayloadLength;
        if (destination.Length < length)
        {
            length = 0;
            return false;
        }
        original[..header.HeaderLength].CopyTo(destination);
        BinaryPrimitives.WriteUInt16BigEndian(destination[header.HeaderLength..], header.Sequence);
        header.Payload(original).CopyTo(destination[(header.HeaderLength + OverheadLength)..]);
        RtpHeader.SetPaddingBit(destination, false);
        RtpHeader.SetPayloadType(destination, payloadType);
        RtpHeader.SetSequence(destination, sequence);
        RtpHeader.SetSsrc(destination, ssrc);
        return true;
    }

    /// <summary>
    /// Turns a retransmission into the original packet in place: the header moves two bytes towards the end, so that the original
    /// is <paramref name="packet"/> without its first <see cref="OverheadLength"/> bytes (padding, if any, stays at the end).
    /// </summary>
    /// <param name="packet">The retransmission, overwritten.</param>
    /// <param name="header">Its header.</param>
    /// <param name="payloadType">Payload type of the original stream (<c>apt</c>), 0 to 127.</param>
    /// <param name="ssrc">SSRC of the original stream.</param>
    /// <param name="original">The original packet, inside <paramref name="packet"/>.</param>
    /// <returns>False, and nothing changed, if the payload cannot hold a sequence number: such packets are padding that probes for bandwidth.</returns>
    public static bool TryDecapsulate(Span<byte> packet, in RtpHeader header, byte payloadType, uint ssrc, out Span<byte> original)
    {
        original = default;
        if (header.PayloadLength < OverheadLength) return false;
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[header.PayloadOffset..]);
        packet[..header.HeaderLength].CopyTo(packet[OverheadLength..]);
        original = packet[OverheadLength..];
        RtpHeader.SetSequence(original, sequence);
        RtpHeader.SetPayloadType(original, payloadType);
        RtpHeader.SetSsrc(original, ssrc);
        return true;
    }
}
