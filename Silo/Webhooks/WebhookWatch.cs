using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Conference.Silo.Tenants;
using Microsoft.Extensions.Hosting;

namespace Conference.Silo.Webhooks;

/// <summary>Looks through what is still to be sent, at the start and every half a minute: after a crash nobody else remembers it.</summary>
internal sealed class WebhookWatch(JournalHolder holder, TenantCalls tenants, IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            await holder.Journal.Entered.WaitAsync(stoppingToken);
            do await LookAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            foreach (var tenant in await tenants.ListAsync(cancellation))
                if (await tenants.ReadAsync(tenant) is { Info.Webhooks.IsEmpty: false }) await grains.GetGrain<IWebhookGrain>(tenant.Value).Wake(null);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e) && !cancellation.IsCancellationRequested)
        {
            // The next look finds it.
        }
    }
}
