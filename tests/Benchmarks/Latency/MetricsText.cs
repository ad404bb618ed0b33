using System.Globalization;

namespace Conference.Benchmarks.Latency;

/// <summary>A scrape of Prometheus text, as far as the benches need it. Pure.</summary>
internal static class MetricsText
{
    /// <summary>The buckets of a histogram, over all label sets in which one label has a value: cumulative counts by upper bound.</summary>
    /// <param name="text">The scrape.</param>
    /// <param name="name">The name of the metric.</param>
    /// <param name="labelValue">A value of a label; null: all label sets.</param>
    /// <param name="boundLabel">The label with the upper bound.</param>
    public static SortedDictionary<double, double> Buckets(string text, string name, string? labelValue, string boundLabel = "le")
    {
        var buckets = new SortedDictionary<double, double>();
        foreach (var line in text.Split('\n'))
        {
            var (open, close) = (line.IndexOf('{'), line.LastIndexOf('}'));
            if (line.StartsWith('#') || open < 0 || close < open) continue;
            if (line[..open] != name) continue;
            var labels = line[(open + 1)..close];
            if ((labelValue is not null && !labels.Contains($"\"{labelValue}\"", StringComparison.Ordinal)) || Bound(labels, boundLabel) is not { } bound) continue;
            buckets[bound] = buckets.GetValueOrDefault(bound) + double.Parse(line[(close + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
        }
        return buckets;
    }

    /// <summary>The upper bound of the range in which this share (0 to 1) of what was added between two scrapes lies; null: nothing was added.</summary>
    public static double? Quantile(SortedDictionary<double, double> before, SortedDictionary<double, double> after, double share)
    {
        var added = after.Select(b => (Bound: b.Key, Count: b.Value - before.GetValueOrDefault(b.Key))).ToList();
        if (added.Count == 0 || added[^1].Count <= 0) return null;
        return added.First(b => b.Count >= added[^1].Count * share).Bound;
    }

    /// <summary>Values by one label, over all others.</summary>
    public static SortedDictionary<string, long> Sums(string text, string name, string label)
    {
        var sums = new SortedDictionary<string, long>(StringComparer.Ordinal);
        var mark = $"{label}=\"";
        foreach (var line in text.Split('\n'))
        {
            var (open, close) = (line.IndexOf('{'), line.LastIndexOf('}'));
            if (line.StartsWith('#') || open < 0 || close < open || line[..open] != name) continue;
            var at = line.IndexOf(mark, open, StringComparison.Ordinal);
            if (at < 0) continue;
            var value = line[(at + mark.Length)..].Split('"')[0];
            sums[value] = sums.GetValueOrDefault(value) + (long)double.Parse(line[(close + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
        }
        return sums;
    }

    private static double? Bound(string labels, string label)
    {
        var mark = $"{label}=\"";
        var at = labels.IndexOf(mark, StringComparison.Ordinal);
        if (at < 0) return null;
        var text = labels[(at + mark.Length)..].Split('"')[0];
        return text == "+Inf" ? double.PositiveInfinity : double.Parse(text, CultureInfo.InvariantCulture);
    }
}
