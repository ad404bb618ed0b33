using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace Conference.Hosting.Metrics;

/// <summary>
/// Listens to the process' <see cref="Meter"/>s and prints them in the Prometheus text format (version 0.0.4). Names become lower case words with underscores,
/// units their base unit as suffix, counters end in <c>_total</c>. Histograms use the bounds of their instrument's advice, else <see cref="DefaultBounds"/>.
/// Instruments of one name in several services of one process add up.
/// </summary>
public sealed class MetricsExposition : IDisposable
{
    /// <summary>The media type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Bucket bounds where an instrument advises none, in its base unit: 1 ms to 10 s when it is seconds.</summary>
    public static IReadOnlyList<double> DefaultBounds { get; } = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<string, MetricFamily> _families = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _observed = new();
    private readonly MeterListener _listener = new();
    private readonly Lock _scrape = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="include">Which meters; null: ours (names that begin with <c>Conference</c>), the runtime's and the HTTP server's.</param>
    public MetricsExposition(Func<Meter, bool>? include = null)
    {
        include ??= IsOfInterest;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (include(instrument.Meter) && Family(instrument) is { } family) listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.MeasurementsCompleted = (instrument, state) => _observed.TryRemove(instrument, out _);
        Listen<byte>(v => v);
        Listen<short>(v => v);
        Listen<int>(v => v);
        Listen<long>(v => v);
        Listen<float>(v => v);
        Listen<double>(v => v);
        Listen<decimal>(v => (double)v);
        _listener.Start();
    }

    /// <summary>The text as of now.</summary>
    public string Print()
    {
        lock (_scrape)
        {
            foreach (var family in _observed.Values.Distinct()) family.ClearObserved();
            _listener.RecordObservableInstruments();
            var output = new StringBuilder(16 * 1024);
            foreach (var family in _families.Values.OrderBy(f => f.Name, StringComparer.Ordinal)) family.Write(output);
            return output.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static bool IsOfInterest(Meter meter) =>
        meter.Name.StartsWith("Conference", StringComparison.Ordinal) || meter.Name is "System.Runtime" or "Microsoft.AspNetCore.Hosting" or "Microsoft.AspNetCore.Server.Kestrel";

    private void Listen<T>(Func<T, double> toDouble) where T : struct => _listener.SetMeasurementEventCallback<T>((instrument, value, tags, state) =>
        ((MetricFamily)state!).Measure(instrument, toDouble(value), tags));

    private MetricFamily? Family(Instrument instrument)
    {
        if (Kind(instrument) is not { } kind) return null;
        var (name, scale) = MetricName.Of(instrument.Name, instrument.Unit, kind);
        var help = string.IsNullOrWhiteSpace(instrument.Description) ? instrument.Name : instrument.Description;
        var family = _families.GetOrAdd(name, key => new MetricFamily(key, help, kind, instrument.IsObservable, scale, kind == MetricKind.Histogram ? Bounds(instrument, scale) : []));
        if (family.Kind != kind || family.Observable != instrument.IsObservable) return null; // one name cannot be two kinds: the first one stays
        if (instrument.IsObservable) _observed[instrument] = family;
        return family;
    }

    // The instrument classes are generic, so their kind is in the name of the definition.
    private static MetricKind? Kind(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => MetricKind.Counter,
        "UpDownCounter" or "ObservableUpDownCounter" or "Gauge" or "ObservableGauge" => MetricKind.Gauge,
        "Histogram" => MetricKind.Histogram,
        _ => null,
    };

    private static double[] Bounds(Instrument instrument, double scale)
    {
        var advised = instrument switch
        {
            Histogram<double> h => h.Advice?.HistogramBucketBoundaries,
            Histogram<float> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b),
            Histogram<long> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b),
            Histogram<int> h => h.Advice?.HistogramBucketBoundaries?.Select(b => (double)b),
            _ => null,
        };
        return advised?.Select(bound => bound * scale).ToArray() ?? [.. DefaultBounds];
    }
}
