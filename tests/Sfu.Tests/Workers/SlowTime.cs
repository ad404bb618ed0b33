namespace Conference.Sfu.Tests.Workers;

/// <summary>A clock that a look at costs time, as each packet costs a slow machine.</summary>
internal sealed class SlowTime : TimeProvider
{
    public TimeSpan Now { get; set; } = TimeSpan.FromDays(700_000);

    public TimeSpan PerLook { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => (Now += PerLook).Ticks;

    public override DateTimeOffset GetUtcNow() => new(Now.Ticks, TimeSpan.Zero);
}
