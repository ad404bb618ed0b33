using System.Buffers.Binary;
using System.Collections.Immutable;
using Conference.Load.Media;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.Load.Tests;

/// <summary>Encoded files are read as they are, and sent as an encoder would send them.</summary>
public sealed class RecordingTests
{
    private const long Second = 1_000_000;
    private readonly Recorder _sent = new();

    [Fact]
    public void Frames_of_an_ivf_file_are_read_with_their_kind()
    {
        var file = VideoFile.Parse(Ivf(20, [0x10, 1, 2], [0x11, 3], [0x10, 4]));
        Assert.Equal(20, file.FramesPerSecond);
        Assert.Equal([true, false, true], file.Frames.Select(f => f.IsKeyFrame));
        Assert.Equal((byte[])[0x11, 3], file.Frames[1].Bytes.ToArray());
    }

    [Fact]
    public void What_is_no_ivf_file_or_is_cut_is_refused()
    {
        var whole = Ivf(20, [0x10, 1, 2]);
        Assert.Throws<FormatException>(() => VideoFile.Parse(whole.AsSpan(0, whole.Length - 1)));
        Assert.Throws<FormatException>(() => VideoFile.Parse("nothing of the kind, but long enough for a header"u8));
        Assert.Throws<FormatException>(() => VideoFile.Parse(Ivf(20, [0x11, 1])));
        Assert.Throws<FormatException>(() => SoundFile.Parse("nothing of the kind, but long enough for a page"u8));
        Assert.Throws<FormatException>(() => SoundFile.Parse([]));
    }

    [Fact]
    public void Packets_of_an_ogg_file_are_joined_over_segments_and_pages()
    {
        var large = new byte[600];
        Array.Fill(large, (byte)7);
        var file = SoundFile.Parse([.. Page(["OpusHead........"u8.ToArray()]), .. Page(["OpusTags"u8.ToArray(), [1, 2, 3]]), .. Page([large, [4]])]);
        Assert.Equal([3, 600, 1], file.Packets.Select(p => p.Length));
        Assert.Equal((byte[])[1, 2, 3], file.Packets[0].ToArray());
    }

    [Fact]
    public void A_recorded_picture_goes_round_and_jumps_to_a_key_frame_where_somebody_asks()
    {
        var file = new VideoFile([Frame(0x10, 3000), Frame(0x11, 10), Frame(0x11, 10), Frame(0x11, 10), Frame(0x10, 20), Frame(0x11, 10)], 25);
        var source = new RecordedVideoSource(7, 22, 96, 0, file);
        source.Run(0, _sent);
        Assert.Equal([1, 1, 1], _sent.Packets.Select(p => p.Packet.Length - p.HeaderLength - VideoSource.DescriptorLength > 990 ? 1 : 0)); // cut into equal parts
        source.RequestKeyFrame();
        source.Run(Second / 25, _sent);
        Assert.Equal(5, source.Position);
        source.Run(Second * 7 / 25, _sent);
        var frames = _sent.Packets.Select(p => (Header: Header(p.Packet), Vp8: Vp8(p.Packet))).GroupBy(p => p.Header.Timestamp).ToList();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (uint)i * 3600), frames.Select(f => f.Key));
        Assert.Equal([true, true, false, true, false, false, false, true], frames.Select(f => f.First().Vp8.IsKeyFrame));
        Assert.All(frames, f => Assert.True(f.Last().Header.Marker && f.SkipLast(1).All(p => !p.Header.Marker)));
        Assert.Equal(4, source.KeyFrames);
    }

    [Fact]
    public void A_pause_is_not_caught_up_with_and_begins_with_a_key_frame()
    {
        var source = new RecordedVideoSource(7, 22, 96, 0, new VideoFile([Frame(0x10, 10), Frame(0x11, 10), Frame(0x11, 10)], 25));
        source.Run(Second / 25, _sent);
        source.Resume(10 * Second);
        source.Run(10 * Second, _sent);
        Assert.Equal(3, _sent.Packets.Count);
        Assert.Equal(900_000u, Header(_sent.Packets[2].Packet).Timestamp);
        Assert.True(Vp8(_sent.Packets[2].Packet).IsKeyFrame);
    }

    [Fact]
    public void Recorded_sound_has_50_packets_a_second_with_levels()
    {
        var source = new RecordedAudioSource(7, 11, 111, 1, 0, new SoundFile([[0x78, 1], [0x78, 2]]));
        source.Run(Second - 1, _sent);
        Assert.Equal(50, _sent.Packets.Count);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => (byte)(1 + i % 2)), _sent.Packets.Select(p => p.Packet[^1]));
        Assert.All(_sent.Packets, p => Assert.True(new HeaderExtensionReader(p.Packet, Header(p.Packet)).TryFind(1, out _)));
    }

    [Theory]
    [InlineData(Pacing.Frames, 30)]
    [InlineData(Pacing.Even, 156)]
    public void Packets_of_one_size_leave_as_frames_or_evenly(Pacing pacing, int timesPerSecond)
    {
        var source = new VideoSource(7, 22, 96, 0, new VideoShape(1500) { Pacing = pacing, PacketBytes = 1200 }, new Random(1));
        for (var now = 0L; now < 10 * Second; now += 500) source.Run(now, _sent);
        Assert.All(_sent.Packets, p => Assert.Equal(1200, p.Packet.Length));
        Assert.InRange(_sent.Packets.Select(p => Header(p.Packet).Timestamp).Distinct().Count(), timesPerSecond * 10 - 2, timesPerSecond * 10 + 7);
        Assert.InRange(_sent.Packets.Count, 1500, 1600); // 1.5 Mbps, but for a key frame and whole packets
    }

    [Fact]
    public void Every_packet_carries_what_it_has_to()
    {
        var source = new VideoSource(7, 22, 96, 0, 300, new Random(1)) { Extensions = [new(4, [.. "0"u8]), new(10, [.. "h"u8])] };
        source.Run(Second, _sent);
        Assert.All(_sent.Packets, p =>
        {
            var reader = new HeaderExtensionReader(p.Packet, Header(p.Packet));
            Assert.True(reader.TryFind(4, out var mid) && mid.SequenceEqual("0"u8));
            Assert.True(new HeaderExtensionReader(p.Packet, Header(p.Packet)).TryFind(10, out var rid) && rid.SequenceEqual("h"u8));
            Assert.True(PacketStamp.TryRead(Header(p.Packet).Payload(p.Packet), VideoSource.DescriptorLength, out _));
        });
    }

    [Fact]
    public void Only_packets_within_the_window_count()
    {
        var source = new VideoSource(7, 22, 96, 0, 600, new Random(1));
        var window = new NumberWindow();
        var check = new ReceiverCheck(Offers.Types) { Window = window };
        source.Run(Second, _sent);
        window.Open(source);
        source.Run(2 * Second, _sent);
        window.Close(source);
        source.Run(3 * Second, _sent);
        foreach (var (packet, _, _) in _sent.Packets) check.Take(packet, 4 * Second);
        Assert.InRange(window.Packets, 50, 120);
        Assert.Equal(window.Packets, check.VideoDelays.Count);
        Assert.Equal(window.Packets, check.Finish(new Dictionary<uint, uint>()).Received);
    }

    private static RtpHeader Header(byte[] packet)
    {
        Assert.True(RtpHeader.TryParse(packet, out var header));
        return header;
    }

    private static Vp8Descriptor Vp8(byte[] packet)
    {
        Assert.True(Vp8Descriptor.TryParse(Header(packet).Payload(packet), out var descriptor));
        return descriptor;
    }

    private static EncodedFrame Frame(byte first, int length)
    {
        var bytes = new byte[length];
        bytes[0] = first;
        // A key frame is told by its start code too (RFC 6386 section 9.1).
        if ((first & 1) == 0 && length >= 10) ((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A, 0x40, 0x01, 0xB4, 0x00]).CopyTo(bytes.AsSpan(3));
        return new([.. bytes], (first & 1) == 0);
    }

    private static byte[] Ivf(uint rate, params byte[][] frames)
    {
        var file = new List<byte>(new byte[32]);
        foreach (var frame in frames)
        {
            var head = new byte[12];
            BinaryPrimitives.WriteInt32LittleEndian(head, frame.Length);
            file.AddRange([.. head, .. frame]);
        }
        var bytes = file.ToArray();
        "DKIF"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(6), 32);
        "VP80"u8.CopyTo(bytes.AsSpan(8));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(16), rate);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), 1);
        return bytes;
    }

    private static byte[] Page(params byte[][] packets)
    {
        var lengths = packets.SelectMany(p => Enumerable.Repeat((byte)255, p.Length / 255).Append((byte)(p.Length % 255))).ToArray();
        var head = new byte[27];
        "OggS"u8.CopyTo(head);
        head[26] = (byte)lengths.Length;
        return [.. head, .. lengths, .. packets.SelectMany(p => p)];
    }
}
