namespace Conference.Load.Media;

/// <summary>A picture that an encoder made, again and again. Where somebody asks, it jumps to the next key frame of the recording. It has no stamps: what gets it is a real decoder.</summary>
public sealed class RecordedVideoSource(uint stream, uint ssrc, byte payloadType, long beginMicroseconds, VideoFile file) : PacketSource(stream, ssrc, payloadType, beginMicroseconds)
{
    private const int MaxPayload = 1100;

    private int _at;
    private uint _frame;
    private uint _runFrame;
    private long _runBegin = beginMicroseconds;
    private bool _wantsKey;

    /// <inheritdoc/>
    public override int ClockRate => 90_000;

    /// <summary>The frame of the recording that comes next.</summary>
    public int Position => _at;

    /// <inheritdoc/>
    public override void RequestKeyFrame() => _wantsKey = true;

    /// <inheritdoc/>
    public override void Resume(long nowMicroseconds)
    {
        base.Resume(nowMicroseconds);
        (_runBegin, _runFrame, _wantsKey) = (nowMicroseconds, _frame, true);
    }

    /// <inheritdoc/>
    protected override void Write(long nowMicroseconds, IPacketSink sink)
    {
        if (_wantsKey)
            while (!file.Frames[_at].IsKeyFrame) _at = (_at + 1) % file.Frames.Length;
        _wantsKey = false;
        var frame = file.Frames[_at];
        _at = (_at + 1) % file.Frames.Length;
        if (frame.IsKeyFrame) KeyFrames++;
        var sinceRun = (double)(_frame - _runFrame) / file.FramesPerSecond;
        Write(frame.Bytes.AsSpan(), TimestampAt(_runBegin) + (uint)Math.Round(sinceRun * ClockRate), sink);
        _frame++;
        DueMicroseconds = _runBegin + (long)((_frame - _runFrame) * 1e6 / file.FramesPerSecond);
    }

    private void Write(ReadOnlySpan<byte> frame, uint timestamp, IPacketSink sink)
    {
        Span<byte> packet = stackalloc byte[MaxPacketBytes];
        var packets = (frame.Length + MaxPayload - 1) / MaxPayload;
        for (var i = 0; i < packets; i++)
        {
            // Packets of a frame differ by one byte at most, as libwebrtc cuts them.
            var (from, to) = ((int)((long)frame.Length * i / packets), (int)((long)frame.Length * (i + 1) / packets));
            var head = Begin(packet, marker: i == packets - 1, timestamp);
            VideoSource.WriteDescriptor(packet[head..], _frame, isFirst: i == 0);
            frame[from..to].CopyTo(packet[(head + VideoSource.DescriptorLength)..]);
            Finish(packet[..(head + VideoSource.DescriptorLength + to - from)], head, sink);
        }
    }
}

/// <summary>Sound that an encoder made, again and again, without stamps.</summary>
public sealed class RecordedAudioSource(uint stream, uint ssrc, byte payloadType, byte levelExtension, long beginMicroseconds, SoundFile file)
    : PacketSource(stream, ssrc, payloadType, beginMicroseconds)
{
    private const int PacketMicroseconds = 20_000;
    private uint _packet;

    /// <inheritdoc/>
    public override int ClockRate => 48_000;

    /// <inheritdoc/>
    protected override void Write(long nowMicroseconds, IPacketSink sink)
    {
        Span<byte> packet = stackalloc byte[MaxPacketBytes];
        var head = Begin(packet, marker: _packet == 0, _packet * 960, levelExtension, AudioSource.Level(_packet));
        var payload = file.Packets[(int)(_packet % file.Packets.Length)].AsSpan();
        payload.CopyTo(packet[head..]);
        _packet++;
        DueMicroseconds += PacketMicroseconds;
        Finish(packet[..(head + payload.Length)], head, sink);
    }
}
