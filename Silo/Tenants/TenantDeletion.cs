using System.Collections.Concurrent;
using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Grains.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.Extensions.Logging;

namespace Conference.Silo.Tenants;

/// <summary>
/// Deletes what there is of a tenant once its journal says that it goes (docs/tenants.md, D1 to D6): its meetings one by one, its letters, at last its own events. Looks at the start and every minute for
/// what a crash or an outage left undone: every step may be done again.
/// </summary>
internal sealed partial class TenantDeletion(
    JournalHolder holder, TenantCalls tenants, IMeetingIndex index, MeetingData data, IGrainFactory grains, TimeProvider time, ILogger<TenantDeletion> log)
    : TenantWatch(holder, tenants, TimeSpan.FromMinutes(1), time)
{
    private readonly TenantCalls _tenants = tenants;
    private readonly ConcurrentDictionary<TenantId, Task<bool>> _running = new();

    /// <summary>Goes on with a deletion; true: nothing is left to do.</summary>
    public async Task<bool> GoOnAsync(TenantId tenant)
    {
        var work = _running.GetOrAdd(tenant, DeleteAsync);
        try
        {
            return await work;
        }
        finally
        {
            _running.TryRemove(KeyValuePair.Create(tenant, work));
        }
    }

    protected override async Task LookAsync(TenantId tenant, TenantInfo info, CancellationToken cancellation)
    {
        if (info.Deleting) await GoOnAsync(tenant);
    }

    private async Task<bool> DeleteAsync(TenantId tenant)
    {
        try
        {
            // Twice at least: one that was being made when the keys went may have come in between.
            for (var left = 1; left > 0;)
            {
                left = 0;
                foreach (var meeting in await MeetingsAsync(tenant))
                {
                    if (await data.EraseAsync(meeting, tenant) is not null) return false;
                    left++;
                }
            }
            if (!await grains.GetGrain<IWebhookGrain>(tenant.Value).ForgetAll()) return false;
            if (await _tenants.ExecuteAsync(tenant, new FinishDeletion()) is not null) return false;
            LogDeleted(log, tenant);
            return true;
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            LogHeld(log, e, tenant);
            return false;
        }
    }

    private async Task<List<MeetingId>> MeetingsAsync(TenantId tenant)
    {
        var found = new List<MeetingId>();
        for (long? after = 0; after is not null;)
        {
            var page = await index.ListAsync(new MeetingQuery(TenantId: tenant.Value, After: after.Value, Limit: 1000));
            found.AddRange(page.Meetings.Where(m => m.State is JournalWords.LiveState or JournalWords.EndedState).Select(m => MeetingId.Parse(m.MeetingId)));
            after = page.Next;
        }
        return found;
    }

    [LoggerMessage(3074, LogLevel.Information, "Tenant {Tenant} is deleted")]
    private static partial void LogDeleted(ILogger log, TenantId tenant);

    [LoggerMessage(3075, LogLevel.Warning, "The deletion of tenant {Tenant} cannot go on now")]
    private static partial void LogHeld(ILogger log, Exception exception, TenantId tenant);
}
