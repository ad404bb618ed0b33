using System.Runtime.InteropServices;
using Conference.Contracts.Pods;
using Conference.MediaPod.Host.Sessions;

namespace Conference.MediaPod.Host.Draining;

/// <summary>
/// Ends the process by its signals: the first SIGTERM drains, where the options give time for it; a second one, or an interrupt, ends at once. Serving goes on until then, so
/// that people stay and the silo hears of it.
/// </summary>
internal sealed partial class DrainLifetime(
    MediaPodOptions options, MediaSessions sessions, PodDraining draining, IHostApplicationLifetime application, TimeProvider time, ILogger<DrainLifetime> log) : IHostLifetime, IDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private readonly List<PosixSignalRegistration> _signals = [];
    private int _terminations;

    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT }) _signals.Add(PosixSignalRegistration.Create(signal, OnSignal));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var signal in _signals) signal.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true; // the process ends when the application has stopped
        var isFirst = Interlocked.Increment(ref _terminations) == 1;
        if (context.Signal == PosixSignal.SIGTERM && isFirst && options.DrainFor > TimeSpan.Zero) _ = DrainAsync(application.ApplicationStopping);
        else End(DrainEnd.AtOnce);
    }

    private async Task DrainAsync(CancellationToken stopping)
    {
        LogDraining(log, options.PodId.Value, options.DrainMode, sessions.Count, options.DrainFor.TotalSeconds);
        draining.Leave(options.DrainMode);
        var watch = new DrainWatch(time.GetUtcNow(), options.DrainFor);
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false))
            {
                if (watch.Look(time.GetUtcNow(), sessions.Count, sessions.Plan.Participants) is not { } end) continue;
                End(end);
                return;
            }
        }
        catch (OperationCanceledException)
        {
            // It was told to end at once.
        }
    }

    private void End(DrainEnd reason)
    {
        LogEnding(log, options.PodId.Value, reason, sessions.Count);
        application.StopApplication();
    }

    [LoggerMessage(3401, LogLevel.Information, "Pod {Pod} was told to end: it drains ({Mode}) with {Sessions} sessions, for {Seconds} s at most")]
    private static partial void LogDraining(ILogger log, string pod, DrainMode mode, int sessions, double seconds);

    [LoggerMessage(3402, LogLevel.Information, "Pod {Pod} ends ({Reason}) with {Sessions} sessions")]
    private static partial void LogEnding(ILogger log, string pod, DrainEnd reason, int sessions);
}
