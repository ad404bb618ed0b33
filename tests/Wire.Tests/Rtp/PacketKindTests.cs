using Conference.MediaPod.Wire.Rtp;

namespace Conference.Wire.Tests.Rtp;

public sealed class PacketKindTests
{
    [Theory]
    [InlineData(0, 1, PacketKind.Stun)]
    [InlineData(3, 1, PacketKind.Stun)]
    [InlineData(4, 1, PacketKind.Unknown)]
    [InlineData(19, 1, PacketKind.Unknown)]
    [InlineData(20, 254, PacketKind.Dtls)]
    [InlineData(63, 254, PacketKind.Dtls)]
    [InlineData(64, 0, PacketKind.Unknown)]
    [InlineData(127, 0, PacketKind.Unknown)]
    [InlineData(128, 111, PacketKind.Rtp)]
    [InlineData(0x90, 0x80 | 96, PacketKind.Rtp)]
    [InlineData(0x80, 191, PacketKind.Rtp)]
    [InlineData(0x80, 192, PacketKind.Rtcp)]
    [InlineData(0x81, 200, PacketKind.Rtcp)]
    [InlineData(0x8F, 205, PacketKind.Rtcp)]
    [InlineData(191, 223, PacketKind.Rtcp)]
    [InlineData(191, 224, PacketKind.Rtp)]
    [InlineData(192, 200, PacketKind.Unknown)]
    public void First_two_bytes_tell_the_kind(byte first, byte second, PacketKind kind) => Assert.Equal(kind, PacketKind.Classify([first, second, 0, 0]));

    [Fact]
    public void Too_short_is_unknown()
    {
        Assert.Equal(PacketKind.Unknown, PacketKind.Classify([]));
        Assert.Equal(PacketKind.Unknown, PacketKind.Classify([0x80]));
    }
}
