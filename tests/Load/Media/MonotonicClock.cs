namespace Conference.Load.Media;

/// <summary>The monotonic clock of the machine, which all processes on it share, so that one may receive what another sent.</summary>
/// <param name="time">Where it comes from.</param>
public sealed class MonotonicClock(TimeProvider time)
{
    private readonly long _perMicrosecond = Math.Max(1, time.TimestampFrequency / 1_000_000);

    /// <summary>Microseconds since some moment.</summary>
    public long Microseconds => time.GetTimestamp() / _perMicrosecond;

    /// <summary>The time of day, for sender reports.</summary>
    public DateTimeOffset UtcNow => time.GetUtcNow();
}
