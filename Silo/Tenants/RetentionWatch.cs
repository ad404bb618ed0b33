using Conference.Contracts;
using Conference.Contracts.Tenants;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;

namespace Conference.Silo.Tenants;

/// <summary>Once an hour, and at the start, deletes the data of meetings that have been over for as long as their tenant keeps it.</summary>
internal sealed class RetentionWatch(JournalHolder holder, TenantCalls tenants, IMeetingIndex index, MeetingData data, TimeProvider time)
    : TenantWatch(holder, tenants, TimeSpan.FromHours(1), time)
{
    private readonly TimeProvider _time = time;

    protected override async Task LookAsync(TenantId tenant, TenantInfo info, CancellationToken cancellation)
    {
        if (info.RetentionDays is { } days) await EraseAsync(tenant, _time.GetUtcNow().AddDays(-days), cancellation);
    }

    private async Task EraseAsync(TenantId tenant, DateTimeOffset before, CancellationToken cancellation)
    {
        for (long? after = 0; after is not null;)
        {
            var page = await index.ListAsync(new MeetingQuery(TenantId: tenant.Value, State: JournalWords.EndedState, After: after.Value, Limit: 1000), cancellation);
            foreach (var meeting in page.Meetings.Where(m => m.UpdatedAt <= before)) await data.EraseAsync(MeetingId.Parse(meeting.MeetingId), tenant);
            after = page.Next;
        }
    }
}
