using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Conference.Support;

namespace Conference.Cluster.Tests.Support;

/// <summary>Debian's Prometheus on this machine, which scrapes the pods of a namespace at their own addresses.</summary>
internal sealed class Prometheus : IAsyncDisposable
{
    private const string Program = "/usr/bin/prometheus";

    private readonly Process _process;
    private readonly HttpClient _http;

    private Prometheus(Process process, Uri uri)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = uri };
    }

    /// <summary>Why there is none; null: there is.</summary>
    public static string? Obstacle => File.Exists(Program) ? null : "needs Debian's prometheus";

    /// <summary>Starts it. Debian's has no discovery of Kubernetes, so it is told the pods of now.</summary>
    public static async Task<Prometheus> StartAsync(string folder, Kubectl kubectl)
    {
        var targets = new JsonArray();
        foreach (var (part, port) in ((string, int)[])[("gateway", 8079), ("silo", 8090), ("mediapod", 8081), ("operator", 8082)])
            foreach (var pod in await kubectl.PodsAsync(part))
                targets.Add(new JsonObject
                {
                    ["targets"] = new JsonArray($"{pod.Ip}:{port}"),
                    ["labels"] = new JsonObject { ["service"] = part, ["pod"] = pod.Name, ["namespace"] = kubectl.Namespace },
                });
        await File.WriteAllTextAsync(Path.Combine(folder, "targets.json"), targets.ToJsonString());
        var config = Path.Combine(folder, "prometheus.yml");
        await File.WriteAllTextAsync(config, $$"""
            global: {scrape_interval: 1s, scrape_timeout: 1s}
            scrape_configs:
              - job_name: conference
                file_sd_configs:
                  - files: [{{folder}}/targets.json]
            """);
        var listen = $"127.0.0.1:{FreePorts.Tcp()}";
        var process = Process.Start(new ProcessStartInfo(Program,
            [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder, "prometheus")}", $"--web.listen-address={listen}", "--log.level=warn"])
        { RedirectStandardError = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        return new Prometheus(process, new Uri($"http://{listen}"));
    }

    /// <summary>The values of an instant query, by the label <paramref name="by"/>; empty while it cannot answer.</summary>
    public async Task<IReadOnlyDictionary<string, double>> QueryAsync(string query, string by)
    {
        try
        {
            var answer = JsonNode.Parse(await _http.GetStringAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}"))!;
            return answer["data"]!["result"]!.AsArray().ToDictionary(
                r => (string?)r!["metric"]![by] ?? "", r => double.Parse((string)r!["value"]![1]!, System.Globalization.CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException)
        {
            return new Dictionary<string, double>();
        }
    }

    /// <summary>Whether it is a query at all.</summary>
    public async Task<bool> UnderstandsAsync(string query)
    {
        using var response = await _http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        return response.IsSuccessStatusCode;
    }

    /// <summary>Waits until the query's values are as wanted.</summary>
    public Task<TimeSpan> HasAsync(string query, string by, Func<IReadOnlyDictionary<string, double>, bool> wanted) =>
        Eventually.True(async () => wanted(await QueryAsync(query, by)), async () => $"{query}: {string.Join(", ", await QueryAsync(query, by))}");

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }
}
