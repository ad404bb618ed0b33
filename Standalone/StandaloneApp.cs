using System.Net.Sockets;
using Conference.Hosting;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Standalone;

/// <summary>
/// Silo, media pod and Gateway in one process, put together as in a cluster: the first two listen on this machine only, on free ports, and know each other
/// by a secret that lives as long as the process.
/// </summary>
public sealed class StandaloneApp : IAsyncDisposable
{
    /// <summary>How long one service may take to stop; what is still open then ends with the process.</summary>
    private static readonly TimeSpan ServiceStop = TimeSpan.FromSeconds(2);

    private readonly StandaloneServices _build;
    private readonly DataFolder _data;
    private readonly List<WebApplication> _services = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private StandaloneApp(StandaloneOptions options, DataFolder data)
    {
        _data = data;
        _build = new StandaloneServices(options, data);
    }

    /// <summary>Where the page is, the nearest first.</summary>
    public IReadOnlyList<Uri> Urls { get; private set; } = [];

    /// <summary>The admin token, where this start has made it: to be told once. Null otherwise.</summary>
    public string? NewAdminToken => _build.Admin.IsNew ? _build.Admin.Secret.Value : null;

    /// <summary>Completes when a service stopped although nobody asked it to.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Starts everything. Throws <see cref="StartFailure"/>, having stopped what was started.</summary>
    public static async Task<StandaloneApp> StartAsync(StandaloneOptions options, CancellationToken cancellation)
    {
        // Before anything else: .NET's own cryptography ends the process without OpenSSL.
        if (NativePlatform.Check() is { } problem) throw new StartFailure(StartRefusal.Media, problem.Message);
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

    /// <summary>
    /// Stops everything in bounded time. All at once: silo and pod say goodbye on the sockets that came through the Gateway, and the pod leaves the silo, so that none waits for another.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        // The pod first: it is to know that it stops before its silo, which stops too, lets it go.
        await Task.WhenAll(_services.AsEnumerable().Reverse().Select(StopAsync)).ConfigureAwait(false);
        foreach (var service in _services) await service.DisposeAsync().ConfigureAwait(false);
        _build.Dispose();
        _data.Dispose();
    }

    private static async Task StopAsync(WebApplication service)
    {
        using var bound = new CancellationTokenSource(ServiceStop);
        try
        {
            await service.StopAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Bounded time is the promise.
        }
    }

    private async Task StartServicesAsync(CancellationToken cancellation)
    {
        foreach (var endpoint in _build.PublicEndpoints) PortProbe.Require(endpoint);
        var silo = await StartAsync(_build.Silo(), cancellation).ConfigureAwait(false);
        await StartAsync(_build.Pod(silo.BoundUri()), cancellation).ConfigureAwait(false);
        await StartAsync(_build.Gateway(silo.BoundUri()), cancellation).ConfigureAwait(false);
        await _build.WaitForPodAsync(silo.BoundUri(), cancellation).ConfigureAwait(false);
        Urls = _build.PublicUrls();
    }

    private async Task<WebApplication> StartAsync(WebApplication service, CancellationToken cancellation)
    {
        _services.Add(service);
        service.Lifetime.ApplicationStopping.Register(() => _ended.TrySetResult());
        try
        {
            await service.StartAsync(cancellation).ConfigureAwait(false);
            return service;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            throw PortProbe.Failure(_build.PublicEndpoints[0], e); // only the Gateway listens where somebody else may be
        }
    }
}
