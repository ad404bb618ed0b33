namespace Conference.Hosting.Metrics;

/// <summary>One label set of a family. Written by whoever measures, read by whoever scrapes.</summary>
/// <param name="labels">As it is printed, <c>a="b",c="d"</c>; empty without labels.</param>
/// <param name="bounds">Upper bounds of a histogram's buckets; empty for others.</param>
internal sealed class MetricSeries(string labels, double[] bounds)
{
    private readonly Lock _gate = new();
    private readonly long[] _buckets = new long[bounds.Length + 1];
    private double _value;
    private long _count;

    public string Labels => labels;

    public void Set(double value)
    {
        lock (_gate) _value = value;
    }

    public void Add(double value)
    {
        lock (_gate) _value += value;
    }

    public void Record(double value)
    {
        var bucket = Array.FindIndex(bounds, bound => value <= bound);
        lock (_gate)
        {
            _buckets[bucket < 0 ? bounds.Length : bucket]++;
            _count++;
            _value += value;
        }
    }

    public double Value
    {
        get { lock (_gate) return _value; }
    }

    /// <summary>The histogram as it is now: counts per bucket (the last one unbounded), how many values, their sum.</summary>
    public (long[] Buckets, long Count, double Sum) Histogram()
    {
        lock (_gate) return ([.. _buckets], _count, _value);
    }
}
