using Conference.MediaPod.Wire.Rtp;

namespace Conference.Wire.Tests.Rtp;

public sealed class RtpHeaderTests
{
    [Fact]
    public void Reads_the_fixed_header()
    {
        var packet = Hex.Bytes("80 E0 1234 89ABCDEF 01020304 AABBCC");
        Assert.True(RtpHeader.TryParse(packet, out var header));
        Assert.True(header.Marker);
        Assert.Equal(96, header.PayloadType);
        Assert.Equal(0x1234, header.Sequence);
        Assert.Equal(0x89ABCDEFu, header.Timestamp);
        Assert.Equal(0x01020304u, header.Ssrc);
        Assert.Equal(0, header.CsrcCount);
        Assert.False(header.HasExtension);
        Assert.Equal(12, header.PayloadOffset);
        Assert.Equal([0xAA, 0xBB, 0xCC], header.Payload(packet).ToArray());
        Assert.Equal(0, header.PaddingLength);
        Assert.Equal(packet.Length, header.PacketLength);
    }

    [Fact]
    public void Reads_sources_extension_and_padding()
    {
        var packet = Hex.Bytes("B2 6F 0001 00000002 00000003 0000000A 0000000B BEDE0001 10FF0000 AABB 000003");
        Assert.True(RtpHeader.TryParse(packet, out var header));
        Assert.False(header.Marker);
        Assert.Equal(111, header.PayloadType);
        Assert.Equal(2, header.CsrcCount);
        Assert.Equal(0xBu, header.Csrc(packet, 1));
        Assert.True(header.HasExtension);
        Assert.Equal(0xBEDE, header.ExtensionProfile);
        Assert.Equal(24, header.ExtensionOffset);
        Assert.Equal(4, header.ExtensionLength);
        Assert.Equal([0x10, 0xFF, 0, 0], header.Extension(packet).ToArray());
        Assert.Equal(28, header.PayloadOffset);
        Assert.Equal([0xAA, 0xBB], header.Payload(packet).ToArray());
        Assert.Equal(3, header.PaddingLength);
        Assert.Equal(packet.Length, header.PacketLength);
    }

    [Theory]
    [InlineData("80 E0 1234 89ABCDEF 010203", "fixed header cut short")]
    [InlineData("40 E0 1234 89ABCDEF 01020304", "version 1")]
    [InlineData("C0 E0 1234 89ABCDEF 01020304", "version 3")]
    [InlineData("81 E0 1234 89ABCDEF 01020304 0000", "source cut short")]
    [InlineData("90 E0 1234 89ABCDEF 01020304 BEDE", "extension header cut short")]
    [InlineData("90 E0 1234 89ABCDEF 01020304 BEDE0002 00000000", "extension cut short")]
    [InlineData("90 E0 1234 89ABCDEF 01020304 BEDEFFFF 00000000", "extension far too long")]
    [InlineData("A0 E0 1234 89ABCDEF 01020304 AABB00", "padding of nothing")]
    [InlineData("A0 E0 1234 89ABCDEF 01020304 AABB04", "padding longer than the payload")]
    [InlineData("A0 E0 1234 89ABCDEF 01020304", "padding without a byte")]
    public void Refuses_what_does_not_fit(string packet, string why)
    {
        Assert.False(RtpHeader.TryParse(Hex.Bytes(packet), out var header), why);
        Assert.Equal(0, header.PacketLength);
    }

    [Fact]
    public void Padding_of_a_protected_packet_is_not_looked_at()
    {
        var packet = Hex.Bytes("A0 E0 1234 89ABCDEF 01020304 AABB FF");
        Assert.False(RtpHeader.TryParse(packet, out _));
        Assert.True(RtpHeader.TryParseProtected(packet, out var header));
        Assert.Equal(3, header.PayloadLength);
        Assert.Equal(0, header.PaddingLength);
    }

    [Fact]
    public void Setters_change_only_their_field()
    {
        var packet = Hex.Bytes("90 E0 1234 89ABCDEF 01020304 BEDE0001 10FF0000 AABB");
        RtpHeader.SetSequence(packet, 0xFFFE);
        RtpHeader.SetTimestamp(packet, 7);
        RtpHeader.SetSsrc(packet, 8);
        RtpHeader.SetPayloadType(packet, 111);
        Assert.Equal(Hex.Bytes("90 EF FFFE 00000007 00000008 BEDE0001 10FF0000 AABB"), packet);
        RtpHeader.SetMarker(packet, false);
        Assert.Equal(0x6F, packet[1]);
        RtpHeader.SetMarker(packet, true);
        Assert.Equal(0xEF, packet[1]);
    }

    [Fact]
    public void What_is_written_is_read_back() => Property.ForAll((uint a, uint b) =>
    {
        var packet = new byte[RtpHeader.FixedLength];
        RtpHeader.Write(packet, (a & 1) != 0, (byte)(a >> 1 & 0x7F), (ushort)b, a, ~b);
        return RtpHeader.TryParse(packet, out var header) && header.Marker == ((a & 1) != 0) && header.PayloadType == (a >> 1 & 0x7F)
            && header.Sequence == (ushort)b && header.Timestamp == a && header.Ssrc == ~b && header.PayloadLength == 0;
    });

    [Fact]
    public void Any_bytes_parse_or_are_refused_and_never_lie_about_offsets() => Property.ForAll((byte[] bytes) =>
    {
        if (bytes.Length > 0) bytes[0] = (byte)(0x80 | (bytes[0] & 0x3F));
        return !RtpHeader.TryParse(bytes, out var header)
            || header.Payload(bytes).Length + header.HeaderLength + header.PaddingLength == bytes.Length && header.Extension(bytes).Length == header.ExtensionLength;
    });
}
