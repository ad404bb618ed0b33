using Conference.Operator.Cluster.Model;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Cluster;

/// <summary>Which lease, in whose name.</summary>
/// <param name="Namespace">The lease's namespace.</param>
/// <param name="Name">The lease's name.</param>
/// <param name="Identity">Who we are; unique among the processes that live.</param>
/// <param name="Times">The times.</param>
public sealed record LeaderOptions(string Namespace, string Name, string Identity, LeaderTimes Times);

/// <summary>
/// At most one of all candidates leads at a time: the holder of a Lease. Leading ends before another can take the lease (see <see cref="LeaderView"/>), and gives the lease
/// back when the program ends.
/// </summary>
/// <param name="client">The API.</param>
/// <param name="options">Which lease, in whose name.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where changes go.</param>
public sealed partial class LeaderElection(KubeClient client, LeaderOptions options, TimeProvider time, ILogger<LeaderElection> logger)
{
    private readonly LeaderTimes _times = options.Times.Checked();
    private readonly long _origin = time.GetTimestamp();
    private volatile LeaderView _view = new();

    /// <summary>Whether we lead at this moment. Ask before every write that only a leader may do.</summary>
    public bool IsLeader => _view.Leads(_times, Now);

    /// <summary>Who leads, as far as is known; null: nobody.</summary>
    public string? Holder => _view.Lease?.Spec.HolderIdentity is { Length: > 0 } holder ? holder : null;

    private TimeSpan Now => time.GetElapsedTime(_origin);

    /// <summary>Stands for election until <paramref name="cancellation"/>; runs <paramref name="lead"/> whenever we lead, and cancels it when that ends. Throws the cancellation.</summary>
    /// <param name="lead">What a leader does; ends promptly when its token is cancelled.</param>
    /// <param name="cancellation">Ends it; the lease is given back.</param>
    public async Task RunAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            await LookAsync(cancellation).ConfigureAwait(false);
            if (IsLeader) await LeadAsync(lead, cancellation).ConfigureAwait(false);
            else await Task.Delay(_times.RetryPeriod, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task LeadAsync(Func<CancellationToken, Task> lead, CancellationToken cancellation)
    {
        LogLeads(options.Identity, options.Name);
        using var leading = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        // The timer ends leading on time even while a request hangs.
        using var deadline = time.CreateTimer(_ => leading.Cancel(), null, Remaining(), Timeout.InfiniteTimeSpan);
        var work = lead(leading.Token);
        try
        {
            await KeepAsync(work, deadline, leading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (leading.IsCancellationRequested)
        {
            // lost, or the end
        }
        finally
        {
            await leading.CancelAsync().ConfigureAwait(false);
            await EndAsync(work).ConfigureAwait(false);
        }
        LogEnds(options.Identity, cancellation.IsCancellationRequested ? "the program ends" : "the lease could not be renewed in time");
        await ReleaseAsync().ConfigureAwait(false);
    }

    private async Task KeepAsync(Task work, ITimer deadline, CancellationToken leading)
    {
        while (true)
        {
            await Task.WhenAny(work, Task.Delay(_times.RetryPeriod, time, leading)).ConfigureAwait(false);
            leading.ThrowIfCancellationRequested();
            if (work.IsCompleted) return;
            await LookAsync(leading).ConfigureAwait(false);
            if (!IsLeader) return;
            deadline.Change(Remaining(), Timeout.InfiniteTimeSpan);
        }
    }

    private static async Task EndAsync(Task work)
    {
        try
        {
            await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // as asked
        }
    }

    private TimeSpan Remaining()
    {
        var left = _view.RenewedAt is { } renewed ? renewed + _times.RenewDeadline - Now : TimeSpan.Zero;
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        if (!IsLeader && !await ReadAsync(cancellation).ConfigureAwait(false)) return;
        var action = _view.Next(options.Identity, _times, Now);
        if (action == LeaderAction.Wait) return;
        var sentAt = Now;
        var claim = _view.Claim(options.Namespace, options.Name, options.Identity, _times, time.GetUtcNow());
        var written = claim.Metadata.ResourceVersion is null
            ? await client.CreateAsync(ResourceTypes.Leases, claim, cancellation).ConfigureAwait(false)
            : await client.ReplaceAsync(ResourceTypes.Leases, claim, cancellation).ConfigureAwait(false);
        if (written.Ok) _view = _view.Written(written.Value, sentAt);
        else if (written.Reason is KubeReason.Conflict or KubeReason.AlreadyExists or KubeReason.NotFound) await ReadAsync(cancellation).ConfigureAwait(false);
        else LogFailed(options.Name, written.Error.Reason, written.Error.Message);
    }

    private async Task<bool> ReadAsync(CancellationToken cancellation)
    {
        var read = await client.GetAsync(ResourceTypes.Leases, options.Namespace, options.Name, cancellation).ConfigureAwait(false);
        if (!read.Ok && read.Reason != KubeReason.NotFound)
        {
            LogFailed(options.Name, read.Error.Reason, read.Error.Message);
            return false;
        }
        _view = _view.Seen(read.Value, options.Identity, Now);
        return true;
    }

    // After a lease was lost in time this is a courtesy; the precondition keeps it from hurting a successor.
    private async Task ReleaseAsync()
    {
        var held = _view;
        _view = held.Released();
        if (held.RenewedAt is null || held.Lease is not { Metadata.ResourceVersion: not null } lease) return;
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            var free = lease with { Spec = lease.Spec with { HolderIdentity = "", LeaseDurationSeconds = 1, RenewTime = time.GetUtcNow() } };
            var written = await client.ReplaceAsync(ResourceTypes.Leases, free, bound.Token).ConfigureAwait(false);
            if (!written.Ok) LogFailed(options.Name, written.Error.Reason, written.Error.Message);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            LogFailed(options.Name, KubeReason.Timeout, "the lease could not be given back; others wait until it ends");
        }
    }
}
