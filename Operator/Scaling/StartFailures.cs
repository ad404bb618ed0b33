using System.Collections.Immutable;

namespace Conference.Operator.Scaling;

/// <summary>Pods of the newest template that failed to start, in a row: each further one doubles the wait before the next start (docs/scaling.md, S13).</summary>
public sealed record StartFailures
{
    /// <summary>How many in a row. Pods that were created together and failed together count as one.</summary>
    public int InARow { get; init; }

    /// <summary>When the last one showed.</summary>
    public DateTimeOffset? LastAt { get; init; }

    /// <summary>What was wrong with it.</summary>
    public string LastReason { get; init; } = "";

    /// <summary>The template's revision: another one starts from nothing.</summary>
    public string Revision { get; init; } = "";

    /// <summary>The pods that have been counted and are still there.</summary>
    public ImmutableSortedSet<string> Counted { get; init; } = [];

    /// <summary>Before when no pod is started; null: one may be started.</summary>
    public DateTimeOffset? RetryAt(ScaleOptions options, DateTimeOffset now)
    {
        if (InARow < 2 || LastAt is not { } last) return null;
        var doublings = Math.Min(InARow - 2, 20);
        var wait = TimeSpan.FromTicks(Math.Min(options.FirstBackOff.Ticks << doublings, options.LongestBackOff.Ticks));
        return last + wait > now ? last + wait : null;
    }

    /// <summary>Whether a pod is not ready in time (docs/scaling.md, S14). One that the silo knows may carry media and is left alone.</summary>
    internal static bool IsOverdue(PoolPod pod, TimeSpan deadline, ScaleOptions options, DateTimeOffset now)
    {
        if (pod.State != PodState.Starting || pod.Load is not null) return false;
        if (pod.StartingSince is { } since) return now - since > deadline;
        return now - pod.CreatedAt > Max(deadline, options.UnschedulableDeadline);
    }

    /// <summary>Counts what failed since the last look.</summary>
    internal StartFailures Look(ImmutableArray<PoolPod> pods, string revision, TimeSpan deadline, ScaleOptions options, DateTimeOffset now)
    {
        var self = revision == Revision ? this : new StartFailures { Revision = revision };
        var mine = pods.Where(p => p.Revision == revision).ToImmutableArray();
        if (self.LastAt is { } last && mine.Any(p => p.CreatedAt > last && p.ReadySince is { } ready && now - ready >= options.EarlyFailure))
            self = new StartFailures { Revision = revision, Counted = self.Counted };

        var failed = mine.Where(p => HasFailed(p, deadline, options, now)).ToImmutableArray();
        var fresh = failed.Where(p => !self.Counted.Contains(p.Name)).ToImmutableArray();
        self = self with { Counted = [.. failed.Select(p => p.Name), .. self.Counted.Where(name => mine.Any(p => p.Name == name))] };
        // Kubernetes cuts creation times to whole seconds.
        var counts = fresh.FirstOrDefault(p => self.LastAt is not { } at || p.CreatedAt.AddSeconds(1) > at);
        return counts is null ? self : self with { InARow = self.InARow + 1, LastAt = now, LastReason = Describe(counts) };
    }

    /// <summary>What is wrong with a pod, in words.</summary>
    internal static string Describe(PoolPod pod) =>
        pod.Failure ?? pod.StartTrouble ?? pod.Unschedulable ?? (pod.Node is null ? "no node has taken it" : "its readiness probe does not succeed");

    private static bool HasFailed(PoolPod pod, TimeSpan deadline, ScaleOptions options, DateTimeOffset now) =>
        pod is { State: PodState.Ended, Failure: not null, DeletedAt: null, DrainSince: null } ? now - pod.CreatedAt <= options.EarlyFailure : IsOverdue(pod, deadline, options, now);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
