using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Conference.Operator.Cluster;
using Conference.Operator.Resources;

namespace Conference.Operator.Reconciling;

/// <summary>What an operator counts. Names are lower case with dots; every decision is counted under its case of docs/scaling.md.</summary>
public sealed class OperatorMetrics
{
    private readonly ConcurrentDictionary<string, MediaPodPoolStatus> _pools = new();
    private readonly Counter<long> _decisions;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _created;
    private readonly Counter<long> _released;
    private readonly Histogram<double> _reconciles;
    private readonly Histogram<double> _starts;
    private volatile bool _leads;

    /// <summary>Makes the instruments.</summary>
    public OperatorMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Conference.Operator");
        _decisions = meter.CreateCounter<long>("conference.operator.decisions", description: "Actions on pods, by pool and case of docs/scaling.md");
        _failures = meter.CreateCounter<long>("conference.operator.failures", description: "Requests to the Kubernetes API that failed while a pool was looked at, by reason");
        _created = meter.CreateCounter<long>("conference.operator.pods.created", description: "Pods created, by pool");
        _released = meter.CreateCounter<long>("conference.operator.pods.released", description: "Pods given up for good (finalizer removed), by pool");
        _reconciles = meter.CreateHistogram<double>("conference.operator.reconcile.duration", "s", "Time of one look at a pool");
        _starts = meter.CreateHistogram("conference.operator.pod.start.duration", "s", "Time from the creation of a pod to ready, by pool", tags: null,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1, 2, 3, 5, 7.5, 10, 15, 20, 30, 60, 120, 300] });
        meter.CreateObservableGauge("conference.operator.leader", () => _leads ? 1 : 0, description: "1 on the operator that leads");
        Pools(meter, "desired", "Pods that should take meetings", s => s.DesiredPods);
        Pools(meter, "ready", "Pods that take meetings", s => s.ReadyPods);
        Pools(meter, "draining", "Pods that drain", s => s.DrainingPods);
        Pools(meter, "outdated", "Pods that are not of the newest template", s => s.OutdatedPods);
        Pools(meter, "participants", "Participants on all pods", s => s.Participants);
        Pools(meter, "load", "Taken share of the places, 0 to 1", s => s.Load);
        Pools(meter, "recommended", "Pods that the load asks for", s => s.Recommendation?.Pods ?? 0);
    }

    /// <summary>Something was done to a pod.</summary>
    public void Decided(string pool, string @case) => _decisions.Add(1, new("pool", pool), new("case", @case));

    /// <summary>A request failed.</summary>
    public void Failed(KubeReason reason) => _failures.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A pod was created.</summary>
    public void Created(string pool) => _created.Add(1, new KeyValuePair<string, object?>("pool", pool));

    /// <summary>A pod was given up.</summary>
    public void Released(string pool) => _released.Add(1, new KeyValuePair<string, object?>("pool", pool));

    /// <summary>A pod became ready for the first time.</summary>
    public void Started(string pool, TimeSpan after) => _starts.Record(after.TotalSeconds, new KeyValuePair<string, object?>("pool", pool));

    /// <summary>A pool was looked at.</summary>
    public void Reconciled(TimeSpan took) => _reconciles.Record(took.TotalSeconds);

    /// <summary>What is known of a pool now; null: it is gone.</summary>
    public void Show(string pool, MediaPodPoolStatus? status)
    {
        if (status is null) _pools.TryRemove(pool, out _);
        else _pools[pool] = status;
    }

    /// <summary>Whether this operator leads; one that does not tells nothing of pools.</summary>
    public void Leads(bool leads)
    {
        _leads = leads;
        if (!leads) _pools.Clear();
    }

    private void Pools(Meter meter, string name, string description, Func<MediaPodPoolStatus, double> value) =>
        meter.CreateObservableGauge($"conference.operator.pool.{name}", () => _pools.Select(p => new Measurement<double>(value(p.Value), new KeyValuePair<string, object?>("pool", p.Key))), description: $"{description}, by pool");
}
