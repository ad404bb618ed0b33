using System.Text.Json.Nodes;
using Conference.Support;

namespace Conference.Cluster.Tests.Support;

/// <summary>The pool of a release.</summary>
internal sealed class Pool(Kubectl kubectl, string name = "local")
{
    public Task<JsonNode> ReadAsync() => kubectl.GetAsync("mediapodpool", name);

    public async Task<KubePod[]> PodsAsync() => [.. (await kubectl.PodsAsync("mediapod")).Where(p => (string?)p.Json["metadata"]!["labels"]!["conference.io/pool"] == name)];

    /// <summary>Everything of the pool that the API server knows, pods that are being deleted too.</summary>
    public Task<JsonNode[]> AllPodsAsync() => kubectl.ListAsync("pods", "-l", $"conference.io/pool={name}");

    public Task PatchAsync(string spec) => kubectl.RunAsync("patch", "mediapodpool", name, "--type=merge", "-p", $"{{\"spec\":{spec}}}");

    /// <summary>Waits for exactly so many pods that are ready and do not drain.</summary>
    public Task<TimeSpan> HasAsync(int ready, TimeSpan? bound = null) =>
        Eventually.True(async () => (await PodsAsync()).Count(p => p is { IsReady: true, IsDraining: false }) == ready, kubectl.DescribeAsync, bound ?? TimeSpan.FromSeconds(60));

    /// <summary>Waits for exactly these pods and nothing that is left of others.</summary>
    public Task<TimeSpan> SettlesAsync(int pods, TimeSpan? bound = null) =>
        Eventually.True(async () => (await AllPodsAsync()).Select(p => new KubePod(p)).ToArray() is { } all && all.Length == pods && all.All(p => p is { IsReady: true, IsDraining: false, IsDeleted: false }),
            kubectl.DescribeAsync, bound ?? TimeSpan.FromSeconds(90));
}
