using System.Collections.Immutable;
using Conference.Operator.Load;
using Conference.Operator.Pods;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Reconciling;

/// <summary>What the status of a pool says after a look at it. Pure.</summary>
internal static class PoolStatusView
{
    /// <summary>The status; conditions keep the time of their last change.</summary>
    /// <param name="view">What was read.</param>
    /// <param name="revision">The revision of the pool's template.</param>
    /// <param name="faults">What is wrong with the spec; empty: nothing.</param>
    /// <param name="decision">What was decided; null for a spec that is wrong, and for a pool that is being deleted.</param>
    /// <param name="trouble">Why the silo gave no answer the last time; null: it did.</param>
    public static MediaPodPoolStatus Of(PoolView view, string revision, ImmutableArray<string> faults, ScaleDecision? decision, LoadAnswer? trouble)
    {
        var (pool, facts) = (view.Pool!, view.Facts);
        var active = facts.Where(p => p.IsActive).ToImmutableArray();
        var status = new MediaPodPoolStatus
        {
            ObservedGeneration = pool.Metadata.Generation ?? 0,
            DesiredPods = decision?.Desired ?? pool.Status?.DesiredPods ?? 0,
            Pods = active.Length,
            ReadyPods = facts.Count(p => p.State == PodState.Ready),
            DrainingPods = facts.Count(p => p.State is PodState.Draining or PodState.Leaving),
            OutdatedPods = facts.Count(p => p.Revision != revision && p.State is not (PodState.Ended or PodState.Lost)),
            Participants = facts.Sum(p => p.Participants),
            Load = decision?.Load ?? 0,
            Recommendation = decision?.Recommendation,
            Selector = $"{PodNames.Pool}={pool.Metadata.Name}",
        };
        return status with { Phase = Phase(pool, status, faults, decision, active.Any(p => p.Revision != revision)), Conditions = Conditions(view, status, faults, decision, trouble) };
    }

    private static PoolPhase Phase(MediaPodPool pool, MediaPodPoolStatus status, ImmutableArray<string> faults, ScaleDecision? decision, bool updating)
    {
        if (pool.Metadata.IsDeleting) return PoolPhase.Deleting;
        if (!faults.IsEmpty) return PoolPhase.Invalid;
        if (pool.Spec.Paused) return PoolPhase.Paused;
        if (decision is { Memory.Failures.InARow: > 1 } && status.ReadyPods < status.DesiredPods) return PoolPhase.Degraded;
        if (updating) return PoolPhase.Updating;
        if (status.ReadyPods < status.DesiredPods) return PoolPhase.ScalingUp;
        return status.DrainingPods > 0 || status.Pods > status.DesiredPods ? PoolPhase.ScalingDown : PoolPhase.Steady;
    }

    private static ImmutableArray<PoolCondition> Conditions(PoolView view, MediaPodPoolStatus status, ImmutableArray<string> faults, ScaleDecision? decision, LoadAnswer? trouble)
    {
        var before = view.Pool!.Status?.Conditions ?? [];
        PoolCondition Make(string type, bool? holds, string reason, string message)
        {
            var state = holds switch { true => ConditionStatus.True, false => ConditionStatus.False, null => ConditionStatus.Unknown };
            var old = before.IsDefault ? null : before.FirstOrDefault(c => c.Type == type);
            // Kubernetes keeps whole seconds.
            var changed = old?.Status == state ? old.LastTransitionTime : DateTimeOffset.FromUnixTimeSeconds(view.Now.ToUnixTimeSeconds());
            return new PoolCondition { Type = type, Status = state, Reason = reason, Message = message, LastTransitionTime = changed, ObservedGeneration = status.ObservedGeneration };
        }

        var enough = status.ReadyPods >= status.DesiredPods;
        var failures = decision?.Memory.Failures;
        var failing = failures is { InARow: > 0 };
        return
        [
            faults.IsEmpty ? Make("Valid", true, "SpecValid", "the spec can be worked with") : Make("Valid", false, "SpecInvalid", string.Join("; ", faults)),
            Make("Ready", enough, enough ? "EnoughPods" : "PodsMissing", $"{status.ReadyPods} of {status.DesiredPods} pods are ready"),
            Load(Make, decision, trouble),
            Make("Updated", status.OutdatedPods == 0, status.OutdatedPods == 0 ? "NewestTemplate" : "OldTemplates", $"{status.OutdatedPods} pods are not of the newest template"),
            Make("Limited", decision?.Limited, decision is { Limited: true } ? "AtMaxPods" : "WithinBounds", decision is { Limited: true } ? $"the load asks for more than maxPods: {decision.Recommendation.Reason}" : "maxPods is enough"),
            Make("PodsFailing", failing, failing ? "StartsFail" : "StartsSucceed", failing ? $"{failures!.InARow} starts in a row failed: {failures.LastReason}" : "the last start succeeded, or there was none"),
            decision is null ? Make("Scaling", false, "NoDecision", "nothing is decided about this pool") : Make("Scaling", Acts(decision), decision.Case.Word, $"{decision.Case.Id}: {decision.Reason}"),
        ];
    }

    private static PoolCondition Load(Func<string, bool?, string, string, PoolCondition> make, ScaleDecision? decision, LoadAnswer? trouble)
    {
        if (decision is null) return make("LoadKnown", null, "NotAsked", "no decision needed it");
        if (decision.Knowledge == LoadKnowledge.Full) return make("LoadKnown", true, "Fresh", "the silo tells the load of every ready pod");
        if (trouble is not null) return make("LoadKnown", false, trouble.Refusal?.ToString() ?? "Unreachable", $"{trouble.Detail}; no pod is taken away");
        return make("LoadKnown", false, decision.Knowledge == LoadKnowledge.Partial ? "PodsMissing" : "NotFresh", "the silo does not tell of every ready pod; no pod is taken away");
    }

    private static bool Acts(ScaleDecision decision) => decision.Create > 0 || decision.Drain.Length + decision.TakeBack.Length + decision.Remove.Length > 0;
}
