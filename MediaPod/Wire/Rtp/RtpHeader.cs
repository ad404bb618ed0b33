using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// The header of one RTP packet (RFC 3550 section 5.1) as values and offsets into the packet it was parsed from.
/// Every offset and length is checked against that packet: slicing the same bytes with them cannot fail.
/// </summary>
public readonly struct RtpHeader
{
    /// <summary>Length in bytes of the fixed header, without contributing sources and extensions.</summary>
    public const int FixedLength = 12;

    private const byte PaddingBit = 0x20;
    private const byte ExtensionBit = 0x10;
    private const byte MarkerBit = 0x80;

    private readonly ushort _extensionWords;
    private readonly byte _first;
    private readonly byte _second;

    private RtpHeader(ReadOnlySpan<byte> packet, int payloadOffset, int paddingLength, ushort profile, ushort extensionWords)
    {
        _first = packet[0];
        _second = packet[1];
        Sequence = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        Timestamp = BinaryPrimitives.ReadUInt32BigEndian(packet[4..]);
        Ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet[8..]);
        PayloadOffset = payloadOffset;
        PaddingLength = paddingLength;
        PayloadLength = packet.Length - payloadOffset - paddingLength;
        ExtensionProfile = profile;
        _extensionWords = extensionWords;
    }

    /// <summary>The marker bit. For video: last packet of a picture. For audio: first packet after silence.</summary>
    public bool Marker => (_second & MarkerBit) != 0;

    /// <summary>Payload type, 0 to 127.</summary>
    public byte PayloadType => (byte)(_second & 0x7F);

    /// <summary>Sequence number, modulo 2^16. See <see cref="SequenceNumber"/> for its arithmetic.</summary>
    public ushort Sequence { get; }

    /// <summary>Media timestamp in units of the codec's clock, modulo 2^32.</summary>
    public uint Timestamp { get; }

    /// <summary>Synchronization source.</summary>
    public uint Ssrc { get; }

    /// <summary>Number of contributing sources, 0 to 15, four bytes each from <see cref="FixedLength"/> on.</summary>
    public int CsrcCount => _first & 0x0F;

    /// <summary>Whether a header extension is present, even an empty one.</summary>
    public bool HasExtension => (_first & ExtensionBit) != 0;

    /// <summary>The 16 bits "defined by profile" of the header extension; 0 without one. 0xBEDE and 0x100x are RFC 8285.</summary>
    public ushort ExtensionProfile { get; }

    /// <summary>Offset in bytes of the extension's data, after its own four-byte header; meaningless if <see cref="ExtensionLength"/> is 0.</summary>
    public int ExtensionOffset => PayloadOffset - ExtensionLength;

    /// <summary>Length in bytes of the extension's data, a multiple of 4.</summary>
    public int ExtensionLength => _extensionWords * 4;

    /// <summary>Length in bytes of everything before the payload.</summary>
    public int HeaderLength => PayloadOffset;

    /// <summary>Offset in bytes of the payload.</summary>
    public int PayloadOffset { get; }

    /// <summary>Length in bytes of the payload, without padding. May be 0.</summary>
    public int PayloadLength { get; }

    /// <summary>Length in bytes of the padding at the end, including its count byte; 0 without padding.</summary>
    public int PaddingLength { get; }

    /// <summary>Length in bytes of the whole packet.</summary>
    public int PacketLength => PayloadOffset + PayloadLength + PaddingLength;

    /// <summary>Parses the header of a plain RTP packet.</summary>
    /// <param name="packet">Exactly one packet.</param>
    /// <param name="header">The header; default where the result is false.</param>
    /// <returns>False if the version is not 2, or sources, extension or padding do not fit in the packet.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out RtpHeader header) => TryParse(packet, withPadding: true, out header);

    /// <summary>
    /// Parses the header of an SRTP packet that is not decrypted yet: padding cannot be read then, so
    /// <see cref="PayloadLength"/> covers everything after the header and <see cref="PaddingLength"/> is 0.
    /// </summary>
    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out RtpHeader)"/>
    public static bool TryParseProtected(ReadOnlySpan<byte> packet, out RtpHeader header) => TryParse(packet, withPadding: false, out header);

    private static bool TryParse(ReadOnlySpan<byte> packet, bool withPadding, out RtpHeader header)
    {
        header = default;
        if (packet.Length < FixedLength || packet[0] >> 6 != 2) return false;
        var offset = FixedLength + (packet[0] & 0x0F) * 4;
        ushort profile = 0, words = 0;
        if ((packet[0] & ExtensionBit) != 0)
        {
            if (packet.Length < offset + 4) return false;
            profile = BinaryPrimitives.ReadUInt16BigEndian(packet[offset..]);
            words = BinaryPrimitives.ReadUInt16BigEndian(packet[(offset + 2)..]);
            offset += 4 + words * 4;
        }
        if (packet.Length < offset) return false;
        var padding = 0;
        if (withPadding && (packet[0] & PaddingBit) != 0)
        {
            padding = packet[^1];
            if (padding == 0 || padding > packet.Length - offset) return false;
        }
        header = new RtpHeader(packet, offset, padding, profile, words);
        return true;
    }

    /// <summary>The payload of <paramref name="packet"/>, which must be the packet this header was parsed from.</summary>
    public ReadOnlySpan<byte> Payload(ReadOnlySpan<byte> packet) => packet.Slice(PayloadOffset, PayloadLength);

    /// <summary>The extension data of <paramref name="packet"/>, which must be the packet this header was parsed from.</summary>
    public ReadOnlySpan<byte> Extension(ReadOnlySpan<byte> packet) => packet.Slice(ExtensionOffset, ExtensionLength);

    /// <summary>The contributing source number <paramref name="index"/> (0 to <see cref="CsrcCount"/> - 1) of the packet this header was parsed from.</summary>
    public uint Csrc(ReadOnlySpan<byte> packet, int index) => BinaryPrimitives.ReadUInt32BigEndian(packet.Slice(FixedLength + index * 4, 4));

    /// <summary>Writes a fixed header of 12 bytes: version 2, no padding, no extension, no contributing sources.</summary>
    public static void Write(Span<byte> packet, bool marker, byte payloadType, ushort sequence, uint timestamp, uint ssrc)
    {
        packet[0] = 0x80;
        packet[1] = (byte)((marker ? MarkerBit : 0) | (payloadType & 0x7F));
        SetSequence(packet, sequence);
        SetTimestamp(packet, timestamp);
        SetSsrc(packet, ssrc);
    }

    /// <summary>Overwrites the sequence number of a parsed packet.</summary>
    public static void SetSequence(Span<byte> packet, ushort value) => BinaryPrimitives.WriteUInt16BigEndian(packet[2..], value);

    /// <summary>Overwrites the timestamp of a parsed packet.</summary>
    public static void SetTimestamp(Span<byte> packet, uint value) => BinaryPrimitives.WriteUInt32BigEndian(packet[4..], value);

    /// <summary>Overwrites the synchronization source of a parsed packet.</summary>
    public static void SetSsrc(Span<byte> packet, uint value) => BinaryPrimitives.WriteUInt32BigEndian(packet[8..], value);

    /// <summary>Overwrites the payload type (0 to 127) of a parsed packet; the marker bit stays.</summary>
    public static void SetPayloadType(Span<byte> packet, byte value) => packet[1] = (byte)((packet[1] & MarkerBit) | (value & 0x7F));

    /// <summary>Overwrites the marker bit of a parsed packet.</summary>
    public static void SetMarker(Span<byte> packet, bool value) => packet[1] = (byte)((packet[1] & 0x7F) | (value ? MarkerBit : 0));

    /// <summary>Overwrites the bit that says that a header extension follows.</summary>
    public static void SetExtensionBit(Span<byte> packet, bool value) => packet[0] = (byte)((packet[0] & ~ExtensionBit) | (value ? ExtensionBit : 0));

    /// <summary>Overwrites the bit that says that the packet ends in padding, whose last byte is its length.</summary>
    public static void SetPaddingBit(Span<byte> packet, bool value) => packet[0] = (byte)((packet[0] & ~PaddingBit) | (value ? PaddingBit : 0));
}
