using Conference.MediaPod.Wire.Rtp;

namespace Conference.Wire.Tests.Rtp;

/// <summary>The descriptors are laid out by hand after the syntax in appendix A of the AV1 RTP specification.</summary>
public sealed class DependencyDescriptorTests
{
    // Two spatial and two temporal layers, four templates from identifier 62 on, one decode target each, two chains.
    private const string Structure = """
        111110 00011
        01 10 01 11
        10 10 10 10  00 01 00 11  00 00 10 10  00 00 00 01
        1 0011 0  1 0001 0  1 0000 1 0011 0  0
        10  0 0 1 1
        0100 0011  0010 0001  0001 0100  1111 0000
        1 0000000100111111 0000000010110011 0000001001111111 0000000101100111
        """;

    private static string Head(int start, int end, uint template, uint frame) => $"{start} {end} {Bits.Of(template, 6)} {Bits.Of(frame, 16)}";

    internal static byte[] KeyFrame(uint frame = 100) => Bits.Bytes(Head(1, 0, 62, frame) + "1 0 0 0 0" + Structure);

    [Fact]
    public void A_key_frame_brings_the_structure()
    {
        var value = KeyFrame(0x1234);
        Assert.True(DependencyHead.TryRead(value, out var head));
        Assert.Equal(new DependencyHead(true, false, 62, 0x1234, true), head);
        Assert.True(head.IsKeyFrame);

        var reader = new DependencyDescriptorReader();
        Assert.True(reader.TryRead(value, out var descriptor));
        Assert.Equal((0, 0, 4, 2), (descriptor.SpatialId, descriptor.TemporalId, descriptor.DecodeTargetCount, descriptor.ChainCount));
        Assert.Equal(0b1111u, descriptor.ActiveDecodeTargets);
        Assert.Equal(0b1111u, reader.ActiveDecodeTargets);
        Assert.Equal(1, descriptor.ReferenceCount);
        Assert.Equal(4, descriptor.Reference(0));
        Assert.Equal((4, 3), (descriptor.ChainDifference(0), descriptor.ChainDifference(1)));
        Assert.All(Enumerable.Range(0, 4), target => Assert.Equal(DecodeTargetIndication.Switch, descriptor.Indication(target)));

        var structure = reader.Structure!;
        Assert.Equal((62, 4, 4, 2), (structure.TemplateIdOffset, structure.TemplateCount, structure.DecodeTargetCount, structure.ChainCount));
        Assert.Equal((2, 2), (structure.SpatialLayerCount, structure.TemporalLayerCount));
        Assert.Equal([(0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 1)],
            Enumerable.Range(0, 4).Select(t => (structure.DecodeTargetSpatialId(t), structure.DecodeTargetTemporalId(t), structure.DecodeTargetChain(t))));
        Assert.Equal(2, structure.FindDecodeTarget(1, 0));
        Assert.Equal(-1, structure.FindDecodeTarget(2, 0));
        Assert.True(structure.TryGetResolution(1, out var width, out var height));
        Assert.Equal((640, 360), (width, height));
        Assert.False(structure.TryGetResolution(2, out _, out _));
    }

    [Fact]
    public void Later_frames_use_the_templates_whose_identifiers_wrap()
    {
        var reader = new DependencyDescriptorReader();
        Assert.True(reader.TryRead(KeyFrame(), out _));
        Assert.True(reader.TryRead(Bits.Bytes(Head(1, 1, 0, 101)), out var descriptor));
        Assert.Equal((1, 0), (descriptor.SpatialId, descriptor.TemporalId));
        Assert.False(descriptor.HasActiveDecodeTargets);
        Assert.False(descriptor.Head.IsKeyFrame);
        Assert.Equal([1, 4], Enumerable.Range(0, descriptor.ReferenceCount).Select(i => descriptor.Reference(i)));
        Assert.Equal([DecodeTargetIndication.NotPresent, DecodeTargetIndication.NotPresent, DecodeTargetIndication.Switch, DecodeTargetIndication.Switch],
            Enumerable.Range(0, 4).Select(t => descriptor.Indication(t)));
        Assert.True(reader.TryRead(Bits.Bytes(Head(1, 1, 1, 102)), out descriptor));
        Assert.Equal((1, 1, 0), (descriptor.SpatialId, descriptor.TemporalId, descriptor.ReferenceCount));
        Assert.Equal((15, 0), (descriptor.ChainDifference(0), descriptor.ChainDifference(1)));
        Assert.Equal(0b1111u, reader.ActiveDecodeTargets);
    }

    [Fact]
    public void A_frame_can_say_everything_itself()
    {
        var reader = new DependencyDescriptorReader();
        Assert.True(reader.TryRead(KeyFrame(), out _));
        var value = Bits.Bytes(Head(0, 1, 63, 101) + "0 1 1 1 1  0011  11 10 01 00  01 0110 10 00001111 11 111111111111 00  11111111 00000000");
        Assert.True(reader.TryRead(value, out var descriptor));
        Assert.Equal((0, 1), (descriptor.SpatialId, descriptor.TemporalId));
        Assert.Equal(0b0011u, descriptor.ActiveDecodeTargets);
        Assert.Equal(0b0011u, reader.ActiveDecodeTargets);
        Assert.Equal([DecodeTargetIndication.Required, DecodeTargetIndication.Switch, DecodeTargetIndication.Discardable, DecodeTargetIndication.NotPresent],
            Enumerable.Range(0, 4).Select(t => descriptor.Indication(t)));
        Assert.Equal([7, 16, 4096], Enumerable.Range(0, descriptor.ReferenceCount).Select(i => descriptor.Reference(i)));
        Assert.Equal((255, 0), (descriptor.ChainDifference(0), descriptor.ChainDifference(1)));
    }

    [Fact]
    public void Without_a_structure_only_the_head_is_readable()
    {
        var reader = new DependencyDescriptorReader();
        var value = Bits.Bytes(Head(1, 1, 0, 101));
        Assert.False(reader.TryRead(value, out _));
        Assert.True(DependencyHead.TryRead(value, out var head));
        Assert.Equal(101, head.FrameNumber);
        Assert.True(reader.TryRead(KeyFrame(), out _));
        Assert.True(reader.TryRead(value, out _));
        Assert.False(reader.TryRead(Bits.Bytes(Head(1, 1, 2, 101)), out _));
        reader.Reset();
        Assert.False(reader.TryRead(value, out _));
        Assert.Equal(0u, reader.ActiveDecodeTargets);
    }

    [Fact]
    public void Every_cut_of_a_key_frame_is_refused_and_keeps_the_structure()
    {
        var whole = KeyFrame();
        var reader = new DependencyDescriptorReader();
        Assert.True(reader.TryRead(whole, out _));
        var structure = reader.Structure;
        for (var length = 0; length < whole.Length; length++)
        {
            if (length == DependencyHead.MandatoryLength) continue;
            Assert.False(reader.TryRead(whole.AsSpan(0, length), out _), $"{length} bytes");
        }
        Assert.Same(structure, reader.Structure);
        Assert.True(reader.TryRead(Bits.Bytes(Head(1, 1, 0, 101)), out _));
    }

    [Fact]
    public void A_new_structure_replaces_the_old_one()
    {
        // One layer, one decode target, no chains, no resolution: what a sender without scalability attaches.
        var single = Bits.Bytes(Head(1, 1, 7, 500) + "1 0 0 0 0  000111 00000 11  10  0  0  0");
        var reader = new DependencyDescriptorReader();
        Assert.True(reader.TryRead(KeyFrame(), out var first));
        Assert.True(reader.TryRead(single, out var second));
        Assert.Equal(1, reader.Structure!.DecodeTargetCount);
        Assert.Equal(-1, reader.Structure.DecodeTargetChain(0));
        Assert.Equal(0, second.ReferenceCount);
        Assert.Equal((4, 4), (first.DecodeTargetCount, first.Reference(0)));
        Assert.True(reader.TryRead(KeyFrame(), out _));
        Assert.Equal(4, reader.Structure!.DecodeTargetCount);
    }

    [Theory]
    [InlineData("000000 00000 01 01 01 01 01 01 01 01 11", "nine temporal layers")]
    [InlineData("000000 00000 10 10 10 10 11", "five spatial layers")]
    [InlineData("000000 00000 11 10 100001000010000100001000010000100001000010000100001000010000100001000010000100001 0000 0 0 0", "seventeen references")]
    public void Structures_beyond_the_limits_are_refused(string structure, string why) =>
        Assert.False(new DependencyDescriptorReader().TryRead(Bits.Bytes(Head(1, 1, 0, 0) + "1 0 0 0 0" + structure + new string('0', 64)), out _), why);

    [Fact]
    public void Frame_numbers_are_patched_in_place()
    {
        var value = KeyFrame();
        DependencyHead.SetFrameNumber(value, 0xBEEF);
        Assert.Equal(KeyFrame(0xBEEF), value);
    }

    [Fact]
    public void Active_decode_targets_are_added_or_replaced()
    {
        var reader = new DependencyDescriptorReader();
        var destination = new byte[64];

        // Behind a structure.
        Assert.True(reader.TryRead(KeyFrame(), out var descriptor));
        Assert.True(DependencyDescriptorWriter.TryWriteActiveDecodeTargets(KeyFrame(), descriptor.Places, 0b0001, destination, out var length));
        Assert.Equal(Bits.Bytes(Head(1, 0, 62, 100) + "1 1 0 0 0" + Structure + "0001"), destination[..length]);
        Assert.True(new DependencyDescriptorReader().TryRead(destination.AsSpan(0, length), out var written));
        Assert.Equal(0b0001u, written.ActiveDecodeTargets);

        // Where there are no flags yet.
        var small = Bits.Bytes(Head(1, 1, 0, 101));
        Assert.True(reader.TryRead(small, out descriptor));
        Assert.True(DependencyDescriptorWriter.TryWriteActiveDecodeTargets(small, descriptor.Places, 0b0111, destination, out length));
        Assert.Equal(Bits.Bytes(Head(1, 1, 0, 101) + "0 1 0 0 0 0111"), destination[..length]);

        // In place of others, with a custom definition behind.
        var custom = Bits.Bytes(Head(0, 1, 63, 101) + "0 1 1 1 1  0011  11 10 01 00  01 0110 00  11111111 00000000");
        Assert.True(reader.TryRead(custom, out descriptor));
        Assert.True(DependencyDescriptorWriter.TryWriteActiveDecodeTargets(custom, descriptor.Places, 0b1000, destination, out length));
        Assert.Equal(Bits.Bytes(Head(0, 1, 63, 101) + "0 1 1 1 1  1000  11 10 01 00  01 0110 00  11111111 00000000"), destination[..length]);
        Assert.False(DependencyDescriptorWriter.TryWriteActiveDecodeTargets(custom, descriptor.Places, 0b1000, destination.AsSpan(0, length - 1), out length));
        Assert.Equal(0, length);
    }
}
