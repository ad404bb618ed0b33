using System.Collections.Immutable;
using System.Globalization;
using Conference.Contracts.Pods;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Draining;

/// <summary>Which pod goes, and when a pod that goes is gone: pure, with the numbered cases of docs/scaling.md.</summary>
public static class DrainSelection
{
    /// <summary>How long a move of the last meetings may take once the deadline is over.</summary>
    public static readonly TimeSpan MoveTime = TimeSpan.FromSeconds(30);

    /// <summary>How long a drain lasts at least: people whose join was answered just before may still be on their way.</summary>
    public static readonly TimeSpan ShortestDrain = TimeSpan.FromSeconds(5);

    /// <summary>How long a node may be away before what ran there is given up: a restart of its kubelet is shorter.</summary>
    public static readonly TimeSpan NodeGrace = TimeSpan.FromSeconds(60);

    /// <summary>The grace period, in seconds, of a pod that has nobody to wait for.</summary>
    public const int ShortGrace = 10;

    /// <summary>The pods in the order in which they go (docs/scaling.md, D1 to D5).</summary>
    /// <param name="pods">The pods to choose from.</param>
    /// <param name="revision">The revision of the pool's template.</param>
    public static ImmutableArray<PoolPod> Order(IEnumerable<PoolPod> pods, string revision) =>
    [
        .. pods.OrderBy(p => NeverServed(p) ? 0 : 1)
            .ThenBy(p => p.NodeCordoned ? 0 : 1)
            .ThenBy(p => p.Revision == revision ? 1 : 0)
            .ThenBy(p => p.Participants).ThenBy(p => p.Load?.Meetings ?? 0)
            .ThenByDescending(p => p.CreatedAt).ThenBy(p => p.Name, StringComparer.Ordinal),
    ];

    /// <summary>Whether a pod has never taken a meeting: it is not ready and the silo does not know it.</summary>
    public static bool NeverServed(PoolPod pod) => pod.State == PodState.Starting && pod.Load is null;

    /// <summary>The next step of every pod that goes; pods that stay have none.</summary>
    /// <param name="spec">The pool's spec.</param>
    /// <param name="pods">Every pod of the pool.</param>
    /// <param name="load">What the silo said last; null when it has never answered.</param>
    /// <param name="memory">The memory of the decision of the same moment, which knows which pods the silo misses.</param>
    /// <param name="now">Now.</param>
    /// <param name="options">What is taken for granted.</param>
    public static ImmutableArray<DrainStep> Steps(
        MediaPodPoolSpec spec, ImmutableArray<PoolPod> pods, PoolLoad? load, ScaleMemory memory, DateTimeOffset now, ScaleOptions options)
    {
        var look = new Look(spec, load is not null && now - load.ReadAt <= options.LoadFresh ? load : null, memory, now, options);
        return [.. pods.Select(look.StepOf).OfType<DrainStep>()];
    }

    private sealed record Look(MediaPodPoolSpec Spec, PoolLoad? Load, ScaleMemory Memory, DateTimeOffset Now, ScaleOptions Options)
    {
        public DrainStep? StepOf(PoolPod pod) => pod.State switch
        {
            PodState.Ended => new(pod.Name, DrainAction.Release, DrainCase.Ended, pod.Failure is { } failure ? $"its process failed: {failure}" : "its process has ended"),
            PodState.Leaving => Leaving(pod),
            PodState.Lost => Lost(pod),
            PodState.Draining => Draining(pod),
            _ => Active(pod),
        };

        private DrainStep? Active(PoolPod pod)
        {
            // What the silo said before a drain was taken back does not count.
            if (Load is null || pod.Load is not { Draining: true } || pod.StartingSince > Load.ReadAt - ShortestDrain || pod.NodeLostSince is not null) return null;
            return new(pod.Name, DrainAction.Adopt, DrainCase.Adopted, "somebody drains it through the silo");
        }

        private DrainStep Leaving(PoolPod pod)
        {
            if (pod.Node is null) return new(pod.Name, DrainAction.Release, DrainCase.Deleted, "it was deleted before a node had it");
            if (IsNodeGivenUp(pod)) return new(pod.Name, DrainAction.Release, DrainCase.NodeLost, NodeText(pod));
            if (Now > pod.DeletedAt + NodeGrace) return new(pod.Name, DrainAction.Release, DrainCase.Deleted, "its grace period is over");
            if (Load is not null && pod.Load is { Draining: false }) return new(pod.Name, DrainAction.Ask, DrainCase.Deleted, "it was deleted", Spec.Drain.Mode);
            return new(pod.Name, DrainAction.Wait, DrainCase.Deleted, $"it was deleted and has {pod.Participants} participants");
        }

        private DrainStep Lost(PoolPod pod) => IsNodeGivenUp(pod)
            ? new(pod.Name, DrainAction.Release, DrainCase.NodeLost, NodeText(pod))
            : new(pod.Name, DrainAction.Wait, DrainCase.NodeLost, NodeText(pod));

        private DrainStep Draining(PoolPod pod)
        {
            if (Load is null) return new(pod.Name, DrainAction.Wait, DrainCase.SiloAway, "no silo answers: who is on it cannot be known, and cannot be moved");
            var since = pod.DrainSince!.Value;
            var deadline = since + TimeSpan.FromSeconds(Spec.Drain.DeadlineSeconds);
            if (pod.Load is not { } known)
            {
                var missing = Memory.MissingSince.TryGetValue(pod.Name, out var at) && Now - at > Options.MissingGrace;
                return missing
                    ? new(pod.Name, DrainAction.Delete, DrainCase.Empty, "the silo no longer knows it")
                    : new(pod.Name, DrainAction.Wait, DrainCase.Ask, "the silo does not know it at the moment");
            }
            if (known is { Draining: true, Participants: 0, Meetings: 0 } && Load.ReadAt - since >= ShortestDrain)
                return new(pod.Name, DrainAction.Delete, DrainCase.Empty, string.Create(CultureInfo.InvariantCulture, $"it is empty, {(Now - since).TotalSeconds:0} s after its drain began"), GraceSeconds: ShortGrace);
            if (Now >= deadline + MoveTime)
                return new(pod.Name, DrainAction.Delete, DrainCase.Overtime, $"{known.Participants} participants are left {Spec.Drain.DeadlineSeconds} s after its drain began", GraceSeconds: ShortGrace);
            if (Now >= deadline) return Ask(pod, DrainMode.Migrate, DrainCase.Deadline, $"{known.Participants} participants are moved: its drain began {Spec.Drain.DeadlineSeconds} s ago");
            return Ask(pod, Spec.Drain.Mode, DrainCase.Ask, $"{known.Participants} participants are left");
        }

        private static DrainStep Ask(PoolPod pod, DrainMode mode, string why, string reason)
        {
            var knows = pod.Load is { Draining: true } load && (load.DrainMode ?? mode) == mode;
            return new(pod.Name, knows ? DrainAction.Wait : DrainAction.Ask, why, reason, mode);
        }

        private bool IsNodeGivenUp(PoolPod pod) => pod.NodeGone || pod.NodeLostSince is { } since && Now - since >= NodeGrace && pod.Load is null;

        private string NodeText(PoolPod pod) =>
            pod.NodeGone ? $"its node {pod.Node} no longer exists" : $"its node {pod.Node} has been away for {(Now - (pod.NodeLostSince ?? Now)).TotalSeconds:0} s";
    }
}
