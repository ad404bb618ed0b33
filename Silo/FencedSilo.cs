using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Conference.Silo;

/// <summary>
/// Ends the silo when it cannot go on: another has taken its database over, so that what its meetings decide cannot be stored any more; or it stood by, and found a
/// database that it does not know when its turn came.
/// </summary>
internal sealed partial class FencedSilo(JournalHolder holder, IHostApplicationLifetime lifetime, ILogger<FencedSilo> log) : BackgroundService
{
    /// <summary>The silo ended because of that.</summary>
    public bool HasLost { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (await holder.Journal.Entered.WaitAsync(stoppingToken) is { } refused) LogRefused(log, refused.Reason.ToString(), refused.Message);
            else await holder.Journal.Fenced.WaitAsync(stoppingToken);
            HasLost = true;
            lifetime.StopApplication();
        }
        catch (OperationCanceledException)
        {
            // The silo stops, perhaps while it stands by.
        }
    }

    [LoggerMessage(2000, LogLevel.Critical, "{Reason}: {Message}")]
    private static partial void LogRefused(ILogger log, string reason, string message);
}
