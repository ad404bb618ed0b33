using System.Diagnostics.Metrics;

namespace Conference.Silo.Embedded;

/// <summary>What the runtime counts. Grain classes are the only label: keys are unbounded.</summary>
internal sealed class SiloMetrics
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Conference.Silo.Embedded";

    private readonly UpDownCounter<long> _active;
    private readonly Counter<long> _timedOut;
    private readonly Counter<long> _failedActivations;

    public SiloMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _active = meter.CreateUpDownCounter<long>("conference.grain.activations", "{activation}", "Grains that are active.");
        _timedOut = meter.CreateCounter<long>("conference.grain.calls.timed_out", "{call}", "Grain calls whose reply did not come in time.");
        _failedActivations = meter.CreateCounter<long>("conference.grain.activations.failed", "{activation}", "Activations that failed.");
    }

    public void Activated(string grainType) => _active.Add(1, Tag(grainType));

    public void Deactivated(string grainType) => _active.Add(-1, Tag(grainType));

    public void ActivationFailed(string grainType) => _failedActivations.Add(1, Tag(grainType));

    public void TimedOut(string target, int count) => _timedOut.Add(count, Tag(target));

    private static KeyValuePair<string, object?> Tag(string grainType) => new("grain_type", grainType);
}
