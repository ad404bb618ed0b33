using System.Diagnostics.Metrics;

namespace Conference.Silo.Journal;

/// <summary>What the journal counts, under the meter <c>Conference.Journal</c>.</summary>
internal sealed class JournalMetrics : IDisposable
{
    private readonly Meter _meter;
    private readonly Counter<long> _writes;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _commit;
    private readonly Histogram<int> _batch;

    public JournalMetrics(Func<int> waiting)
    {
        _meter = new Meter("Conference.Journal");
        _writes = _meter.CreateCounter<long>("conference.journal.writes", description: "Writes answered after a commit, conflicts among them");
        _refused = _meter.CreateCounter<long>("conference.journal.refused", description: "Writes not stored, by reason");
        _commit = _meter.CreateHistogram<double>(
            "conference.journal.commit", "s", "Time from a batch's first statement until it is durable", null, Bounds(0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2));
        _batch = _meter.CreateHistogram<int>("conference.journal.batch", null, "Writes per commit", null, Bounds(1, 3, 10, 30, 100, 300, 1_000, 3_000));
        _meter.CreateObservableGauge("conference.journal.waiting", waiting, description: "Writes waiting for a commit");
    }

    public void Committed(int writes, TimeSpan took)
    {
        _writes.Add(writes);
        _batch.Record(writes);
        _commit.Record(took.TotalSeconds);
    }

    public void Refused(JournalUnavailable reason, int writes = 1) => _refused.Add(writes, new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Dispose() => _meter.Dispose();

    private static InstrumentAdvice<T> Bounds<T>(params T[] bounds)
        where T : struct => new() { HistogramBucketBoundaries = bounds };
}
