using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;
using Conference.Operator.Draining;
using Conference.Operator.Load;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Reconciling;

/// <summary>What became of a look.</summary>
/// <param name="Again">When to look again, if nothing changes.</param>
/// <param name="Error">What failed; the rest of the look was left for the next one.</param>
internal sealed record LookResult(TimeSpan Again, KubeError? Error = null);

/// <summary>One look at a pool: reads everything, decides with pure functions, writes the difference. It may be repeated, and may end anywhere: the next one goes on.</summary>
internal sealed class PoolReconciler(PoolReader reader, PoolActions actions, LoadPoller load, OperatorOptions options, OperatorMetrics metrics, ILogger<PoolReconciler> logger)
{
    private readonly ConcurrentDictionary<string, PoolMemory> _memories = new();

    /// <summary>Forgets everything: whoever begins to lead knows only what is written down.</summary>
    public void Forget() => _memories.Clear();

    /// <summary>Looks at a pool.</summary>
    public async Task<LookResult> LookAsync(string name, CancellationToken cancellation)
    {
        var read = await reader.ReadAsync(name, cancellation).ConfigureAwait(false);
        if (!read.Ok) return new LookResult(options.Interval, read.Error);
        var view = read.Value;
        if (view.Pool is null) return await AfterPoolAsync(name, view, cancellation).ConfigureAwait(false);

        var memory = _memories.GetOrAdd(name, _ => new PoolMemory(ScaleMemory.Begin(view.Pool.Status?.DesiredPods ?? 0, view.Now)));
        memory.Keep(view.Pods.Keys.ToArray());
        memory.Spec = view.Pool.Spec;
        Observe(name, view, memory);

        var revision = actions.Revision(view.Pool.Spec);
        var faults = PoolCheck.Faults(view.Pool.Spec);
        var decision = faults.IsEmpty && !view.Pool.Metadata.IsDeleting ? Decide(view, revision, memory) : null;
        var look = new PoolLook(view, memory, revision);
        var error = await DoAsync(look, decision, cancellation).ConfigureAwait(false);
        var status = PoolStatusView.Of(view, revision, faults, decision, load.Latest.Trouble);
        metrics.Show(name, status);
        error ??= await actions.WriteStatusAsync(look, status, cancellation).ConfigureAwait(false);
        actions.Tell(look, decision, faults);
        return new LookResult(Again(view, decision), error);
    }

    private ScaleDecision Decide(PoolView view, string revision, PoolMemory memory)
    {
        var decision = ScaleDecision.Decide(new ScaleInput
        {
            Spec = view.Pool!.Spec,
            Revision = revision,
            Pods = view.Facts,
            Load = view.Load,
            Memory = memory.Scale,
            Now = view.Now,
            Options = options.Scale,
        });
        memory.Scale = decision.Memory;
        return decision;
    }

    /// <summary>Pods that go take their next step first, because it makes room; then what the decision asks for.</summary>
    private async Task<KubeError?> DoAsync(PoolLook look, ScaleDecision? decision, CancellationToken cancellation)
    {
        var (view, spec) = (look.View, look.View.Pool!.Spec);
        KubeError? first = null;
        foreach (var step in DrainSelection.Steps(spec, view.Facts, view.Load, look.Memory.Scale, view.Now, options.Scale))
            first ??= await actions.StepAsync(look, step, cancellation).ConfigureAwait(false);
        foreach (var step in Leaving(spec, look)) first ??= await actions.StepAsync(look, step, cancellation).ConfigureAwait(false);
        first ??= await actions.FurnishAsync(look, cancellation).ConfigureAwait(false);
        if (decision is null || first is not null) return first;

        foreach (var choice in decision.Remove) first ??= await actions.RemoveAsync(look, choice, cancellation).ConfigureAwait(false);
        foreach (var choice in decision.TakeBack) first ??= await actions.TakeBackAsync(look, choice, cancellation).ConfigureAwait(false);
        if (first is null && decision.Create > 0) first = await actions.CreateAsync(look, decision, cancellation).ConfigureAwait(false);
        foreach (var choice in decision.Drain) first ??= await actions.DrainAsync(look, choice, cancellation).ConfigureAwait(false);
        return first;
    }

    /// <summary>Pods of an earlier pool of this name: nobody but the garbage collector ends them, and the finalizer must not keep them.</summary>
    private IEnumerable<DrainStep> Leaving(MediaPodPoolSpec spec, PoolLook look) =>
        DrainSelection.Steps(spec, [.. look.View.Strays.Where(p => p.State is PodState.Leaving or PodState.Ended or PodState.Lost)], look.View.Load, look.Memory.Scale, look.View.Now, options.Scale);

    /// <summary>The pool is gone, its pods are being deleted by the garbage collector: they drain by themselves, and are let go when they have ended.</summary>
    private async Task<LookResult> AfterPoolAsync(string name, PoolView view, CancellationToken cancellation)
    {
        metrics.Show(name, null);
        if (view.Strays.IsEmpty)
        {
            _memories.TryRemove(name, out _);
            return new LookResult(Timeout.InfiniteTimeSpan);
        }
        var memory = _memories.GetOrAdd(name, _ => new PoolMemory(ScaleMemory.Begin(0, view.Now)));
        var look = new PoolLook(view, memory, "");
        KubeError? first = null;
        foreach (var step in Leaving(memory.Spec ?? new MediaPodPoolSpec { Image = "" }, look)) first ??= await actions.StepAsync(look, step, cancellation).ConfigureAwait(false);
        return new LookResult(options.Interval, first);
    }

    private void Observe(string name, PoolView view, PoolMemory memory)
    {
        foreach (var pod in view.Facts)
            if (pod.ReadySince is { } ready && memory.SeenReady.Add(pod.Name))
            {
                metrics.Started(name, ready - pod.CreatedAt);
                ReconcilerLog.PodReady(logger, name, pod.Name, (ready - pod.CreatedAt).TotalSeconds);
            }
    }

    private TimeSpan Again(PoolView view, ScaleDecision? decision)
    {
        if (decision?.LookAgainAt is not { } at || at >= view.Now + options.Interval) return options.Interval;
        return at > view.Now ? at - view.Now : TimeSpan.FromMilliseconds(100);
    }
}

/// <summary>One look on its way.</summary>
internal sealed record PoolLook(PoolView View, PoolMemory Memory, string Revision)
{
    /// <summary>What events are about: the pool, or what is left of it.</summary>
    public ObjectReference? About => View.Pool?.Reference(MediaPodPool.Type);

    /// <summary>The pod as Kubernetes has it; null: it is not among those that were read.</summary>
    public Pod? Find(string name) => View.Pods.GetValueOrDefault(name);
}
