using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Conference.Cluster.Tests.Support;

/// <summary>The dashboards of the chart.</summary>
internal static partial class Dashboards
{
    /// <summary>Every expression that a panel or a variable asks Prometheus.</summary>
    public static IReadOnlyList<string> Expressions { get; } = [.. Directory.EnumerateFiles(Path.Combine(Helm.Chart, "dashboards"), "*.json").SelectMany(file => All(JsonNode.Parse(File.ReadAllText(file))!))];

    /// <summary>The metrics in them.</summary>
    public static IReadOnlySet<string> Metrics { get; } = Expressions.SelectMany(e => Name().Matches(e).Select(m => m.Value)).ToHashSet(StringComparer.Ordinal);

    /// <summary>An expression with Grafana's variables filled in.</summary>
    public static string Filled(string expression) => expression.Replace("$namespace", ".*", StringComparison.Ordinal);

    private static IEnumerable<string> All(JsonNode node) => node switch
    {
        JsonObject o when o["expr"] is JsonValue expression => [(string)expression!],
        JsonObject o => o.Where(p => p.Value is not null).SelectMany(p => All(p.Value!)),
        JsonArray a => a.Where(i => i is not null).SelectMany(i => All(i!)),
        _ => [],
    };

    // A metric is a word before its selector.
    [GeneratedRegex(@"[a-z][a-z0-9_]+(?=\{)")]
    private static partial Regex Name();
}
