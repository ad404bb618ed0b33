namespace Conference.Silo.Regions;

/// <summary>By how much a number changes per minute: the slope of the straight line that fits the last minutes best. Knows no clock: times are given.</summary>
/// <param name="window">How far it looks back.</param>
/// <param name="spacing">How far apart the samples are that it keeps; what comes sooner replaces nothing and is only the newest value.</param>
public sealed class LoadTrend(TimeSpan window, TimeSpan spacing)
{
    // Over less time a few joins would look like a flood: a change counts as if it had taken this long.
    private static readonly TimeSpan LeastSpan = TimeSpan.FromMinutes(1);

    private readonly Queue<Sample> _samples = new();
    private Sample? _newest;

    /// <summary>What the number is at a time, not before an earlier one.</summary>
    public void Add(DateTimeOffset at, double value)
    {
        var sample = new Sample(at, value);
        if (_samples.Count == 0 || at - _samples.Last().At >= spacing) _samples.Enqueue(sample);
        _newest = sample;
        while (at - _samples.Peek().At > window) _samples.Dequeue();
    }

    /// <summary>The change per minute; 0 before anything has been seen.</summary>
    public double PerMinute()
    {
        if (_newest is not { } newest) return 0;
        List<Sample> samples = [.. _samples];
        if (samples[^1].At != newest.At) samples.Add(newest);
        var span = newest.At - samples[0].At;
        if (samples.Count < 2 || span <= TimeSpan.Zero) return 0;
        return Slope(samples) * Math.Min(1, span / LeastSpan);
    }

    private static double Slope(List<Sample> samples)
    {
        var meanAt = samples.Average(s => Minutes(s, samples[0]));
        var meanValue = samples.Average(s => s.Value);
        var (above, below) = (0.0, 0.0);
        foreach (var sample in samples)
        {
            var distance = Minutes(sample, samples[0]) - meanAt;
            above += distance * (sample.Value - meanValue);
            below += distance * distance;
        }
        return above / below;
    }

    private static double Minutes(Sample sample, Sample first) => (sample.At - first.At).TotalMinutes;

    private readonly record struct Sample(DateTimeOffset At, double Value);
}
