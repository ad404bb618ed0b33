using Conference.Load.Media;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.Load.Tests;

/// <summary>What is sent has the shape of what encoders send.</summary>
public sealed class SourceTests
{
    private const long Second = 1_000_000;
    private readonly Recorder _sent = new();

    [Fact]
    public void A_picture_has_30_frames_a_second_of_its_bit_rate_and_begins_with_a_key_frame()
    {
        var source = new VideoSource(7, 22, 96, beginMicroseconds: 5 * Second, 600, new Random(1));
        for (var now = 0L; now < 15 * Second; now += 1000) source.Run(now, _sent);

        var frames = Packets().GroupBy(p => p.Header.Timestamp).ToList();
        Assert.Equal(300, frames.Count);
        Assert.Equal(Enumerable.Range(0, 300).Select(i => (uint)i * 3000), frames.Select(f => f.Key));
        Assert.All(frames, frame => Assert.True(frame.Count() >= 2 && frame.SkipLast(1).All(p => !p.Header.Marker) && frame.Last().Header.Marker));
        Assert.All(frames, frame => Assert.Equal((true, frame.Key == 0), (Vp8(frame.First()).IsFrameStart, Vp8(frame.First()).IsKeyFrame)));
        Assert.All(frames, frame => Assert.All(frame.Skip(1), p => Assert.False(Vp8(p).IsFrameStart)));
        Assert.Equal((640, 360), Size(frames[0].First()));
        Assert.Equal(Enumerable.Range(0, 300), frames.Select(f => Vp8(f.First()).Picture.Id));
        Assert.InRange(frames[0].Sum(p => p.Payload.Length), 3 * 2500, 7 * 2500);
        Assert.InRange(frames.Skip(1).SelectMany(f => f).Sum(p => p.Payload.Length) * 8 / 10.0, 580_000, 620_000);
        Assert.Equal((uint)_sent.Packets.Count, source.Packets);
    }

    [Fact]
    public void A_key_frame_comes_where_somebody_asks_and_only_there()
    {
        var source = new VideoSource(7, 22, 96, 0, 600, new Random(1));
        for (var frame = 0; frame < 90; frame++)
        {
            if (frame == 40) source.RequestKeyFrame();
            source.Run(frame * Second / 30 + 10, _sent);
        }
        Assert.Equal([0u, 40u * 3000], Packets().Where(p => Vp8(p).IsKeyFrame).Select(p => p.Header.Timestamp));
        Assert.Equal(2, source.KeyFrames);
    }

    [Fact]
    public void Sound_has_50_packets_a_second_of_its_bit_rate_with_levels_of_somebody_who_speaks()
    {
        var source = new AudioSource(7, 11, 111, levelExtension: 1, 0);
        for (var now = 0L; now < 10 * Second; now += 7000) source.Run(now, _sent);
        var packets = Packets();
        Assert.Equal(500, packets.Count);
        Assert.Equal(Enumerable.Range(0, 500).Select(i => (uint)i * 960), packets.Select(p => p.Header.Timestamp));
        Assert.Equal(32_000, packets.Sum(p => p.Payload.Length) * 8 / 10);
        Assert.Equal([25, 60], packets.Select(Level).Distinct());
        Assert.All(packets, p => Assert.True(PacketStamp.TryRead(p.Payload, 0, out _)));
    }

    [Fact]
    public void Packets_are_numbered_without_gaps_beyond_the_wrap_of_sequence_numbers_and_say_when_they_left()
    {
        var source = new VideoSource(7, 22, 96, 0, 8000, new Random(1));
        for (var now = 0L; _sent.Packets.Count < 70_000; now += Second / 30) source.Run(now, _sent);
        var packets = Packets();
        for (var i = 0; i < packets.Count; i++)
        {
            Assert.Equal(((ushort)i, (ulong)i, 22u, (byte)96), (packets[i].Header.Sequence, _sent.Packets[i].Index, packets[i].Header.Ssrc, packets[i].Header.PayloadType));
            Assert.True(PacketStamp.TryRead(packets[i].Payload, VideoSource.DescriptorLength, out var stamp));
            Assert.Equal((7u, (uint)i), (stamp.Stream, stamp.Number));
        }
        Assert.All(_sent.Packets, p => Assert.True(p.Packet.Length <= PacketSource.MaxPacketBytes));
    }

    [Fact]
    public void A_source_that_was_late_catches_up()
    {
        var source = new AudioSource(7, 11, 111, 1, 0);
        source.Run(Second, _sent);
        Assert.Equal(51, _sent.Packets.Count);
        Assert.Equal(Second + 20_000, source.DueMicroseconds);
    }

    [Fact]
    public void A_stamp_tells_damage_anywhere_but_in_what_pods_rewrite()
    {
        var payload = new byte[200];
        new Random(1).NextBytes(payload);
        new PacketStamp(1, 2, 3).Write(payload, 4);
        Assert.True(PacketStamp.TryRead(payload, 4, out var stamp));
        Assert.Equal(new PacketStamp(1, 2, 3), stamp);
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] ^= 0x10;
            Assert.Equal(i < 4, PacketStamp.TryRead(payload, 4, out _));
            payload[i] ^= 0x10;
        }
        Assert.False(PacketStamp.TryRead(payload.AsSpan(1), 4, out _));
        Assert.False(PacketStamp.TryRead(payload.AsSpan(0, 27), 4, out _));
        Assert.False(PacketStamp.TryRead([], 0, out _));
    }

    private List<Parsed> Packets() => [.. _sent.Packets.Select(p =>
    {
        Assert.True(RtpHeader.TryParse(p.Packet, out var header));
        Assert.Equal(p.HeaderLength, header.HeaderLength);
        return new Parsed(p.Packet, header);
    })];

    private static Vp8Descriptor Vp8(Parsed packet)
    {
        Assert.True(Vp8Descriptor.TryParse(packet.Payload, out var descriptor));
        return descriptor;
    }

    private static (int, int) Size(Parsed packet)
    {
        Assert.True(Vp8(packet).TryGetDimensions(packet.Payload, out var width, out var height));
        return (width, height);
    }

    private static int Level(Parsed packet)
    {
        Assert.True(new HeaderExtensionReader(packet.Bytes, packet.Header).TryFind(1, out var value) && AudioLevel.TryRead(value, out _));
        return value[0] & 0x7F;
    }

    private sealed record Parsed(byte[] Bytes, RtpHeader Header)
    {
        public byte[] Payload => Header.Payload(Bytes).ToArray();
    }
}
