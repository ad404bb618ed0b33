namespace Conference.Silo.Regions;

/// <summary>How many joins there were in the last minute. Knows no clock: times are given.</summary>
public sealed class JoinRate
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly Queue<(DateTimeOffset At, long Joins)> _joins = new();
    private long _total;

    /// <summary>Joins that became known at a time, not before an earlier one.</summary>
    public void Add(DateTimeOffset at, long joins)
    {
        if (joins <= 0) return;
        _joins.Enqueue((at, joins));
        _total += joins;
    }

    /// <summary>The joins of the minute before a time.</summary>
    public long PerMinute(DateTimeOffset now)
    {
        while (_joins.TryPeek(out var oldest) && now - oldest.At >= Window)
        {
            _joins.Dequeue();
            _total -= oldest.Joins;
        }
        return _total;
    }
}
