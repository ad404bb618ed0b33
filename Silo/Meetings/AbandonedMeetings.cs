using Conference.Contracts;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;
using Microsoft.Extensions.Hosting;

namespace Conference.Silo.Meetings;

/// <summary>Once an hour, ends the meetings that nobody came back to: a meeting whose grain sleeps has no timer.</summary>
internal sealed class AbandonedMeetings(JournalHolder holder, IMeetingIndex index, MeetingCalls calls, SiloOptions options, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            await holder.Journal.Entered.WaitAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken)) await SweepAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    private async Task SweepAsync(CancellationToken cancellation)
    {
        try
        {
            for (long? after = 0; after is not null;)
            {
                var page = await index.ListAsync(new Journal.MeetingQuery(State: JournalWords.LiveState, After: after.Value, Limit: 1000), cancellation);
                foreach (var meeting in page.Meetings.Where(m => time.GetUtcNow() - m.CreatedAt >= options.Meetings.Rules.AbandonAfter))
                    await calls.ExecuteAsync(MeetingId.Parse(meeting.MeetingId), new SweepMeeting());
                after = page.Next;
            }
        }
        catch (JournalReadException)
        {
            // The next hour does it.
        }
    }
}
