namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>
/// NTP timestamps: seconds since 1900 in unsigned 32.32 fixed point (RFC 3550 section 4). Their compact form, the middle 32 bits, is in 1/65536 s.
/// </summary>
public static class NtpTime
{
    private static readonly DateTimeOffset Epoch = new(1900, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The timestamp of a moment from 1900 on, modulo 2^32 s (2036).</summary>
    public static ulong FromTime(DateTimeOffset time)
    {
        var ticks = (ulong)(time - Epoch).Ticks;
        var (seconds, rest) = Math.DivRem(ticks, (ulong)TimeSpan.TicksPerSecond);
        return (seconds << 32) | ((rest << 32) / TimeSpan.TicksPerSecond);
    }

    /// <summary>The middle 32 bits, as report blocks carry them.</summary>
    public static uint Compact(ulong timestamp) => (uint)(timestamp >> 16);

    /// <summary>A compact duration of 1/65536 s in microseconds.</summary>
    public static long CompactToMicroseconds(uint duration) => duration * 1_000_000L >> 16;

    /// <summary>Microseconds (0 to 65,535 s) as a compact duration of 1/65536 s.</summary>
    public static uint CompactFromMicroseconds(long microseconds) => (uint)((microseconds << 16) / 1_000_000);

    /// <summary>
    /// The round-trip time that a report block tells its source (RFC 3550 section 6.4.1), in microseconds. False if the block has no
    /// sender report to refer to, or its times contradict each other.
    /// </summary>
    /// <param name="report">The report.</param>
    /// <param name="now">NTP time of its arrival, from the clock that wrote the sender reports.</param>
    /// <param name="microseconds">The round-trip time.</param>
    public static bool TryGetRoundTrip(in ReportBlock report, ulong now, out long microseconds)
    {
        var elapsed = Compact(now) - report.LastSenderReport;
        var roundTrip = (int)(elapsed - report.DelaySinceLastSenderReport);
        microseconds = CompactToMicroseconds((uint)Math.Max(roundTrip, 0));
        return report.LastSenderReport != 0 && roundTrip >= 0;
    }
}
