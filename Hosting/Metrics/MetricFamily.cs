using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Conference.Hosting.Metrics;

/// <summary>All series of one name. Instruments of one name and kind from several meters (several services in one process) share a family.</summary>
internal sealed class MetricFamily(string name, string help, MetricKind kind, bool observable, double scale, double[] bounds)
{
    /// <summary>The most label sets of one family: labels that come from outside must not fill the memory.</summary>
    public const int MaxSeries = 1000;

    private readonly ConcurrentDictionary<string, MetricSeries> _series = new();

    public string Name => name;
    public MetricKind Kind => kind;
    public bool Observable => observable;

    public void Measure(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = Series(tags);
        value *= scale;
        if (kind == MetricKind.Histogram) series.Record(value);
        else if (!observable && IsGauge(instrument)) series.Set(value);
        else series.Add(value); // what is observed begins at nothing in every scrape
    }

    /// <summary>Forgets what observable instruments reported: their callbacks are about to report all there is.</summary>
    public void ClearObserved() => _series.Clear();

    public void Write(StringBuilder output)
    {
        if (_series.IsEmpty) return;
        output.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(help)).Append('\n');
        output.Append("# TYPE ").Append(name).Append(' ').Append(kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", _ => "histogram" }).Append('\n');
        foreach (var series in _series.Values.OrderBy(s => s.Labels, StringComparer.Ordinal))
        {
            if (kind == MetricKind.Histogram) WriteHistogram(output, series);
            else WriteLine(output, "", series.Labels, series.Value);
        }
    }

    private static bool IsGauge(Instrument instrument) => instrument.GetType().Name.StartsWith("Gauge", StringComparison.Ordinal);

    private MetricSeries Series(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = tags.IsEmpty ? "" : Format(tags);
        if (_series.TryGetValue(labels, out var series)) return series;
        if (_series.Count >= MaxSeries) labels = "overflow=\"true\"";
        return _series.GetOrAdd(labels, static (key, b) => new MetricSeries(key, b), bounds);
    }

    private static string Format(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags) labels[MetricName.Clean(key)] = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        var text = new StringBuilder();
        foreach (var (key, value) in labels)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(key).Append("=\"").Append(EscapeLabel(value)).Append('"');
        }
        return text.ToString();
    }

    private void WriteHistogram(StringBuilder output, MetricSeries series)
    {
        var (buckets, count, sum) = series.Histogram();
        var separator = series.Labels.Length > 0 ? "," : "";
        long below = 0;
        for (var i = 0; i < bounds.Length; i++)
        {
            below += buckets[i];
            WriteLine(output, "_bucket", $"{series.Labels}{separator}le=\"{Number(bounds[i])}\"", below);
        }
        WriteLine(output, "_bucket", $"{series.Labels}{separator}le=\"+Inf\"", count);
        WriteLine(output, "_sum", series.Labels, sum);
        WriteLine(output, "_count", series.Labels, count);
    }

    private void WriteLine(StringBuilder output, string suffix, string labels, double value)
    {
        output.Append(name).Append(suffix);
        if (labels.Length > 0) output.Append('{').Append(labels).Append('}');
        output.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string EscapeHelp(string text) => text.Replace("\\", "\\\\").Replace("\n", "\\n");

    private static string EscapeLabel(string text) => EscapeHelp(text.Length > 256 ? text[..256] : text).Replace("\"", "\\\"");
}
