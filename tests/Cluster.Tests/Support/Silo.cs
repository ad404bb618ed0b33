using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using Conference.Contracts;
using Conference.Contracts.Pods;

namespace Conference.Cluster.Tests.Support;

/// <summary>What the silo of a release says, asked at its pod's own address with the secret of the installation.</summary>
internal sealed class Silo(Kubectl kubectl, string release = "conference")
{
    /// <summary>Live pods as the region grains know them; empty while no silo serves.</summary>
    public async Task<IReadOnlyList<RegionPod>> PodsAsync()
    {
        var secret = (string)(await kubectl.GetAsync("secret", release))["data"]!["secret"]!;
        if (await ServingAsync() is not { Ip: { } ip }) return [];
        using var http = new HttpClient { BaseAddress = new Uri($"http://{ip}:8090"), Timeout = TimeSpan.FromSeconds(5) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Encoding.UTF8.GetString(Convert.FromBase64String(secret)));
        try
        {
            var loads = await http.GetFromJsonAsync("internal/regions", ContractsJson.Default.RegionLoads);
            return [.. loads!.Regions.SelectMany(r => r.Pods)];
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return []; // it has just gone
        }
    }

    /// <summary>The pod whose silo serves; the other one, if there is one, stands by. Null while none does.</summary>
    public async Task<KubePod?> ServingAsync()
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(2) };
        foreach (var pod in (await kubectl.PodsAsync("silo")).Where(p => p.Ip is not null))
        {
            try
            {
                using var answer = await http.GetAsync($"http://{pod.Ip}:8090/healthz/serving");
                if (answer.IsSuccessStatusCode) return pod;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
            {
                // Not this one.
            }
        }
        return null;
    }
}
