using System.Globalization;
using Conference.Contracts.Pods;
using Conference.Operator.Pods;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Scaling;

namespace Conference.Operator.Reconciling;

/// <summary>What a Kubernetes pod, its node and the silo come to, as decisions see it. Pure.</summary>
internal static class PodFacts
{
    /// <summary>Waiting containers that only take their time.</summary>
    private static readonly HashSet<string> Usual = ["ContainerCreating", "PodInitializing"];

    /// <summary>The facts of a pod.</summary>
    /// <param name="pod">As Kubernetes has it.</param>
    /// <param name="node">Its node; null: it has none.</param>
    /// <param name="load">What the silo says of it; null: it does not know it.</param>
    /// <param name="now">For what has no time of its own.</param>
    public static PoolPod Of(Pod pod, NodeFacts? node, RegionPod? load, DateTimeOffset now)
    {
        var scheduled = Find(pod, "PodScheduled");
        return new PoolPod
        {
            Name = pod.Metadata.Name,
            Revision = pod.Metadata.Label(PodNames.Revision) ?? "",
            CreatedAt = pod.Metadata.CreationTimestamp ?? now,
            Unschedulable = scheduled is { IsTrue: false, Reason: "Unschedulable" } ? scheduled.Message ?? "no node can take it" : null,
            ReadySince = Find(pod, "Ready") is { IsTrue: true } ready ? ready.LastTransitionTime ?? now : null,
            StartingSince = pod.Spec.NodeName is null ? null : StartingSince(pod, now),
            Ended = HasEnded(pod),
            Failure = Failure(pod),
            StartTrouble = StartTrouble(pod),
            DeletedAt = pod.Metadata.DeletionTimestamp,
            DrainSince = Time(pod, PodMarks.DrainSince),
            DrainCase = pod.Metadata.Annotation(PodMarks.DrainReason),
            Node = pod.Spec.NodeName,
            NodeCordoned = node?.Cordoned ?? false,
            NodeLostSince = node?.LostSince,
            NodeGone = node?.Gone ?? false,
            Load = load,
        };
    }

    // A kubelet that has ended a deleted pod says so by a deletion without grace; not every version sets the phase too.
    private static bool HasEnded(Pod pod) => pod.IsFinished
        || pod.Metadata is { IsDeleting: true, DeletionGracePeriodSeconds: 0 }
        || (pod.Metadata.IsDeleting && pod.Status?.ContainerStatuses is { Count: > 0 } containers && containers.All(c => c.State?.Terminated is not null));

    private static Condition? Find(Pod pod, string type) => pod.Status?.Conditions?.FirstOrDefault(c => c.Type == type);

    // Whatever came last: it got its node, it stopped being ready, its drain was taken back.
    private static DateTimeOffset StartingSince(Pod pod, DateTimeOffset now)
    {
        DateTimeOffset?[] times =
        [
            Find(pod, "PodScheduled") is { IsTrue: true } scheduled ? scheduled.LastTransitionTime : null,
            Find(pod, "Ready") is { IsTrue: false } notReady ? notReady.LastTransitionTime : null,
            Time(pod, PodMarks.Resumed),
        ];
        return times.Max() ?? pod.Metadata.CreationTimestamp ?? now;
    }

    private static DateTimeOffset? Time(Pod pod, string annotation) =>
        DateTimeOffset.TryParse(pod.Metadata.Annotation(annotation), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static string? Failure(Pod pod)
    {
        // Nobody asked it to end: to replace it without a wait could go on for ever.
        if (pod.Status is { Phase: "Succeeded" } && !pod.Metadata.IsDeleting && Time(pod, PodMarks.DrainSince) is null) return "its process ended by itself";
        if (pod.Status is not { Phase: "Failed" } status) return null;
        var ended = status.ContainerStatuses?.Select(c => c.State?.Terminated).FirstOrDefault(t => t is not null);
        return Sentence(status.Reason ?? ended?.Reason ?? "Failed", status.Message ?? ended?.Message, ended?.ExitCode is { } code ? $"exit status {code}" : null);
    }

    private static string? StartTrouble(Pod pod)
    {
        var statuses = pod.Status?.ContainerStatuses ?? [];
        var waiting = statuses.Select(c => c.State?.Waiting).FirstOrDefault(w => w?.Reason is { } reason && !Usual.Contains(reason));
        return waiting is null ? null : Sentence(waiting.Reason!, waiting.Message, null);
    }

    private static string Sentence(string reason, string? message, string? more)
    {
        var text = string.Join(", ", new[] { message?.Trim(), more }.Where(t => !string.IsNullOrEmpty(t)));
        return text.Length == 0 ? reason : $"{reason}: {text}";
    }
}
