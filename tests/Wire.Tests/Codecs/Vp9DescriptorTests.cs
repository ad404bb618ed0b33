using Conference.MediaPod.Wire.Codecs;

namespace Conference.Wire.Tests.Codecs;

public sealed class Vp9DescriptorTests
{
    [Fact]
    public void A_key_frame_with_a_scalability_structure()
    {
        // I L B V; 15-bit picture identifier; layers 0/0; TL0PICIDX; two spatial layers with sizes; a group of two pictures with 0 and 2 references.
        var payload = Hex.Bytes("AA 9234 10 56  38 0140 00B4 0280 0168 02 04 01 58 01 02  FF");
        Assert.True(Vp9Descriptor.TryParse(payload, out var descriptor));
        Assert.True(descriptor.IsKeyFrame && descriptor.IsFrameStart && descriptor.HasScalabilityStructure && descriptor.IsSwitchingUpPoint);
        Assert.False(descriptor.IsFrameEnd || descriptor.IsFlexible || descriptor.IsInterPredicted || descriptor.IsInterLayerPredicted || descriptor.IsNotReferenceForUpperLayers);
        Assert.Equal((0x1234, 15, 1), (descriptor.Picture.Id, descriptor.Picture.IdBits, descriptor.Picture.IdOffset));
        Assert.Equal((0x56, 4, 0, 0), (descriptor.Picture.Tl0, descriptor.Picture.Tl0Offset, descriptor.TemporalId, descriptor.SpatialId));
        Assert.Equal((2, 20), (descriptor.SpatialLayerCount, descriptor.Length));
        Assert.True(descriptor.TryGetDimensions(0, out var width, out var height) && (width, height) == (320, 180));
        Assert.True(descriptor.TryGetDimensions(1, out width, out height) && (width, height) == (640, 360));
        Assert.False(descriptor.TryGetDimensions(2, out _, out _));
    }

    [Fact]
    public void A_delta_frame_in_flexible_mode()
    {
        // I P L F B E Z; 7-bit picture identifier; temporal 2, spatial 1, inter-layer; two references.
        var payload = Hex.Bytes("FD 11 43 03 04 FF");
        Assert.True(Vp9Descriptor.TryParse(payload, out var descriptor));
        Assert.True(descriptor.IsFlexible && descriptor.IsInterPredicted && descriptor.IsFrameEnd && descriptor.IsInterLayerPredicted && descriptor.IsNotReferenceForUpperLayers);
        Assert.False(descriptor.IsKeyFrame);
        Assert.Equal((0x11, 7, 2, 1, -1, 5), (descriptor.Picture.Id, descriptor.Picture.IdBits, descriptor.TemporalId, descriptor.SpatialId, descriptor.Picture.Tl0, descriptor.Length));
        descriptor.Picture.SetId(payload, 0x22);
        descriptor.Picture.SetTl0(payload, 9);
        Assert.Equal(Hex.Bytes("FD 22 43 03 04 FF"), payload);
    }

    [Theory]
    [InlineData("08 FF", true)]
    [InlineData("48 FF", false)]
    [InlineData("00 FF", false)]
    [InlineData("28 02 00 FF", false)]
    [InlineData("28 01 00 FF", false)]
    [InlineData("38 20 FF", true)]
    public void Key_frames_are_told_from_others(string payload, bool keyFrame)
    {
        Assert.True(Vp9Descriptor.TryParse(Hex.Bytes(payload), out var descriptor));
        Assert.Equal(keyFrame, descriptor.IsKeyFrame);
    }

    [Theory]
    [InlineData("")]
    [InlineData("08")]
    [InlineData("80")]
    [InlineData("80 91")]
    [InlineData("20 00")]
    [InlineData("30")]
    [InlineData("50 01 01 01 FF")]
    [InlineData("50 01")]
    [InlineData("02")]
    [InlineData("02 10 0140 00")]
    [InlineData("02 08")]
    [InlineData("02 08 02 00")]
    [InlineData("02 08 01 0C 01")]
    [InlineData("02 00")]
    public void Cut_short_it_is_refused(string payload) => Assert.False(Vp9Descriptor.TryParse(Hex.Bytes(payload), out _));
}
