using Conference.MediaPod.Wire.Rtp;

namespace Conference.Load.Media;

/// <summary>A picture in the shape of VP8 (RFC 7741): frames of several packets, large ones at the beginning and where somebody asks.</summary>
public sealed class VideoSource(uint stream, uint ssrc, byte payloadType, long beginMicroseconds, VideoShape shape, Random random)
    : PacketSource(stream, ssrc, payloadType, beginMicroseconds)
{
    /// <summary>Bytes at the beginning of a payload that a pod rewrites: the descriptor with a 15-bit picture id.</summary>
    public const int DescriptorLength = 4;

    /// <summary>The height that its key frames tell.</summary>
    public const int Height = 360;

    private const int FramesPerSecond = 30;
    private const int KeyFrameFactor = 5;
    private const int MaxPayload = 1100;
    private const int KeyHeaderLength = 10;
    private const int LeastPayload = DescriptorLength + KeyHeaderLength + PacketStamp.Length;

    private uint _frame;
    private uint _runFrame;
    private long _runBegin = beginMicroseconds;
    private bool _wantsKey = true;

    /// <summary>30 frames a second of several packets.</summary>
    public VideoSource(uint stream, uint ssrc, byte payloadType, long beginMicroseconds, int kilobitsPerSecond, Random random)
        : this(stream, ssrc, payloadType, beginMicroseconds, new VideoShape(kilobitsPerSecond), random)
    {
    }

    /// <summary>What its packets look like.</summary>
    public VideoShape Shape { get; private set; } = shape;

    /// <inheritdoc/>
    public override int ClockRate => 90_000;

    private double FrameMicroseconds => Shape is { Pacing: Pacing.Even } ? PacketBytes * 8000.0 / Shape.KilobitsPerSecond : 1e6 / FramesPerSecond;

    private int PacketBytes => Shape.PacketBytes ?? MaxPacketBytes;

    /// <inheritdoc/>
    public override void RequestKeyFrame() => _wantsKey = true;

    /// <inheritdoc/>
    public override void Resume(long nowMicroseconds)
    {
        base.Resume(nowMicroseconds);
        (_runBegin, _runFrame) = (nowMicroseconds, _frame);
    }

    /// <summary>Goes on in another shape.</summary>
    public void Resume(long nowMicroseconds, VideoShape shape)
    {
        Shape = shape;
        Resume(nowMicroseconds);
    }

    /// <inheritdoc/>
    protected override void Write(long nowMicroseconds, IPacketSink sink)
    {
        var isKey = _wantsKey;
        _wantsKey = false;
        if (isKey) KeyFrames++;
        var timestamp = TimestampAt(_runBegin) + (uint)Math.Round((_frame - _runFrame) * FrameMicroseconds * 0.09);
        // Frames of an encoder differ in size: by a fifth here.
        var bytes = Shape.KilobitsPerSecond * 1000 / 8 / FramesPerSecond * random.Next(80, 121) / 100 * (isKey ? KeyFrameFactor : 1);
        if (Shape.Pacing == Pacing.Even) bytes = PacketBytes;
        var packets = Math.Max(1, Shape.PacketBytes is { } whole ? (bytes + whole / 2) / whole : Shape.Pacing == Pacing.Even ? 1 : (bytes + MaxPayload - 1) / MaxPayload);
        for (var i = 0; i < packets; i++) WritePacket(Shape.PacketBytes ?? bytes / packets + RtpHeader.FixedLength, timestamp, isKey, isFirst: i == 0, isLast: i == packets - 1, nowMicroseconds, sink);
        _frame++;
        DueMicroseconds = _runBegin + (long)((_frame - _runFrame) * FrameMicroseconds);
    }

    private void WritePacket(int length, uint timestamp, bool isKey, bool isFirst, bool isLast, long nowMicroseconds, IPacketSink sink)
    {
        Span<byte> packet = stackalloc byte[MaxPacketBytes];
        var head = Begin(packet, isLast, timestamp);
        length = Math.Clamp(length, head + LeastPayload, MaxPacketBytes);
        var payload = packet[head..length];
        payload.Fill((byte)_frame);
        WriteDescriptor(payload, _frame, isFirst);
        if (isFirst) WriteFrameHeader(payload[DescriptorLength..], isKey);
        Finish(packet[..length], head, DescriptorLength, nowMicroseconds, sink);
    }

    /// <summary>The descriptor with a 15-bit picture id (RFC 7741 section 4.2).</summary>
    internal static void WriteDescriptor(Span<byte> payload, uint picture, bool isFirst)
    {
        payload[0] = (byte)(0x80 | (isFirst ? 0x10 : 0));
        payload[1] = 0x80;
        payload[2] = (byte)(0x80 | (picture >> 8 & 0x7F));
        payload[3] = (byte)picture;
    }

    /// <summary>RFC 6386 section 9.1: the lowest bit tells key frames; those have a start code and their size.</summary>
    private static void WriteFrameHeader(Span<byte> frame, bool isKey)
    {
        frame[0] = (byte)(isKey ? 0x10 : 0x11);
        if (!isKey) return;
        ReadOnlySpan<byte> size = [0, 0, 0x9D, 0x01, 0x2A, 640 & 0xFF, 640 >> 8, Height & 0xFF, Height >> 8];
        size.CopyTo(frame[1..]);
    }
}
