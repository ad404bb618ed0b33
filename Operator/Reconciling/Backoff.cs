namespace Conference.Operator.Reconciling;

/// <summary>Pauses that double from failure to failure.</summary>
/// <param name="First">The pause after the first failure; more than zero.</param>
/// <param name="Most">The longest pause.</param>
public sealed record Backoff(TimeSpan First, TimeSpan Most)
{
    /// <summary>The pause after so many failures in a row: <see cref="First"/>, twice that, four times that ... at most <see cref="Most"/>.</summary>
    /// <param name="failures">1 or more.</param>
    public TimeSpan After(int failures)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(failures, 1);
        var ticks = First.Ticks * Math.Pow(2, Math.Min(failures - 1, 40));
        return ticks >= Most.Ticks ? Most : TimeSpan.FromTicks((long)ticks);
    }
}
