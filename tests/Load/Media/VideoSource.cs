namespace Conference.Load.Media;

/// <summary>A picture in the shape of VP8 (RFC 7741): 30 frames a second of several packets, large ones at the beginning and where somebody asks.</summary>
public sealed class VideoSource(uint stream, uint ssrc, byte payloadType, long beginMicroseconds, int kilobitsPerSecond, Random random)
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
    private bool _wantsKey = true;

    /// <summary>Key frames that were sent.</summary>
    public int KeyFrames { get; private set; }

    /// <inheritdoc/>
    public override int ClockRate => 90_000;

    /// <inheritdoc/>
    public override void RequestKeyFrame() => _wantsKey = true;

    /// <inheritdoc/>
    protected override void Write(long nowMicroseconds, IPacketSink sink)
    {
        var isKey = _wantsKey;
        _wantsKey = false;
        if (isKey) KeyFrames++;
        // Frames of an encoder differ in size: by a fifth here.
        var bytes = kilobitsPerSecond * 1000 / 8 / FramesPerSecond * random.Next(80, 121) / 100 * (isKey ? KeyFrameFactor : 1);
        var packets = Math.Max(1, (bytes + MaxPayload - 1) / MaxPayload);
        for (var i = 0; i < packets; i++) WritePacket(Math.Max(LeastPayload, bytes / packets), isKey, isFirst: i == 0, isLast: i == packets - 1, nowMicroseconds, sink);
        _frame++;
        DueMicroseconds = BeginMicroseconds + _frame * 1_000_000L / FramesPerSecond;
    }

    private void WritePacket(int length, bool isKey, bool isFirst, bool isLast, long nowMicroseconds, IPacketSink sink)
    {
        Span<byte> packet = stackalloc byte[MaxPacketBytes];
        var head = Begin(packet, isLast, _frame * (uint)(ClockRate / FramesPerSecond));
        var payload = packet.Slice(head, length);
        payload.Fill((byte)_frame);
        payload[0] = (byte)(0x80 | (isFirst ? 0x10 : 0));
        payload[1] = 0x80;
        payload[2] = (byte)(0x80 | (_frame >> 8 & 0x7F));
        payload[3] = (byte)_frame;
        if (isFirst) WriteFrameHeader(payload[DescriptorLength..], isKey);
        Finish(packet[..(head + length)], head, DescriptorLength, nowMicroseconds, sink);
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
