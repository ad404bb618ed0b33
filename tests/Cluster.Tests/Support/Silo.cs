using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Conference.Contracts;
using Conference.Contracts.Pods;

namespace Conference.Cluster.Tests.Support;

/// <summary>What the silo of a release says, asked at its pod's own address with the secret of the installation.</summary>
internal sealed class Silo(Kubectl kubectl, string release = "conference")
{
    /// <summary>Live pods as the region grains know them; empty while the silo is away.</summary>
    public async Task<IReadOnlyList<RegionPod>> PodsAsync()
    {
        var secret = (string)(await kubectl.GetAsync("secret", release))["data"]!["secret"]!;
        if ((await kubectl.PodsAsync("silo")).FirstOrDefault(p => p.IsReady)?.Ip is not { } ip) return [];
        using var http = new HttpClient { BaseAddress = new Uri($"http://{ip}:8090"), Timeout = TimeSpan.FromSeconds(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Encoding.UTF8.GetString(Convert.FromBase64String(secret)));
        var loads = await http.GetFromJsonAsync("internal/regions", ContractsJson.Default.RegionLoads);
        return [.. loads!.Regions.SelectMany(r => r.Pods)];
    }
}
