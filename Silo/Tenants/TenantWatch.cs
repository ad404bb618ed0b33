using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Journal;

namespace Conference.Silo.Tenants;

/// <summary>Looks at every tenant: for what nobody remembers after a crash or an outage.</summary>
internal abstract class TenantWatch(JournalHolder holder, TenantCalls tenants, TimeSpan period, TimeProvider time) : JournalWatch(holder, period, time)
{
    /// <summary>Does what is due for one tenant. What is away now is done by the next look.</summary>
    protected abstract Task LookAsync(TenantId tenant, TenantInfo info, CancellationToken cancellation);

    protected override async Task LookAsync(CancellationToken cancellation)
    {
        foreach (var tenant in await tenants.ListAsync(cancellation))
            if (await tenants.ReadAsync(tenant) is { Info: { } info }) await LookAsync(tenant, info, cancellation);
    }
}
