using Conference.MediaPod.Wire.Codecs;

namespace Conference.Wire.Tests.Codecs;

public sealed class H264PayloadTests
{
    // Parameter sets that x264 made.
    private const string Sps = "67 42c015 d901b1fe4f011000000300100000030020f162e480";
    private const string Pps = "68 cb83cb20";

    [Theory]
    [InlineData("65 AABB", H264NalType.Idr, true)]
    [InlineData("41 AABB", H264NalType.Slice, false)]
    [InlineData("06 AABB", H264NalType.Sei, false)]
    [InlineData("68 cb83cb20", H264NalType.PictureParameters, false)]
    public void Single_units(string payload, H264NalType type, bool keyFrame)
    {
        Assert.True(H264Payload.TryParse(Hex.Bytes(payload), out var result));
        Assert.Equal((type, keyFrame, true, true), (result.PacketType, result.IsKeyFrame, result.IsUnitStart, result.IsUnitEnd));
        Assert.True(result.Contains(type));
        Assert.Equal(0, result.SpsLength);
    }

    [Fact]
    public void Parameter_sets_and_a_slice_in_one_packet()
    {
        var (sps, pps) = (Hex.Bytes(Sps), Hex.Bytes(Pps));
        byte[] payload = [0x78, 0, (byte)pps.Length, .. pps, 0, (byte)sps.Length, .. sps, 0, 2, 0x65, 0xAA];
        Assert.True(H264Payload.TryParse(payload, out var result));
        Assert.Equal(H264NalType.StapA, result.PacketType);
        Assert.True(result.IsKeyFrame && result.Contains(H264NalType.PictureParameters) && result.Contains(H264NalType.Idr));
        Assert.False(result.Contains(H264NalType.Slice));
        Assert.Equal(sps, payload.AsSpan(result.SpsOffset, result.SpsLength).ToArray());
        Assert.True(result.TryGetDimensions(payload, out var width, out var height));
        Assert.Equal((426, 240), (width, height));
    }

    [Theory]
    [InlineData("7C 85 AA", true, true, false)]
    [InlineData("7C 05 AA", false, false, false)]
    [InlineData("7C 45 AA", false, false, true)]
    [InlineData("5C 81 AA", false, true, false)]
    public void Fragments(string payload, bool keyFrame, bool start, bool end)
    {
        Assert.True(H264Payload.TryParse(Hex.Bytes(payload), out var result));
        Assert.Equal((H264NalType.FuA, keyFrame, start, end), (result.PacketType, result.IsKeyFrame, result.IsUnitStart, result.IsUnitEnd));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("00", "type 0")]
    [InlineData("79 0001 65", "STAP-B")]
    [InlineData("7F", "type 31")]
    [InlineData("78", "aggregate of nothing")]
    [InlineData("78 0003 6568", "aggregated unit cut short")]
    [InlineData("78 0000 65", "aggregated unit of nothing")]
    [InlineData("78 0002 78AA", "aggregate in an aggregate")]
    [InlineData("78 0002 65AA 00", "length cut short")]
    [InlineData("7C 85", "fragment of nothing")]
    [InlineData("7C C5 AA", "fragment that is a whole unit")]
    [InlineData("7C 9C AA", "fragment of a fragment")]
    public void Malformed_payloads_are_refused(string payload, string why) => Assert.False(H264Payload.TryParse(Hex.Bytes(payload), out _), why);

    [Theory]
    [InlineData("6742c016d900a02ff97011000003000100000300020f162e48", 640, 360)]
    [InlineData("67640016acd940a02ff97011000003000100000300020f162d96", 640, 360)]
    [InlineData("6742c028d900780227e5c044000003000400000300083c60c920", 1920, 1080)]
    [InlineData("67640028acd940780227e5c044000003000400000300083c60c658", 1920, 1080)]
    [InlineData("67640015acd941b1fe4f011000000300100000030020f162d960", 426, 240)]
    [InlineData("67640016acd940b424d808800000030080000003010f8a14cb", 720, 576)]
    [InlineData("67f4000c919b282a10f1f1f80880000003008000000301078a14cb", 322, 242)]
    public void Sizes_of_sequence_parameter_sets_of_x264(string sps, int width, int height)
    {
        var payload = Hex.Bytes(sps);
        Assert.True(H264Payload.TryParse(payload, out var result));
        Assert.True(result.TryGetDimensions(payload, out var actualWidth, out var actualHeight));
        Assert.Equal((width, height), (actualWidth, actualHeight));
        for (var length = 1; length < 8; length++)
        {
            Assert.True(H264Payload.TryParse(payload.AsSpan(0, length), out result));
            Assert.False(result.TryGetDimensions(payload.AsSpan(0, length), out _, out _));
        }
    }

    [Fact]
    public void Any_bytes_as_sequence_parameters_give_a_size_within_limits_or_none() => Property.ForAll((byte[] bytes) =>
    {
        byte[] payload = [0x67, .. bytes];
        return !H264Payload.TryParse(payload, out var result) || !result.TryGetDimensions(payload, out var width, out var height)
            || width is > 0 and <= 16_384 && height is > 0 and <= 32_768;
    });
}
