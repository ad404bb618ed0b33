using System.Net.Sockets;
using System.Security.Cryptography;
using Conference.Support;

namespace Conference.Benchmarks.Servers;

/// <summary>The product inside the namespace: one process, as people start it, or three, of which the pod is measured.</summary>
internal sealed class ConferenceServer : IAsyncDisposable
{
    private const int Port = 8080, SiloPort = 8090, PodPort = 8081, MediaPort = 40000;
    private readonly TemporaryFolder _folder = new();
    private readonly BenchNetwork _network;
    private readonly List<ServerProcess> _processes = [];
    private string? _secret;

    private ConferenceServer(BenchNetwork network)
    {
        _network = network;
        Url = new Uri($"http://{network.GuestAddress}:{Port}/");
    }

    public Uri Url { get; }

    /// <summary>The process that forwards media.</summary>
    public ServerProcess Process => _processes[^1];

    /// <summary>Where its metrics are, seen from the namespace.</summary>
    private string Metrics => _processes.Count == 1 ? $"http://127.0.0.1:{Port}/metrics" : $"http://127.0.0.1:{PodPort}/metrics";

    /// <summary>Gateway, silo and pod in one process.</summary>
    public static Task<ConferenceServer> StartAsync(BenchNetwork network) => new ConferenceServer(network).StartAsync(server => server.Run(
        "Standalone", [], "--port", $"{Port}", "--media-port", $"{MediaPort}", "--data", Path.Combine(server._folder.Path, "data"), "--public-address", network.GuestAddress,
        "--open-creation", "--unlimited", $"{network.HostAddress}/30"));

    /// <summary>Each in a process of its own.</summary>
    public static Task<ConferenceServer> StartPodAloneAsync(BenchNetwork network)
    {
        var (secret, silo) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), $"http://127.0.0.1:{SiloPort}");
        return new ConferenceServer(network) { _secret = secret }.StartAsync(server =>
        {
            server.Run("Silo", [$"CONFERENCE_PORT={SiloPort}", $"CONFERENCE_DATA={Path.Combine(server._folder.Path, "data")}", $"CONFERENCE_SECRET={secret}", "CONFERENCE_OPEN_CREATION=1"]);
            server.Run("Gateway", [], $"--silos={silo}", $"--secret={secret}", $"--listen={network.GuestAddress}:{Port}", $"--unlimited={network.HostAddress}/30");
            server.Run("MediaPod", [], $"--silos={silo}", $"--secret={secret}", $"--listen=127.0.0.1:{PodPort}", $"--media_port={MediaPort}", $"--public_address={network.GuestAddress}", "--workers=1");
        });
    }

    /// <summary>The pod's metrics, which are shown to its own machine alone.</summary>
    public Task<string> ScrapeAsync() => _network.ReadAsync("curl", "-sf", Metrics);

    /// <summary>What the pod says of a room, as JSON. Of a pod in a process of its own.</summary>
    public Task<string> DumpRoomAsync(string room) =>
        _network.ReadAsync("curl", "-sf", "-H", $"Authorization: Bearer {_secret ?? throw new InvalidOperationException("nobody knows the secret")}", $"http://127.0.0.1:{PodPort}/debug/rooms/{room}");

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes) await process.DisposeAsync();
        _folder.Dispose();
    }

    private void Run(string project, string[] variables, params string[] arguments)
    {
        var program = Path.Combine(Checkout.Folder, $"artifacts/embedded/bin/{project}/release/Conference.{project}");
        _processes.Add(ServerProcess.Start(_network, "env", [.. variables, program, .. arguments]));
    }

    private async Task<ConferenceServer> StartAsync(Action<ConferenceServer> run)
    {
        try
        {
            run(this);
            using var http = new HttpClient();
            await Process.WaitAsync(async () => await IsReadyAsync(http) && (_processes.Count == 1 || await ReadyPodAsync()), "conference");
            return this;
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            var said = string.Join('\n', _processes.Select(p => p.Output));
            await DisposeAsync();
            throw new InvalidOperationException($"{e.Message}\n{said}", e);
        }
    }

    private async Task<bool> IsReadyAsync(HttpClient http)
    {
        try
        {
            return (await http.GetAsync(new Uri(Url, "readyz"))).IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return false;
        }
    }

    private async Task<bool> ReadyPodAsync()
    {
        try
        {
            await _network.ReadAsync("curl", "-sf", $"http://127.0.0.1:{PodPort}/readyz");
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
