using System.Net;
using System.Net.Http.Json;
using System.Text;
using Conference.Contracts;
using Conference.Contracts.Api;
using Conference.Contracts.Pods;
using Conference.Gateway;
using Conference.Gateway.Limits;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.MediaPod.Host;
using Conference.MediaPod.Sfu.Sessions;
using Conference.Silo;
using Conference.Silo.Journal;
using Conference.Silo.Pods;
using Conference.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace Conference.Load.Tests;

/// <summary>A silo, several media pods and a Gateway, all real, in this process: what one machine has not and a cluster has, more than one pod.</summary>
public sealed class SmallCluster : IAsyncDisposable
{
    public const string OperatorSecret = "the operator's own secret";

    private readonly TemporaryFolder _folder = new();
    private readonly SharedSecret _secret = SharedSecret.Random();
    private readonly List<WebApplication> _services = [];
    private readonly HttpClient _silo = new();

    private SmallCluster()
    {
    }

    /// <summary>The Gateway.</summary>
    public Uri Url { get; private set; } = null!;

    public static async Task<SmallCluster> StartAsync(params string[] pods)
    {
        var cluster = new SmallCluster();
        var silo = await cluster.StartAsync(SiloApp.Build(new SiloOptions
        {
            Service = Service("silo"),
            Journal = new SqliteJournalOptions { Path = Path.Combine(cluster._folder.Path, "conference.db") },
            TicketKeyFile = Path.Combine(cluster._folder.Path, "ticket-keys.pem"),
            Secret = cluster._secret,
            OperatorSecret = new SharedSecret(OperatorSecret),
            TrustedProxies = GatewayOptions.Loopback,
            Pods = new PodOptions(),
        }));
        cluster._silo.BaseAddress = silo;
        cluster._silo.DefaultRequestHeaders.Add("Authorization", cluster._secret.AuthorizationHeader);
        foreach (var pod in pods)
            await cluster.StartAsync(MediaPodApp.Build(new MediaPodOptions
            {
                Service = Service("mediapod"),
                PodId = PodId.Parse(pod),
                Silos = [silo],
                Secret = cluster._secret,
                Media = new MediaServerOptions { FirstPort = 0, AdvertisedAddresses = [IPAddress.Loopback] },
            }));
        cluster.Url = await cluster.StartAsync(GatewayApp.Build(new GatewayOptions
        {
            Service = Service("gateway") with { Listen = null },
            Listen = [new IPEndPoint(IPAddress.Loopback, 0)],
            Silos = [silo],
            Secret = cluster._secret,
            Limits = new GatewayLimits { Unlimited = GatewayOptions.Loopback },
        }));
        await Eventually.True(async () => (await cluster.PodsAsync()).Count == pods.Length, "the silo does not know all pods");
        return cluster;
    }

    /// <summary>Creates a meeting: its code.</summary>
    public async Task<string> CreateMeetingAsync()
    {
        using var gateway = new HttpClient { BaseAddress = Url };
        using var response = await gateway.PostAsJsonAsync("/api/meetings", new CreateMeetingRequest("Drain"), ContractsJson.Default.CreateMeetingRequest);
        return (await response.Content.ReadFromJsonAsync(ContractsJson.Default.CreateMeetingResponse))!.Code;
    }

    /// <summary>The pods as the operator sees them.</summary>
    public async Task<IReadOnlyList<RegionPod>> PodsAsync() =>
        [.. (await _silo.GetFromJsonAsync("/internal/regions", ContractsJson.Default.RegionLoads))!.Regions.SelectMany(r => r.Pods)];

    /// <summary>The only pod with somebody on it, as soon as there are so many.</summary>
    public async Task<RegionPod> BusyPodAsync(int participants)
    {
        RegionPod? busy = null;
        await Eventually.True(async () => (busy = (await PodsAsync()).FirstOrDefault(p => p.Participants == participants)) is not null, $"no pod has {participants} participants");
        return busy!;
    }

    public async Task DrainAsync(PodId pod, DrainMode mode)
    {
        using var body = new StringContent($$"""{"mode":"{{mode}}"}""", Encoding.UTF8, "application/json");
        using var response = await _silo.PostAsync($"/internal/pods/{pod}/drain", body);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _silo.Dispose();
        await Task.WhenAll(_services.Select(s => s.StopAsync()));
        foreach (var service in _services) await service.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<Uri> StartAsync(WebApplication service)
    {
        _services.Add(service);
        await service.StartAsync();
        return service.BoundUri();
    }

    private static ServiceOptions Service(string name) => new()
    {
        Name = name, Listen = new IPEndPoint(IPAddress.Loopback, 0), LogLevel = LogLevel.Warning, OwnsProcess = false, ShutdownTimeout = TimeSpan.FromSeconds(2),
    };
}
