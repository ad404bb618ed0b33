using Conference.Silo.Journal;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Conference.Silo;

/// <summary>
/// Whether the journal can be read. A silo whose database is away still serves its sockets, and says by name what it cannot do; and a database that is away is
/// away from every silo, so taking all of them out of a Service would make a short outage a total one. So it is "degraded", which is still ready, for
/// <see cref="Patience"/>, and not ready after that.
/// </summary>
/// <param name="index">What is read.</param>
/// <param name="time">The clock.</param>
public sealed class JournalCheck(IMeetingIndex index, TimeProvider time) : IHealthCheck
{
    /// <summary>Longer than a database takes to fail over.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Shorter than a readiness probe waits.</summary>
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private DateTimeOffset? _awaySince;

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var late = new CancellationTokenSource(AnswerWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await index.FindAsync("ready", either.Token);
            lock (_gate) _awaySince = null;
            return HealthCheckResult.Healthy();
        }
        catch (Exception e) when (e is JournalReadException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            lock (_gate) _awaySince ??= time.GetUtcNow();
            return time.GetUtcNow() - _awaySince < Patience ? HealthCheckResult.Degraded(exception: e) : HealthCheckResult.Unhealthy(exception: e);
        }
    }
}
