using Conference.Operator.Cluster;
using Conference.Operator.Reconciling;

namespace Conference.Operator;

/// <summary>Runs the parts that go on for ever: caches and events on every operator, the loop on the leader. When one of them breaks the program ends, and is started anew.</summary>
internal sealed class OperatorService(PoolCaches caches, PoolLoop loop, LeaderElection election, EventRecorder events) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Events are written a little longer than everything else, so that the last decisions are among them.
        using var talking = new CancellationTokenSource();
        var telling = events.RunAsync(talking.Token);
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            Task[] parts = [caches.RunAsync(end.Token), election.RunAsync(loop.LeadAsync, end.Token)];
            var first = await Task.WhenAny(parts).ConfigureAwait(false);
            await end.CancelAsync().ConfigureAwait(false);
            try
            {
                await Task.WhenAll(parts).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                // the end that was asked for
            }
            await first.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await talking.CancelAsync().ConfigureAwait(false);
            await telling.ConfigureAwait(false);
        }
    }
}
