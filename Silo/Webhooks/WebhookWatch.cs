using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Tenants;

namespace Conference.Silo.Webhooks;

/// <summary>Looks through what is still to be sent, at the start and every half a minute: after a crash nobody else remembers it.</summary>
internal sealed class WebhookWatch(JournalHolder holder, TenantCalls tenants, IGrainFactory grains, TimeProvider time) : TenantWatch(holder, tenants, TimeSpan.FromSeconds(30), time)
{
    protected override async Task LookAsync(TenantId tenant, TenantInfo info, CancellationToken cancellation)
    {
        if (!info.Webhooks.IsEmpty) await grains.GetGrain<IWebhookGrain>(tenant.Value).Wake(null);
    }
}
