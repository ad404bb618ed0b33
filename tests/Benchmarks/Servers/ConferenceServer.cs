using Conference.Support;

namespace Conference.Benchmarks.Servers;

/// <summary>The product in one process, as people start it, inside the namespace.</summary>
internal sealed class ConferenceServer : IAsyncDisposable
{
    private const int Port = 8080, MediaPort = 40000;
    private readonly TemporaryFolder _folder = new();

    private ConferenceServer(BenchNetwork network)
    {
        Url = new Uri($"http://{network.GuestAddress}:{Port}/");
        Process = ServerProcess.Start(network, Path.Combine(Checkout.Folder, "artifacts/embedded/bin/Standalone/release/Conference.Standalone"),
            "--port", $"{Port}", "--media-port", $"{MediaPort}", "--data", Path.Combine(_folder.Path, "data"), "--public-address", network.GuestAddress,
            "--open-creation", "--unlimited", $"{network.HostAddress}/30");
    }

    public Uri Url { get; }

    public ServerProcess Process { get; }

    public static async Task<ConferenceServer> StartAsync(BenchNetwork network)
    {
        var server = new ConferenceServer(network);
        using var http = new HttpClient();
        await server.Process.WaitAsync(async () =>
        {
            try
            {
                return (await http.GetAsync(new Uri(server.Url, "readyz"))).IsSuccessStatusCode;
            }
            catch (Exception e) when (e is HttpRequestException or System.Net.Sockets.SocketException)
            {
                return false;
            }
        }, "conference");
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _folder.Dispose();
    }
}
