using System.Text;

namespace Conference.Hosting.Metrics;

/// <summary>The kinds of Prometheus metric families that are exposed.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>Turns an instrument's name and unit into a Prometheus name: <c>sfu.packets.forwarded</c> of <c>{packet}</c> is <c>sfu_packets_forwarded_total</c>.</summary>
/// <param name="Name">The family's name.</param>
/// <param name="Scale">What values are multiplied with: Prometheus wants base units.</param>
internal readonly record struct MetricName(string Name, double Scale)
{
    public static MetricName Of(string instrument, string? unit, MetricKind kind)
    {
        var (suffix, scale) = Unit(unit);
        var name = Clean(instrument);
        if (kind != MetricKind.Histogram) name = WithoutReserved(name);
        if (name.EndsWith("_total", StringComparison.Ordinal)) name = name[..^"_total".Length];
        if (suffix.Length > 0 && !name.EndsWith(suffix, StringComparison.Ordinal)) name += suffix;
        return new(kind == MetricKind.Counter ? name + "_total" : name, scale);
    }

    private static (string Suffix, double Scale) Unit(string? unit) => unit switch
    {
        "s" => ("_seconds", 1),
        "ms" => ("_seconds", 1e-3),
        "us" => ("_seconds", 1e-6),
        "ns" => ("_seconds", 1e-9),
        "By" => ("_bytes", 1),
        "KiBy" => ("_bytes", 1024),
        "By/s" => ("_bytes_per_second", 1),
        "bit/s" => ("_bytes_per_second", 1.0 / 8), // a bit is no base unit
        "1" => ("_ratio", 1),
        _ => ("", 1), // "{packet}" and the like say what is counted, which the name does too
    };

    // These endings belong to the series of histograms.
    private static string WithoutReserved(string name)
    {
        foreach (var ending in (string[])["_count", "_sum", "_bucket"])
            if (name.EndsWith(ending, StringComparison.Ordinal)) return name[..^ending.Length];
        return name;
    }

    /// <summary>Lower case words with single underscores, never beginning with a digit.</summary>
    public static string Clean(string text)
    {
        var result = new StringBuilder(text.Length + 1);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c)) result.Append(char.ToLowerInvariant(c));
            else if (result.Length > 0 && result[^1] != '_') result.Append('_');
        }
        while (result.Length > 0 && result[^1] == '_') result.Length--;
        if (result.Length == 0 || char.IsAsciiDigit(result[0])) result.Insert(0, '_');
        return result.ToString();
    }
}
