using System.Text;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.Wire.Tests.Rtp;

public sealed class ExtensionValueTests
{
    [Fact]
    public void Audio_level()
    {
        Assert.True(AudioLevel.TryRead([0x9E], out var level));
        Assert.Equal(new AudioLevel(30, true), level);
        var value = new byte[1];
        level.Write(value);
        Assert.Equal(0x9E, value[0]);
        new AudioLevel(200, false).Write(value);
        Assert.Equal(127, value[0]);
        Assert.False(AudioLevel.TryRead([], out _));
    }

    [Fact]
    public void Transport_sequence()
    {
        Assert.True(TransportSequence.TryRead([0x12, 0x34], out var sequence));
        Assert.Equal(0x1234, sequence);
        Assert.False(TransportSequence.TryRead([0x12], out _));
        Assert.False(TransportSequence.TryRead([0x12, 0x34, 0x56], out _));
        var value = new byte[2];
        TransportSequence.Write(value, 0xABCD);
        Assert.Equal([0xAB, 0xCD], value);
    }

    [Fact]
    public void Absolute_send_time()
    {
        Assert.Equal(1u << 18, AbsoluteSendTime.FromMicroseconds(1_000_000));
        Assert.Equal(0u, AbsoluteSendTime.FromMicroseconds(64_000_000));
        Assert.Equal(AbsoluteSendTime.FromMicroseconds(1_500_000), AbsoluteSendTime.FromMicroseconds(long.MaxValue / 64_000_000 / 10 * 64_000_000 + 1_500_000));
        var value = new byte[3];
        AbsoluteSendTime.Write(value, 0x123456);
        Assert.Equal([0x12, 0x34, 0x56], value);
        Assert.True(AbsoluteSendTime.TryRead(value, out var units));
        Assert.Equal(0x123456u, units);
        Assert.Equal(2_000_000, AbsoluteSendTime.DistanceMicroseconds(AbsoluteSendTime.FromMicroseconds(63_000_000), AbsoluteSendTime.FromMicroseconds(65_000_000)));
        Assert.Equal(-2_000_000, AbsoluteSendTime.DistanceMicroseconds(AbsoluteSendTime.FromMicroseconds(65_000_000), AbsoluteSendTime.FromMicroseconds(63_000_000)));
        Assert.False(AbsoluteSendTime.TryRead([1, 2], out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(90_000)]
    [InlineData(-1)]
    [InlineData(-8_388_608)]
    [InlineData(8_388_607)]
    public void Transmission_offset_is_signed(int offset)
    {
        var value = new byte[3];
        TransmissionOffset.Write(value, offset);
        Assert.True(TransmissionOffset.TryRead(value, out var read));
        Assert.Equal(offset, read);
    }

    [Theory]
    [InlineData(0x00, false, false, 0)]
    [InlineData(0x01, false, false, 90)]
    [InlineData(0x0E, true, true, 180)]
    [InlineData(0x07, false, true, 270)]
    public void Video_orientation(byte bits, bool back, bool flip, int rotation)
    {
        Assert.True(VideoOrientation.TryRead([bits], out var orientation));
        Assert.Equal(new VideoOrientation(back, flip, rotation), orientation);
        var value = new byte[1];
        orientation.Write(value);
        Assert.Equal(bits, value[0]);
    }

    [Fact]
    public void Playout_delay()
    {
        Assert.True(PlayoutDelay.TryRead([0x00, 0xA0, 0x64], out var delay));
        Assert.Equal(new PlayoutDelay(100, 1000), delay);
        var value = new byte[3];
        delay.Write(value);
        Assert.Equal([0x00, 0xA0, 0x64], value);
        new PlayoutDelay(0, 99_999).Write(value);
        Assert.Equal([0x00, 0x0F, 0xFF], value);
        Assert.False(PlayoutDelay.TryRead([0x00, 0xB0, 0x0A], out _));
    }

    [Fact]
    public void Video_content_type()
    {
        Assert.True(VideoContentType.TryRead([0x0D], out var type));
        Assert.Equal(VideoContentType.Screenshare, type);
        Assert.False(VideoContentType.TryRead([], out _));
        var value = new byte[1];
        type.Write(value);
        Assert.Equal(1, value[0]);
    }

    [Fact]
    public void Absolute_capture_time()
    {
        var bytes = Hex.Bytes("0123456789ABCDEF FFFFFFFFFFFFFFFE");
        Assert.True(AbsoluteCaptureTime.TryRead(bytes, out var full));
        Assert.Equal(new AbsoluteCaptureTime(0x0123456789ABCDEF, -2), full);
        Assert.True(AbsoluteCaptureTime.TryRead(bytes.AsSpan(0, 8), out var half));
        Assert.Equal(new AbsoluteCaptureTime(0x0123456789ABCDEF, null), half);
        Assert.Equal(8, half.Length);
        Assert.False(AbsoluteCaptureTime.TryRead(bytes.AsSpan(0, 12), out _));
        var written = new byte[full.Length];
        full.Write(written);
        Assert.Equal(bytes, written);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("video0")]
    [InlineData("sdparta_0")]
    [InlineData("q")]
    [InlineData("0123456789012345678901234567890")]
    public void Stream_identifiers_are_values(string text)
    {
        Assert.True(StreamIdentifier.TryRead(Encoding.ASCII.GetBytes(text), out var read));
        Assert.True(StreamIdentifier.TryParse(text, out var parsed));
        Assert.True(read == parsed);
        Assert.Equal(read.GetHashCode(), parsed.GetHashCode());
        Assert.Equal(text, read.ToString());
        Assert.Equal(text.Length, read.Length);
        Assert.True(StreamIdentifier.TryRead([.. Encoding.ASCII.GetBytes(text), 0, 0], out var padded));
        Assert.Equal(read, padded);
        Assert.NotEqual(read, default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("a\n")]
    [InlineData("caf\u00e9")]
    [InlineData("01234567890123456789012345678901")]
    public void What_is_no_token_is_no_stream_identifier(string text)
    {
        Assert.False(StreamIdentifier.TryRead(Encoding.UTF8.GetBytes(text), out _));
        Assert.False(StreamIdentifier.TryParse(text, out _));
    }

    [Fact]
    public void Video_layers_of_two_simulcast_streams_with_resolutions()
    {
        // Carried on stream 1 of 2; every stream has spatial layer 0 only; 1 and 3 temporal layers; 100 | 200, 300, 500 kbit/s.
        var value = Hex.Bytes("51 20 64 C801 AC02 F403 013F 00B3 0F 027F 0167 1E");
        var layers = new VideoLayer[VideoLayersAllocation.MaxLayers];
        Assert.True(VideoLayersAllocation.TryParse(value, layers, out var allocation));
        Assert.Equal(new VideoLayersAllocation(1, 2, 2, true), allocation);
        Assert.Equal((0, 0, 1), (layers[0].StreamIndex, layers[0].SpatialId, layers[0].TemporalLayers));
        Assert.Equal(100u, layers[0].TargetKilobitsPerSecond(0));
        Assert.Equal((320, 180, 15), (layers[0].Width, layers[0].Height, layers[0].MaxFrameRate));
        Assert.Equal((1, 0, 3), (layers[1].StreamIndex, layers[1].SpatialId, layers[1].TemporalLayers));
        Assert.Equal(500u, layers[1].TargetKilobitsPerSecond(2));
        Assert.Equal((640, 360, 30), (layers[1].Width, layers[1].Height, layers[1].MaxFrameRate));
    }

    [Fact]
    public void Video_layers_with_a_mask_for_each_stream()
    {
        // Two streams: spatial layers 0 and 1, then 0 only; one temporal layer each; no resolutions.
        var layers = new VideoLayer[VideoLayersAllocation.MaxLayers];
        Assert.True(VideoLayersAllocation.TryParse(Hex.Bytes("10 31 00 0A 14 1E"), layers, out var allocation));
        Assert.Equal(new VideoLayersAllocation(0, 2, 3, false), allocation);
        Assert.Equal((0, 1), (layers[1].StreamIndex, layers[1].SpatialId));
        Assert.Equal((1, 0), (layers[2].StreamIndex, layers[2].SpatialId));
        Assert.Equal(30u, layers[2].TargetKilobitsPerSecond(0));
        Assert.True(VideoLayersAllocation.TryParse([0], layers, out var nothing));
        Assert.Equal(0, nothing.LayerCount);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("01 00")]
    [InlineData("01 00 80")]
    [InlineData("01 00 64 00")]
    [InlineData("41 00 64")]
    [InlineData("10")]
    [InlineData("00 00")]
    public void Video_layers_cut_short_are_refused(string value) =>
        Assert.False(VideoLayersAllocation.TryParse(Hex.Bytes(value), new VideoLayer[VideoLayersAllocation.MaxLayers], out _));
}
