using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conference.Operator.Pods;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Draining;
using Conference.Operator.Load;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Reconciling;

/// <summary>Does what was decided about a pool, and says so: every action is an event on the pool, a metric and a log line with the case of docs/scaling.md.</summary>
internal sealed class PoolActions(KubeClient client, PodWriter pods, PodMaker maker, PodFurnisher furnisher, EventRecorder events, OperatorMetrics metrics, ILogger<PoolActions> logger)
{
    /// <summary>The revision of the template of a spec.</summary>
    public string Revision(MediaPodPoolSpec spec) => maker.Revision(spec);

    /// <summary>Creates as many pods as were decided, until one fails.</summary>
    public async Task<KubeError?> CreateAsync(PoolLook look, ScaleDecision decision, CancellationToken cancellation)
    {
        var (pool, @case) = (look.View.Pool!.Metadata.Name, decision.CreateCase ?? decision.Case);
        var made = new List<Pod>();
        for (var i = 0; i < decision.Create; i++)
        {
            if (maker.Make(look.View, made) is not { } pod)
            {
                Warn(look, "NoFreePorts", "no pod can be created: every block of network.udpPortRange is taken on every node");
                return null;
            }
            var created = await pods.CreateAsync(pod, cancellation).ConfigureAwait(false);
            if (!created.Ok) return NotCreated(look, created.Error);
            made.Add(created.Value);
            metrics.Created(pool);
            Done(look, pod.Metadata.Name, @case.Id, @case.Word, $"created: {decision.Reason}");
            if (await furnisher.ServeAsync(created.Value, cancellation).ConfigureAwait(false) is { } error) return await UnservedAsync(look, created.Value, error, cancellation).ConfigureAwait(false);
        }
        return null;
    }

    /// <summary>What pods lack that live.</summary>
    public async Task<KubeError?> FurnishAsync(PoolLook look, CancellationToken cancellation)
    {
        var (unserved, error) = await furnisher.FurnishAsync(look.View, cancellation).ConfigureAwait(false);
        return error is not null && unserved is not null ? await UnservedAsync(look, unserved, error, cancellation).ConfigureAwait(false) : error;
    }

    /// <summary>The next step of a pod that goes.</summary>
    public async Task<KubeError?> StepAsync(PoolLook look, DrainStep step, CancellationToken cancellation)
    {
        if (look.Find(step.Pod) is not { } pod) return null;
        switch (step.Action)
        {
            case DrainAction.Ask:
                if (await pods.OrderDrainAsync(pod, step.Mode, cancellation).ConfigureAwait(false) != DrainOrder.Accepted) return null; // the next look tries again
                var news = !look.Memory.Told.TryGetValue(step.Pod, out var told) || told != step.Mode;
                look.Memory.Told[step.Pod] = step.Mode;
                return news ? Done(look, step.Pod, step.Case, "DrainOrdered", step.Reason) : null;
            case DrainAction.Adopt:
                return await pods.BeginDrainAsync(pod, step.Case, null, cancellation).ConfigureAwait(false) ?? Done(look, step.Pod, step.Case, "DrainAdopted", step.Reason);
            case DrainAction.Delete:
                return await pods.DeleteAsync(pod, step.GraceSeconds, cancellation).ConfigureAwait(false) ?? Done(look, step.Pod, step.Case, "PodDeleted", step.Reason);
            case DrainAction.Release:
                if (await pods.ReleaseAsync(pod, cancellation).ConfigureAwait(false) is { } error) return error;
                if (look.View.Pool is { } pool) metrics.Released(pool.Metadata.Name);
                return Done(look, step.Pod, step.Case, "PodReleased", step.Reason);
            default:
                return null;
        }
    }

    /// <summary>A pod that carries nothing goes at once.</summary>
    public async Task<KubeError?> RemoveAsync(PoolLook look, PodChoice choice, CancellationToken cancellation) =>
        look.Find(choice.Pod) is not { } pod ? null
        : await pods.DeleteAsync(pod, DrainSelection.ShortGrace, cancellation).ConfigureAwait(false) ?? Done(look, choice.Pod, choice.Case.Id, choice.Case.Word, choice.Reason, Level(choice.Case));

    /// <summary>A drain begins.</summary>
    public async Task<KubeError?> DrainAsync(PoolLook look, PodChoice choice, CancellationToken cancellation) =>
        look.Find(choice.Pod) is not { } pod ? null
        : await pods.BeginDrainAsync(pod, choice.Case.Id, look.View.Pool!.Spec.Drain.Mode, cancellation).ConfigureAwait(false) ?? Done(look, choice.Pod, choice.Case.Id, choice.Case.Word, $"drains: {choice.Reason}");

    /// <summary>A drain is taken back.</summary>
    public async Task<KubeError?> TakeBackAsync(PoolLook look, PodChoice choice, CancellationToken cancellation)
    {
        if (look.Find(choice.Pod) is not { } pod) return null;
        var (done, error) = await pods.TakeBackAsync(pod, cancellation).ConfigureAwait(false);
        look.Memory.Told.Remove(choice.Pod);
        return done ? Done(look, choice.Pod, choice.Case.Id, choice.Case.Word, choice.Reason) : error;
    }

    /// <summary>Writes the status, if it says something else than before.</summary>
    public async Task<KubeError?> WriteStatusAsync(PoolLook look, MediaPodPoolStatus status, CancellationToken cancellation)
    {
        var pool = look.View.Pool!;
        var now = (JsonObject)JsonSerializer.SerializeToNode(status, PoolJson.Options)!;
        var before = pool.Status is { } old ? (JsonObject)JsonSerializer.SerializeToNode(old, PoolJson.Options)! : [];
        if (JsonNode.DeepEquals(now, before)) return null;
        foreach (var (name, _) in before)
            if (!now.ContainsKey(name)) now[name] = null; // a merge patch removes only what it names
        var written = await client.PatchAsync(MediaPodPool.Type, pool.Metadata.Namespace, pool.Metadata.Name, new JsonObject { ["status"] = now }, new Preconditions(pool.Metadata.Uid), cancellation, "status").ConfigureAwait(false);
        return written.Reason == KubeReason.NotFound ? null : written.Error;
    }

    /// <summary>Says why nothing happens, once per reason.</summary>
    public void Tell(PoolLook look, ScaleDecision? decision, ImmutableArray<string> faults)
    {
        var (@case, reason) = !faults.IsEmpty ? (ScaleCase.Invalid, string.Join("; ", faults)) : decision is not null ? (decision.Case, decision.Reason) : (null, "");
        if (@case is null || look.Memory.LastCase == @case.Id) return;
        look.Memory.LastCase = @case.Id;
        if (look.About is not { } about) return;
        ReconcilerLog.Decided(logger, about.Name ?? "", @case.Id, @case.Word, reason);
        events.Record(about, Level(@case), @case.Word, $"{reason} ({@case.Id})");
    }

    /// <summary>A refusal that somebody must end (a quota, an admission rule, a right that is missing) is told on the pool.</summary>
    private KubeError NotCreated(PoolLook look, KubeError error)
    {
        if (error.Reason is KubeReason.Forbidden or KubeReason.Invalid or KubeReason.BadRequest) Warn(look, "PodRefused", $"no pod can be created: {error.Message}");
        return error;
    }

    /// <summary>A pod whose node port somebody else has is of no use; the next one gets other ports.</summary>
    private async Task<KubeError?> UnservedAsync(PoolLook look, Pod pod, KubeError error, CancellationToken cancellation)
    {
        Warn(look, "ServiceRefused", $"{pod.Metadata.Name}: its service cannot be created: {error.Message}");
        if (error.Reason != KubeReason.Invalid) return error;
        return await pods.DeleteAsync(pod, DrainSelection.ShortGrace, cancellation).ConfigureAwait(false) ?? error;
    }

    private void Warn(PoolLook look, string word, string message)
    {
        ReconcilerLog.Warned(logger, look.View.Pool?.Metadata.Name ?? "", word, message);
        if (look.About is { } about) events.Record(about, EventLevel.Warning, word, message);
    }

    private KubeError? Done(PoolLook look, string pod, string @case, string word, string reason, EventLevel level = EventLevel.Normal)
    {
        var pool = look.View.Pool?.Metadata.Name ?? look.Find(pod)?.Metadata.Label(PodNames.Pool) ?? "";
        metrics.Decided(pool, @case);
        ReconcilerLog.Acted(logger, pool, pod, word, @case, reason);
        if (look.About is { } about) events.Record(about, level, word, $"{pod}: {reason} ({@case})");
        return null;
    }

    private static EventLevel Level(ScaleCase @case) =>
        @case == ScaleCase.Invalid || @case == ScaleCase.LoadUnknown || @case == ScaleCase.AtMax || @case == ScaleCase.BackOff || @case == ScaleCase.NotReadyInTime ? EventLevel.Warning : EventLevel.Normal;
}
