using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.Extensions.Hosting;

namespace Conference.Silo.Tenants;

/// <summary>Looks at every tenant as soon as this silo may write, and again after every period: for what nobody remembers after a crash or an outage.</summary>
internal abstract class TenantWatch(JournalHolder holder, TenantCalls tenants, TimeSpan period, TimeProvider time) : BackgroundService
{
    /// <summary>Does what is due for one tenant. What is away now is done by the next look.</summary>
    protected abstract Task LookAsync(TenantId tenant, TenantInfo info, CancellationToken cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            await holder.Journal.Entered.WaitAsync(stoppingToken);
            do await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var tenant in await tenants.ListAsync(cancellation))
                if (await tenants.ReadAsync(tenant) is { Info: { } info }) await LookAsync(tenant, info, cancellation);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            // The next look does it; that of the next start, when grains are away because this silo stops.
        }
    }
}
