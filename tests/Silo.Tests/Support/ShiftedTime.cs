namespace Conference.Silo.Tests.Support;

/// <summary>The real clock, wrong by some time.</summary>
public sealed class ShiftedTime(TimeSpan by) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + by;
}
