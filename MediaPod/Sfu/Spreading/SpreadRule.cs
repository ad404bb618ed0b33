namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>From when on a worker is loaded, for <see cref="SpreadRule"/>. Shares are of one core.</summary>
public sealed record SpreadLimits
{
    /// <summary>A worker that is this busy takes nobody as long as another can (0 to 1). Bursts need the rest.</summary>
    public double Loaded { get; init; } = 0.65;

    /// <summary>What a session counts for until it has been measured, at least: about a thousand packets a second.</summary>
    public double Session { get; init; } = 0.002;

    /// <summary>What it counts for afterwards, at least: a meeting that is quiet now will not stay so.</summary>
    public double QuietSession { get; init; } = 0.0005;

    /// <summary>By how much less busy a worker must be for a room to begin there as well: every packet of the room is copied to it.</summary>
    public double Margin { get; init; } = 0.2;
}

/// <summary>One worker as it was measured last.</summary>
/// <param name="Busy">CPU time as a share of the last second.</param>
/// <param name="Measured">Sessions at that time.</param>
/// <param name="Sessions">Sessions now, those that are being opened included.</param>
/// <param name="Behind">It leaves out pictures already (docs/overload.md).</param>
public readonly record struct WorkerShare(double Busy, int Measured, int Sessions, bool Behind)
{
    /// <summary>How busy it will be when everybody who has come since is sent as much as the others.</summary>
    public double Expected(SpreadLimits limits)
    {
        if (Behind) return Math.Max(1, Busy); // W6
        var busy = Math.Max(Busy, Measured * limits.QuietSession);
        var each = Measured > 0 ? Math.Max(limits.Session, busy / Measured) : limits.Session;
        return busy + Math.Max(0, Sessions - Measured) * each; // W5
    }
}

/// <summary>On which worker a participant is placed at join (docs/workers.md, cases W1 to W6). Pure.</summary>
public static class SpreadRule
{
    private const int Steps = 20;

    /// <summary>The worker of somebody who comes to a room.</summary>
    /// <param name="workers">All workers.</param>
    /// <param name="parts">The workers that the room lives on, its home first; empty: it is new.</param>
    /// <param name="limits">What counts as loaded.</param>
    public static int Choose(ReadOnlySpan<WorkerShare> workers, ReadOnlySpan<int> parts, SpreadLimits limits)
    {
        var anywhere = Least(workers, parts, among: false, limits);
        if (parts.IsEmpty) return anywhere; // W1
        if (workers[parts[0]].Expected(limits) < limits.Loaded) return parts[0]; // W2
        var here = Least(workers, parts, among: true, limits);
        var least = workers[here].Expected(limits);
        if (least < limits.Loaded || anywhere < 0) return here; // W3
        var other = workers[anywhere].Expected(limits);
        return other < limits.Loaded && other <= least - limits.Margin ? anywhere : here; // W4
    }

    // Among the room's workers, or among the others; -1: there is none. Of those that are about as busy the one with the fewest sessions.
    private static int Least(ReadOnlySpan<WorkerShare> workers, ReadOnlySpan<int> parts, bool among, SpreadLimits limits)
    {
        var best = -1;
        for (var i = 0; i < workers.Length; i++)
        {
            if (parts.Contains(i) != among) continue;
            if (best < 0 || Rank(workers[i], limits).CompareTo(Rank(workers[best], limits)) < 0) best = i;
        }
        return best;
    }

    private static (int Busy, int Sessions) Rank(in WorkerShare worker, SpreadLimits limits) => ((int)(worker.Expected(limits) * Steps), worker.Sessions);
}
