using Microsoft.Extensions.Hosting;

namespace Conference.Silo;

/// <summary>Ends the silo when another has taken its database over: what its meetings decide cannot be stored any more.</summary>
internal sealed class FencedSilo(JournalHolder holder, IHostApplicationLifetime lifetime) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAny(holder.Journal.Fenced, Task.Delay(Timeout.Infinite, stoppingToken));
        if (holder.Journal.Fenced.IsCompleted) lifetime.StopApplication();
    }
}
