using Conference.MediaPod.Wire.Codecs;

namespace Conference.Wire.Tests.Codecs;

public sealed class OpusPacketTests
{
    [Theory]
    [InlineData("78 AABBCC", 15, 1, 960, false)]
    [InlineData("FC AABBCC", 31, 1, 960, true)]
    [InlineData("00 AABBCC", 0, 1, 480, false)]
    [InlineData("18 AABBCC", 3, 1, 2880, false)]
    [InlineData("60 AABBCC", 12, 1, 480, false)]
    [InlineData("80 AABBCC", 16, 1, 120, false)]
    [InlineData("F9 AABBCC", 31, 2, 1920, false)]
    [InlineData("1A AABBCC", 3, 2, 5760, false)]
    [InlineData("FB 03 AABB", 31, 3, 2880, false)]
    [InlineData("83 30 AABB", 16, 48, 5760, false)]
    public void Durations(string payload, int configuration, int frames, int duration, bool stereo)
    {
        Assert.True(OpusPacket.TryParse(Hex.Bytes(payload), out var packet));
        Assert.Equal((configuration, frames, duration, stereo), (packet.Configuration, packet.FrameCount, packet.Duration, packet.IsStereo));
        Assert.False(packet.IsSilence);
    }

    [Theory]
    [InlineData("78", true)]
    [InlineData("78 00", true)]
    [InlineData("78 00 00", false)]
    public void Packets_of_one_or_two_bytes_are_silence(string payload, bool silence)
    {
        Assert.True(OpusPacket.TryParse(Hex.Bytes(payload), out var packet));
        Assert.Equal(silence, packet.IsSilence);
    }

    [Theory]
    [InlineData("")]
    [InlineData("FB")]
    [InlineData("FB 00 AA")]
    [InlineData("FB 07 AA")]
    [InlineData("1B 03 AA")]
    public void No_frames_or_too_long_is_refused(string payload) => Assert.False(OpusPacket.TryParse(Hex.Bytes(payload), out _));

    [Fact]
    public void Every_duration_is_positive_and_at_most_120_milliseconds()
    {
        for (var toc = 0; toc < 256; toc++)
        {
            for (var count = 0; count < 256; count++)
            {
                if (OpusPacket.TryParse([(byte)toc, (byte)count, 0], out var packet)) Assert.InRange(packet.Duration, 120, 5760);
            }
        }
    }
}
