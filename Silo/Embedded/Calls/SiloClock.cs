namespace Conference.Silo.Embedded.Calls;

/// <summary>
/// Counts ticks of a fixed period, so that a call notes when it was made without reading a clock, and one sweep per tick finds the overdue ones.
/// </summary>
internal sealed class SiloClock
{
    private int _tick;

    public SiloClock(TimeSpan responseTimeout)
    {
        ResponseTimeout = responseTimeout;
        Period = TimeSpan.FromTicks(Math.Clamp(responseTimeout.Ticks / 8, TimeSpan.TicksPerMillisecond, TimeSpan.TicksPerSecond));
        ResponseTicks = Ticks(responseTimeout);
    }

    /// <summary>The response timeout of methods that do not name their own.</summary>
    public TimeSpan ResponseTimeout { get; }

    /// <summary>The response timeout in ticks, one more than fits in it, because the first tick may be cut short.</summary>
    public int ResponseTicks { get; }

    public TimeSpan Period { get; }

    public int Tick => Volatile.Read(ref _tick);

    public int Advance() => Interlocked.Increment(ref _tick);

    /// <summary>How many ticks surely cover <paramref name="timeout"/>.</summary>
    public int Ticks(TimeSpan timeout) => (int)Math.Min(int.MaxValue / 2, (timeout.Ticks + Period.Ticks - 1) / Period.Ticks + 1);
}
