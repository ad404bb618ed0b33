using Conference.MediaPod.Wire.Codecs;

namespace Conference.Wire.Tests.Codecs;

public sealed class Av1PayloadTests
{
    [Fact]
    public void A_key_frame_with_sequence_header_and_frame()
    {
        // W = 2, N; a sequence header of 3 bytes with its length, a frame with extension (temporal 1, spatial 2) without.
        Assert.True(Av1Payload.TryParse(Hex.Bytes("28 03 080000 34 30 AABB"), out var result));
        Assert.True(result.IsKeyFrame && result.StartsSequence);
        Assert.False(result.IsContinuation || result.IsContinued);
        Assert.Equal((2, 1, 2), (result.ElementCount, result.TemporalId, result.SpatialId));
        Assert.True(result.Contains(Av1ObuType.SequenceHeader) && result.Contains(Av1ObuType.Frame));
        Assert.False(result.Contains(Av1ObuType.TileGroup));
    }

    [Fact]
    public void Elements_that_all_have_lengths()
    {
        Assert.True(Av1Payload.TryParse(Hex.Bytes("00 02 30AA 01 20 8100 18"), out var result));
        Assert.Equal((3, -1), (result.ElementCount, result.TemporalId));
        Assert.True(result.Contains(Av1ObuType.Frame) && result.Contains(Av1ObuType.TileGroup) && result.Contains(Av1ObuType.FrameHeader));
        Assert.False(result.IsKeyFrame);
    }

    [Fact]
    public void The_first_element_of_a_continuation_has_no_header()
    {
        Assert.True(Av1Payload.TryParse(Hex.Bytes("D0 080000"), out var result));
        Assert.True(result.IsContinuation && result.IsContinued);
        Assert.False(result.Contains(Av1ObuType.SequenceHeader));
        Assert.Equal(1, result.ElementCount);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("10", "no element")]
    [InlineData("88 30", "sequence that begins with a continuation")]
    [InlineData("00 03 30AA", "element cut short")]
    [InlineData("20 01 30", "second element missing")]
    [InlineData("30 0130", "third element missing")]
    [InlineData("00 FFFFFFFFFFFFFFFFFF", "length without an end")]
    [InlineData("00 FFFFFFFF7F 30", "length above 32 bits")]
    public void Malformed_payloads_are_refused(string payload, string why) => Assert.False(Av1Payload.TryParse(Hex.Bytes(payload), out _), why);
}
