namespace Conference.MediaPod.Wire.Codecs;

/// <summary>What the first bytes of an Opus packet tell (RFC 6716 section 3).</summary>
public readonly struct OpusPacket
{
    /// <summary>RTP clock of Opus in Hz, whatever it encodes (RFC 7587 section 4.1).</summary>
    public const int ClockRate = 48_000;

    private const int MaxDuration = ClockRate * 120 / 1000;

    private readonly byte _toc;

    private OpusPacket(byte toc, int frames, bool isSilence)
    {
        _toc = toc;
        FrameCount = frames;
        IsSilence = isSilence;
    }

    /// <summary>Mode, bandwidth and frame size, 0 to 31 (RFC 6716 table 2).</summary>
    public int Configuration => _toc >> 3;

    /// <summary>Whether two channels are encoded.</summary>
    public bool IsStereo => (_toc & 4) != 0;

    /// <summary>Number of frames, 1 to 48.</summary>
    public int FrameCount { get; }

    /// <summary>
    /// Whether the packet is so short that it holds no sound: an encoder in discontinuous transmission sends one or two bytes now and then (RFC 7587 section 3.1.3).
    /// </summary>
    public bool IsSilence { get; }

    /// <summary>Duration of one frame in samples of 48 kHz: 120 (2.5 ms) to 2,880 (60 ms).</summary>
    public int FrameDuration => FrameDurationOf(_toc);

    /// <summary>Duration of the packet in samples of 48 kHz, up to 5,760 (120 ms): what the RTP timestamp advances by.</summary>
    public int Duration => FrameDuration * FrameCount;

    private static int FrameDurationOf(byte toc) => (toc >> 3) switch
    {
        // SILK: 10, 20, 40, 60 ms.
        < 12 and var silk => (silk & 3) switch { 0 => 480, 1 => 960, 2 => 1920, _ => 2880 },
        // Hybrid: 10, 20 ms.
        < 16 and var hybrid => (hybrid & 1) == 0 ? 480 : 960,
        // CELT: 2.5, 5, 10, 20 ms.
        var celt => 120 << (celt & 3),
    };

    /// <summary>Parses the head of a packet. False if it is empty, has no frames, or is longer than 120 ms (RFC 6716 section 3.4, rules 1 and 5).</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out OpusPacket packet)
    {
        packet = default;
        if (payload.IsEmpty) return false;
        var frames = (payload[0] & 3) switch { 0 => 1, 3 => payload.Length > 1 ? payload[1] & 0x3F : 0, _ => 2 };
        if (frames == 0 || frames * FrameDurationOf(payload[0]) > MaxDuration) return false;
        packet = new OpusPacket(payload[0], frames, payload.Length <= 2);
        return true;
    }
}
