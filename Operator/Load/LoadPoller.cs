using Conference.Contracts.Pods;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Load;

/// <summary>What is known of the load.</summary>
/// <param name="Loads">The silo's last answer; null: it has never answered.</param>
/// <param name="ReadAt">When that was asked for.</param>
/// <param name="Trouble">Why the last try gave nothing; null: it succeeded.</param>
public sealed record LoadSnapshot(RegionLoads? Loads, DateTimeOffset ReadAt, LoadAnswer? Trouble);

/// <summary>Asks the silo for the load at a steady pace, and keeps the last answer. A silo that is away keeps nobody waiting.</summary>
/// <param name="silo">The silo.</param>
/// <param name="interval">The pause between two questions.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where changes go.</param>
public sealed partial class LoadPoller(SiloClient silo, TimeSpan interval, TimeProvider time, ILogger<LoadPoller> logger)
{
    private volatile LoadSnapshot _latest = new(null, DateTimeOffset.MinValue, null);

    /// <summary>What is known now.</summary>
    public LoadSnapshot Latest => _latest;

    /// <summary>Asks until <paramref name="cancellation"/>, which it throws.</summary>
    /// <param name="asked">Called after every question.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Action asked, CancellationToken cancellation)
    {
        while (true)
        {
            await AskAsync(cancellation).ConfigureAwait(false);
            asked();
            await Task.Delay(interval, time, cancellation).ConfigureAwait(false);
        }
    }

    private async Task AskAsync(CancellationToken cancellation)
    {
        var askedAt = time.GetUtcNow();
        var answer = await silo.ReadAsync(cancellation).ConfigureAwait(false);
        var before = _latest;
        if (answer.Loads is { } loads)
        {
            _latest = new LoadSnapshot(loads, askedAt, null);
            if (before.Trouble is not null) LogBack();
            return;
        }
        _latest = before with { Trouble = answer };
        if (before.Trouble?.Refusal != answer.Refusal) LogAway(answer.Refusal ?? LoadRefusal.Unreachable, answer.Detail ?? "");
    }
}
