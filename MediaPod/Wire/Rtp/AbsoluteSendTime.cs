namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// When a packet left its sender: 24 bits, seconds in 6.18 fixed point, wrapping every 64 s
/// (https://webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/abs-send-time).
/// </summary>
public static class AbsoluteSendTime
{
    /// <summary>Length of the value in bytes.</summary>
    public const int Length = 3;

    /// <summary>Units per second: 2^18, so one unit is about 3.8 microseconds.</summary>
    public const int UnitsPerSecond = 1 << 18;

    /// <summary>Reads a value of exactly three bytes, 0 to 2^24 - 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out uint units)
    {
        var ok = value.Length == Length;
        units = ok ? (uint)((value[0] << 16) | (value[1] << 8) | value[2]) : 0;
        return ok;
    }

    /// <summary>Writes three bytes; bits above 24 are dropped.</summary>
    public static void Write(Span<byte> value, uint units)
    {
        value[2] = (byte)units;
        value[1] = (byte)(units >> 8);
        value[0] = (byte)(units >> 16);
    }

    /// <summary>The value for a time in microseconds on any clock (0 or more), modulo 64 s.</summary>
    public static uint FromMicroseconds(long microseconds) => (uint)((UInt128)(ulong)microseconds * UnitsPerSecond / 1_000_000 & 0xFFFFFF);

    /// <summary>Microseconds from <paramref name="from"/> to <paramref name="to"/>, at most 32 s either way.</summary>
    public static long DistanceMicroseconds(uint from, uint to) => ((int)((to - from) << 8) >> 8) * 1_000_000L / UnitsPerSecond;
}
