using Conference.MediaPod.Wire.Codecs;

namespace Conference.Wire.Tests.Codecs;

/// <summary>X14 of docs/encryption.md: what a pod reads of a frame, it reads of a sealed one too.</summary>
public sealed class SealedFrameTests
{
    private const string Vp8 = "90 F0 9234 56 25";
    private const string Vp9 = "AA 9234 10 56  38 0140 00B4 0280 0168 02 04 01 58 01 02";

    [Fact]
    public void X14_key_frames_and_layers_are_found_whatever_is_behind_what_stays_clear()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var noise = new byte[1 + random.Next(60)];
            random.NextBytes(noise);
            byte[] key = [.. Hex.Bytes(Vp8 + "B06900 9D012A AA01 F000"), .. noise], delta = [.. Hex.Bytes(Vp8 + "D10200"), .. noise], vp9 = [.. Hex.Bytes(Vp9), .. noise];
            Assert.True(Vp8Descriptor.TryParse(key, out var first) && first is { IsKeyFrame: true, IsFrameStart: true, TemporalId: 0 });
            Assert.True(first.TryGetDimensions(key, out var width, out var height) && (width, height) == (426, 240));
            Assert.True(Vp8Descriptor.TryParse(delta, out var next) && next is { IsKeyFrame: false, IsFrameStart: true });
            // VP9 tells everything in its descriptor.
            Assert.True(Vp9Descriptor.TryParse(vp9, out var picture) && picture is { IsKeyFrame: true, IsFrameStart: true, SpatialLayerCount: 2 });
            // Rewritten for a receiver, what is behind the descriptor stays as it was.
            first.Picture.SetId(key, 7);
            first.Picture.SetTl0(key, 8);
            Assert.Equal(noise, key[^noise.Length..]);
        }
    }
}
