using Conference.MediaPod.Wire.Rtp;

namespace Conference.Wire.Tests.Rtp;

public sealed class RtxTests
{
    [Fact]
    public void Encapsulates_with_the_original_sequence_number_and_back()
    {
        var original = Hex.Bytes("B0 E0 1234 00000002 00000003 BEDE0001 10FF0000 AABBCC 000003");
        Assert.True(RtpHeader.TryParse(original, out var header));
        var buffer = new byte[64];
        Assert.True(Rtx.TryEncapsulate(original, header, 97, 0x99, 7, buffer, out var length));
        Assert.Equal(Hex.Bytes("90 E1 0007 00000002 00000099 BEDE0001 10FF0000 1234 AABBCC"), buffer[..length]);
        Assert.True(RtpHeader.TryParse(buffer.AsSpan(0, length), out var rtxHeader));
        Assert.True(Rtx.TryDecapsulate(buffer.AsSpan(0, length), rtxHeader, 96, 3, out var back));
        Assert.Equal(Hex.Bytes("90 E0 1234 00000002 00000003 BEDE0001 10FF0000 AABBCC"), back.ToArray());
    }

    [Fact]
    public void A_buffer_too_short_is_refused()
    {
        var original = Hex.Bytes("80 E0 1234 00000002 00000003 AABBCC");
        Assert.True(RtpHeader.TryParse(original, out var header));
        Assert.False(Rtx.TryEncapsulate(original, header, 97, 0x99, 7, new byte[16], out var length));
        Assert.Equal(0, length);
    }

    [Theory]
    [InlineData("A0 E1 0007 00000002 00000099 00000003")]
    [InlineData("80 E1 0007 00000002 00000099")]
    [InlineData("80 E1 0007 00000002 00000099 12")]
    public void Padding_that_probes_is_no_retransmission(string packet)
    {
        var bytes = Hex.Bytes(packet);
        Assert.True(RtpHeader.TryParse(bytes, out var header));
        Assert.False(Rtx.TryDecapsulate(bytes, header, 96, 3, out _));
        Assert.Equal(Hex.Bytes(packet), bytes);
    }
}
