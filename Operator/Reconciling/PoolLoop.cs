using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Load;
using Conference.Operator.Resources;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Reconciling;

/// <summary>
/// What changes becomes a key in the queue, and workers look at it; on top of that every pool is looked at steadily, because load has no watch. Caches run on every operator,
/// so that a new leader begins at once; only the leader looks.
/// </summary>
internal sealed class PoolLoop : IDisposable
{
    private const int Workers = 2;

    private readonly WorkQueue<string> _queue;
    private readonly PoolReconciler _reconciler;
    private readonly LoadPoller _load;
    private readonly OperatorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger<PoolLoop> _logger;

    public PoolLoop(PoolReconciler reconciler, PoolCaches caches, LoadPoller load, OperatorMetrics metrics, TimeProvider time, ILogger<PoolLoop> logger)
    {
        (_reconciler, _load, _metrics, _time, _logger, Caches) = (reconciler, load, metrics, time, logger, caches);
        _queue = new WorkQueue<string>(new Backoff(TimeSpan.FromMilliseconds(250), TimeSpan.FromSeconds(30)), time);
        caches.Changed += _queue.Add;
    }

    private PoolCaches Caches { get; }

    /// <summary>What a leader does, until it leads no longer. Throws the cancellation.</summary>
    public async Task LeadAsync(CancellationToken cancellation)
    {
        _metrics.Leads(true);
        try
        {
            _reconciler.Forget();
            await Caches.Synced.WaitAsync(cancellation).ConfigureAwait(false);
            await Task.WhenAll(_load.RunAsync(WantAll, cancellation), _queue.RunAsync(Workers, LookAsync, cancellation)).ConfigureAwait(false);
        }
        finally
        {
            _metrics.Leads(false);
        }
    }

    public void Dispose()
    {
        Caches.Changed -= _queue.Add;
        _queue.Dispose();
    }

    private void WantAll()
    {
        foreach (var name in Caches.PoolNames()) _queue.Add(name);
    }

    private async Task LookAsync(string pool, CancellationToken cancellation)
    {
        var begun = _time.GetTimestamp();
        try
        {
            var result = await _reconciler.LookAsync(pool, cancellation).ConfigureAwait(false);
            if (result.Error is { } error)
            {
                _metrics.Failed(error.Reason);
                // Somebody else changed something meanwhile: that is no failure, and the next look sees it.
                if (error.Reason is KubeReason.Conflict or KubeReason.NotFound or KubeReason.AlreadyExists) _queue.AddAfter(pool, TimeSpan.FromMilliseconds(100));
                else ReconcilerLog.LookFailed(_logger, pool, error.Reason, error.Message, _queue.Retry(pool).TotalSeconds);
                return;
            }
            _queue.Forget(pool);
            if (result.Again > TimeSpan.Zero) _queue.AddAfter(pool, result.Again);
        }
        catch (OperationCanceledException)
        {
            _queue.AddAfter(pool, TimeSpan.FromMilliseconds(100)); // for when we lead again
        }
        catch (Exception e)
        {
            ReconcilerLog.LookBroke(_logger, e, pool, _queue.Retry(pool).TotalSeconds);
        }
        finally
        {
            _metrics.Reconciled(_time.GetElapsedTime(begun));
        }
    }
}
