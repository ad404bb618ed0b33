using Conference.Silo.Meetings;
using Microsoft.Extensions.Hosting;

namespace Conference.Silo.Journal;

/// <summary>Looks through what is stored as soon as this silo may write, and again after every period. Only the silo's stop ends it.</summary>
internal abstract class JournalWatch(JournalHolder holder, TimeSpan period, TimeProvider time) : BackgroundService
{
    /// <summary>One look. What is away now is left to the next one.</summary>
    protected abstract Task LookAsync(CancellationToken cancellation);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            await holder.Journal.Entered.WaitAsync(stoppingToken);
            do await TryAsync(stoppingToken);
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo stops.
        }
    }

    private async Task TryAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation);
        }
        catch (Exception e) when (MeetingCalls.IsAway(e))
        {
            // The next look does it; that of the next start, when this silo stops.
        }
    }
}
