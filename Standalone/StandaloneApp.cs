using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Conference.Contracts;
using Conference.Gateway;
using Conference.Gateway.Limits;
using Conference.Gateway.Tls;
using Conference.Hosting;
using Conference.Hosting.Http;
using Conference.Hosting.Tickets;
using Conference.MediaPod.Host;
using Conference.MediaPod.Sfu.Sessions;
using Microsoft.AspNetCore.Connections;

namespace Conference.Standalone;

/// <summary>
/// Silo, media pod and Gateway in one process, put together as in a cluster: the first two listen on this machine only, on free ports, and know each other
/// by a secret that lives as long as the process.
/// </summary>
public sealed class StandaloneApp : IAsyncDisposable
{
    /// <summary>How long one service may take to stop.</summary>
    private static readonly TimeSpan ServiceStop = TimeSpan.FromSeconds(2);

    private readonly StandaloneOptions _options;
    private readonly DataFolder _data;
    private readonly SharedSecret _secret = SharedSecret.Random();
    private readonly List<WebApplication> _services = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandaloneApp(StandaloneOptions options, DataFolder data)
    {
        _options = options;
        _data = data;
    }

    /// <summary>Where the page is, the nearest first.</summary>
    public IReadOnlyList<Uri> Urls { get; private set; } = [];

    /// <summary>Ends when a service stopped although nobody asked it to.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Starts everything. Throws <see cref="StartFailure"/>, having stopped what was started.</summary>
    public static async Task<StandaloneApp> StartAsync(StandaloneOptions options, CancellationToken cancellation)
    {
        var app = new StandaloneApp(options, DataFolder.Open(options.DataFolder));
        try
        {
            await app.StartServicesAsync(cancellation).ConfigureAwait(false);
            return app;
        }
        catch
        {
            await app.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops everything in bounded time, the last started service last: its sockets end by themselves when those behind it have said goodbye.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (var service in _services)
        {
            using var bound = new CancellationTokenSource(ServiceStop);
            try
            {
                await service.StopAsync(bound.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // What is still open is closed with the process.
            }
        }
        foreach (var service in _services) await service.DisposeAsync().ConfigureAwait(false);
        _data.Dispose();
    }

    private async Task StartServicesAsync(CancellationToken cancellation)
    {
        using var certificate = Certificate();
        var silo = await StartAsync(BuildSilo(), cancellation).ConfigureAwait(false);
        await StartAsync(BuildPod(silo.BoundUri()), cancellation).ConfigureAwait(false);
        var gateway = await StartAsync(BuildGateway(silo.BoundUri(), certificate), cancellation).ConfigureAwait(false);
        Urls = PublicUrls(gateway);
    }
}
