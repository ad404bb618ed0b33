namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Limits that a sender puts on the receiver's delay from capture to render
/// (https://webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/playout-delay).
/// </summary>
/// <param name="MinimumMilliseconds">0 to 40,950 ms in steps of 10 ms.</param>
/// <param name="MaximumMilliseconds">0 to 40,950 ms in steps of 10 ms. Both 0 asks for rendering at once.</param>
public readonly record struct PlayoutDelay(int MinimumMilliseconds, int MaximumMilliseconds)
{
    /// <summary>Length of the value in bytes.</summary>
    public const int Length = 3;

    /// <summary>Reads a value of exactly three bytes. False too if the minimum is above the maximum.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out PlayoutDelay delay)
    {
        delay = default;
        if (value.Length != Length) return false;
        delay = new PlayoutDelay(((value[0] << 4) | (value[1] >> 4)) * 10, (((value[1] & 0x0F) << 8) | value[2]) * 10);
        return delay.MinimumMilliseconds <= delay.MaximumMilliseconds;
    }

    /// <summary>Writes three bytes, rounding down to 10 ms and limiting to the range.</summary>
    public void Write(Span<byte> value)
    {
        var minimum = Math.Clamp(MinimumMilliseconds / 10, 0, 0xFFF);
        var maximum = Math.Clamp(MaximumMilliseconds / 10, 0, 0xFFF);
        value[2] = (byte)maximum;
        value[1] = (byte)((minimum << 4) | (maximum >> 8));
        value[0] = (byte)(minimum >> 4);
    }
}
