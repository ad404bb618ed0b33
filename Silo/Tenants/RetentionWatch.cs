using Conference.Contracts;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;
using Microsoft.Extensions.Hosting;

namespace Conference.Silo.Tenants;

/// <summary>Once an hour, and at the start, deletes the data of meetings that have been over for as long as their tenant keeps it.</summary>
internal sealed class RetentionWatch(JournalHolder holder, TenantCalls tenants, IMeetingIndex index, MeetingData data, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

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
                if (await tenants.ReadAsync(tenant) is { Info.RetentionDays: { } days }) await EraseAsync(tenant, time.GetUtcNow().AddDays(-days), cancellation);
        }
        catch (JournalReadException)
        {
            // The next hour does it.
        }
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
