using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly.Timeout;

namespace Conference.Gateway.Routing;

/// <summary>Asks a silo for the live pods: every half second, and at once when somebody comes for a pod that is not known yet. A silo that is away changes nothing.</summary>
internal sealed partial class PodPoller(SiloClient silo, PodTable pods, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<PodPoller> log) : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Stale = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _asking = new(1, 1);
    private long _answered;
    private bool _isAway;

    /// <summary>Asks now; several callers at one time share the answer.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        await _asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Volatile.Read(ref _answered) <= since) await AskAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _asking.Release();
        }
    }

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var answered = Volatile.Read(ref _answered);
        return Task.FromResult(answered != 0 && time.GetElapsedTime(answered) < Stale ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Ends before the server does: a silo that stops at the same time is no news.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lifetime.ApplicationStopping);
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do await RefreshAsync(either.Token).ConfigureAwait(false);
            while (await timer.WaitForNextTickAsync(either.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (either.IsCancellationRequested)
        {
            // the Gateway stops
        }
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        try
        {
            if (await silo.PodsAsync(cancellation).ConfigureAwait(false) is { } routes && pods.Replace(routes)) LogPods(routes.Version, pods.Count);
            Volatile.Write(ref _answered, time.GetTimestamp());
            if (_isAway) LogBack();
            _isAway = false;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or TimeoutRejectedException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            if (!_isAway) LogAway(e.Message);
            _isAway = true;
        }
    }
}
