using System.Globalization;

namespace Conference.Benchmarks;

/// <summary>Options of a benchmark: pairs of <c>--name value</c>.</summary>
internal sealed class BenchOptions
{
    private readonly Dictionary<string, string> _values = [];

    /// <summary>Null, and a line on the error stream: something is none of the names.</summary>
    public static BenchOptions? Parse(string[] arguments, string bench, params string[] names)
    {
        var options = new BenchOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (i + 1 < arguments.Length && arguments[i].StartsWith("--", StringComparison.Ordinal) && names.Contains(arguments[i][2..]))
            {
                options._values[arguments[i][2..]] = arguments[i + 1];
                continue;
            }
            Console.Error.WriteLine($"bench {bench} takes {string.Join(' ', names.Select(n => $"[--{n} …]"))}, not '{arguments[i]}'");
            return null;
        }
        return options;
    }

    public string Text(string name, string otherwise) => _values.GetValueOrDefault(name, otherwise);

    public int Number(string name, int otherwise) => _values.TryGetValue(name, out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    public string[] List(string name, string otherwise) => Text(name, otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public int[] Numbers(string name, string otherwise) => [.. List(name, otherwise).Select(t => int.Parse(t, CultureInfo.InvariantCulture))];
}
