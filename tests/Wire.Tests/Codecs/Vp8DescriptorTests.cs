using Conference.MediaPod.Wire.Codecs;

namespace Conference.Wire.Tests.Codecs;

public sealed class Vp8DescriptorTests
{
    [Fact]
    public void A_key_frame_as_browsers_send_it()
    {
        // Descriptor with a 15-bit picture identifier, TL0PICIDX and layers, then the first bytes of a frame that libvpx made of 426x240.
        var payload = Hex.Bytes("90 F0 9234 56 25  B06900 9D012A AA01 F000 0087");
        Assert.True(Vp8Descriptor.TryParse(payload, out var descriptor));
        Assert.True(descriptor.IsKeyFrame && descriptor.IsFrameStart && descriptor.IsPartitionStart);
        Assert.False(descriptor.IsNonReference);
        Assert.Equal((0x1234, 15, 2), (descriptor.Picture.Id, descriptor.Picture.IdBits, descriptor.Picture.IdOffset));
        Assert.Equal((0x56, 4), (descriptor.Picture.Tl0, descriptor.Picture.Tl0Offset));
        Assert.Equal((0, true, 5, 6), (descriptor.TemporalId, descriptor.IsLayerSync, descriptor.KeyIndex, descriptor.Length));
        Assert.True(descriptor.TryGetDimensions(payload, out var width, out var height));
        Assert.Equal((426, 240), (width, height));
    }

    [Fact]
    public void A_delta_frame_with_a_short_picture_identifier()
    {
        Assert.True(Vp8Descriptor.TryParse(Hex.Bytes("B0 A0 11 C0 01"), out var descriptor));
        Assert.True(descriptor.IsNonReference && descriptor.IsFrameStart);
        Assert.False(descriptor.IsKeyFrame);
        Assert.Equal((0x11, 7, -1, 3, -1), (descriptor.Picture.Id, descriptor.Picture.IdBits, descriptor.Picture.Tl0, descriptor.TemporalId, descriptor.KeyIndex));
        Assert.False(descriptor.IsLayerSync);
        Assert.False(descriptor.TryGetDimensions(Hex.Bytes("B0 A0 11 C0 01"), out _, out _));
    }

    [Theory]
    [InlineData("10 00", true, true, 1)]
    [InlineData("10 01", true, false, 1)]
    [InlineData("00 00", false, false, 1)]
    [InlineData("11 00", false, false, 1)]
    [InlineData("80 00 00", false, false, 2)]
    public void The_shortest_descriptors(string payload, bool frameStart, bool keyFrame, int length)
    {
        Assert.True(Vp8Descriptor.TryParse(Hex.Bytes(payload), out var descriptor));
        Assert.Equal((frameStart, keyFrame, length), (descriptor.IsFrameStart, descriptor.IsKeyFrame, descriptor.Length));
        Assert.Equal((-1, 0, -1, -1), (descriptor.Picture.Id, descriptor.Picture.IdBits, descriptor.Picture.Tl0, descriptor.TemporalId));
    }

    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("90")]
    [InlineData("90 80")]
    [InlineData("90 80 11")]
    [InlineData("90 80 91")]
    [InlineData("90 80 91 11")]
    [InlineData("90 40")]
    [InlineData("90 20")]
    [InlineData("90 F0 9234 56 25")]
    public void Cut_short_it_is_refused(string payload) => Assert.False(Vp8Descriptor.TryParse(Hex.Bytes(payload), out _));

    [Fact]
    public void Identifiers_are_patched_in_their_width()
    {
        var payload = Hex.Bytes("90 E0 9234 56 25 00");
        Assert.True(Vp8Descriptor.TryParse(payload, out var descriptor));
        descriptor.Picture.SetId(payload, 0x7FFF);
        descriptor.Picture.SetTl0(payload, 0xAB);
        Assert.Equal(Hex.Bytes("90 E0 FFFF AB 25 00"), payload);
        payload = Hex.Bytes("90 80 11 00");
        Assert.True(Vp8Descriptor.TryParse(payload, out descriptor));
        descriptor.Picture.SetId(payload, 0xFF);
        descriptor.Picture.SetTl0(payload, 0xAB);
        Assert.Equal(Hex.Bytes("90 80 7F 00"), payload);
    }

    [Fact]
    public void A_key_frame_without_its_start_code_has_no_size()
    {
        var payload = Hex.Bytes("10 B06900 9D012B AA01 F000");
        Assert.True(Vp8Descriptor.TryParse(payload, out var descriptor));
        Assert.False(descriptor.TryGetDimensions(payload, out _, out _));
        Assert.False(descriptor.TryGetDimensions(payload.AsSpan(0, 8), out _, out _));
    }
}
