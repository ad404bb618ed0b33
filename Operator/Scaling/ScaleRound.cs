using System.Collections.Immutable;
using Conference.Operator.Draining;
using Conference.Operator.Resources;

namespace Conference.Operator.Scaling;

/// <summary>One decision on its way: the facts, sorted, and then the cases of docs/scaling.md in their order.</summary>
internal sealed class ScaleRound
{
    private readonly ScaleInput _in;
    private readonly MediaPodPoolSpec _spec;
    private readonly ImmutableArray<PodChoice> _remove;
    private readonly ImmutableArray<PoolPod> _active;
    private readonly LoadKnowledge _knowledge;
    private readonly Places _places;
    private readonly int _wanted;
    private readonly ScaleMemory _memory;

    public ScaleRound(ScaleInput input)
    {
        (_in, _spec) = (input, input.Spec);
        _remove = input.Spec.Paused ? [] : [.. AtOnce()];
        _active = [.. input.Pods.Where(p => p.IsActive && _remove.All(r => r.Pod != p.Name))];
        var missing = Missing();
        _knowledge = Know(missing);
        var memory = input.Memory with
        {
            MissingSince = missing,
            Failures = input.Memory.Failures.Look(input.Pods, input.Revision, StartDeadline, input.Options, input.Now),
            Drains = [.. input.Memory.Drains.Where(at => at > input.Now - DrainWindow)],
        };
        _places = new Places(input, memory, _knowledge != LoadKnowledge.None);
        _wanted = Wanted();
        _memory = memory.Remember(ToRemember(memory), input.Now, Stabilization);
    }

    private TimeSpan StartDeadline => TimeSpan.FromSeconds(_spec.ScaleUp.StartDeadlineSeconds);

    private TimeSpan Stabilization => TimeSpan.FromSeconds(_spec.ScaleDown.StabilizationSeconds);

    private TimeSpan DrainWindow => TimeSpan.FromSeconds(Math.Max(10, _spec.ScaleDown.StabilizationSeconds));

    private double Free => _places.Free(_active);

    private int Max => Math.Max(_spec.MinPods, _spec.MaxPods);

    private string Figures => $"{Free:0} places are free, {_places.Needed:0} are needed ({_places.Buffer:0} buffer, {_places.Growth:0} growth, {_places.Homeless:0} on pods that go)";

    public ScaleDecision Decide()
    {
        if (_spec.Paused) return Answer(_active.Length, ScaleCase.Paused, $"the pool is paused; the load asks for {Clamp(_wanted)}");
        var desired = Desired();
        var more = desired - _active.Length;
        var answer = more > 0 ? Up(desired, more) : Hold(desired);
        if (_active.Any(IsOutdated)) return Update(answer);
        return more < 0 ? Down(answer) : answer;
    }

    /// <summary>S3, S4, S5, and what the load asks for: more at once (S7), fewer only when nothing in the window asked for more (S10).</summary>
    private int Desired()
    {
        if (_spec.Replicas is { } replicas) return Clamp(replicas);
        return Clamp(_wanted > _active.Length ? _wanted : Math.Min(_active.Length, _memory.Most));
    }

    /// <summary>What the load asks for, before minPods and maxPods.</summary>
    private int Wanted()
    {
        if (_knowledge == LoadKnowledge.None) return _active.Length;
        var lacking = _places.Needed - Free;
        if (lacking > 0) return _active.Length + (int)Math.Ceiling(lacking / _places.PerPod);
        return _knowledge == LoadKnowledge.Full ? _active.Length - Superfluous(_active.Length).Length : _active.Length;
    }

    /// <summary>The pods that could go, at most <paramref name="most"/>, in the order of docs/scaling.md (D1 to D5).</summary>
    private ImmutableArray<PoolPod> Superfluous(int most)
    {
        var rest = _active.ToList();
        var gone = new List<PoolPod>();
        foreach (var pod in DrainSelection.Order(_active, _in.Revision))
        {
            if (gone.Count >= most) break;
            rest.Remove(pod);
            if (_places.AreEnough(rest, [.. gone, pod])) gone.Add(pod);
            else rest.Add(pod);
        }
        return [.. gone];
    }

    /// <summary>While the load is not known in full the window does not run: what was desired stays desired for a whole window more (S5).</summary>
    private int ToRemember(ScaleMemory memory) => _knowledge switch
    {
        LoadKnowledge.Full => Clamp(_wanted),
        LoadKnowledge.Partial => Math.Max(Clamp(_wanted), memory.Most),
        _ => memory.Most > 0 ? memory.Most : Clamp(_wanted),
    };

    private ScaleDecision Hold(int desired)
    {
        if (_spec.Replicas is not null) return Answer(desired, ScaleCase.Fixed, $"the number of pods is fixed to {desired}; the load asks for {Clamp(_wanted)}");
        if (_knowledge == LoadKnowledge.None) return Answer(desired, ScaleCase.LoadUnknown, LoadTrouble());
        if (_wanted > Max) return Answer(desired, ScaleCase.AtMax, $"{Figures}, but there are {_active.Length} pods and maxPods is {Max}");
        if (Clamp(_wanted) < _active.Length) return Answer(desired, ScaleCase.Stabilizing, $"{Clamp(_wanted)} pods are enough, but {_memory.Most} were needed within {_spec.ScaleDown.StabilizationSeconds} s");
        if (_knowledge == LoadKnowledge.Partial) return Answer(desired, ScaleCase.LoadUnknown, LoadTrouble());
        return Answer(desired, ScaleCase.Enough, Figures);
    }

    private ScaleDecision Up(int desired, int more)
    {
        var forLoad = _spec.Replicas is null && _wanted > _active.Length;
        var back = TakenBack(more, forLoad && _active.Length >= _spec.MinPods);
        var lacking = _places.Needed - Free - back.Sum(p => _places.FreeOf(p) + _places.Used(p));
        var forMin = Math.Max(0, _spec.MinPods - _active.Length - back.Length);
        var create = forLoad ? Math.Max(forMin, (int)Math.Ceiling(lacking / _places.PerPod)) : more - back.Length;
        create = Math.Clamp(create, 0, more - back.Length);

        var reason = forMin > 0 || _active.Length < _spec.MinPods && _spec.Replicas is null ? ScaleCase.BelowMin
            : !forLoad ? ScaleCase.Fixed
            : create == 0 && back.Length > 0 ? ScaleCase.TakeBack : ScaleCase.TooFewPlaces;
        var text = reason == ScaleCase.BelowMin ? $"{_active.Length} pods, minPods is {_spec.MinPods}"
            : reason == ScaleCase.Fixed ? $"{_active.Length} pods, the number is fixed to {desired}" : Figures;
        var answer = Answer(desired, reason, text) with { TakeBack = [.. back.Select(p => new PodChoice(p.Name, ScaleCase.TakeBack, text))] };
        if (create == 0) return answer;
        if (_memory.Failures.RetryAt(_in.Options, _in.Now) is { } retry) return BackOff(answer, retry);
        if (!forLoad) return answer with { Create = create, CreateCase = reason };

        // Only what load asks for beyond minPods is bounded by the window.
        var started = _in.Pods.Where(p => p.CreatedAt > _in.Now - TimeSpan.FromSeconds(_spec.ScaleUp.WindowSeconds)).Select(p => p.CreatedAt).Order().ToImmutableArray();
        var allowed = Math.Max(forMin, Math.Min(create, _spec.ScaleUp.MaxPods - started.Length));
        if (allowed > 0) return answer with { Create = allowed, CreateCase = reason };
        return answer with
        {
            Case = ScaleCase.WindowUsedUp,
            Reason = $"{text}, but {started.Length} pods were created within {_spec.ScaleUp.WindowSeconds} s",
            LookAgainAt = Earlier(answer.LookAgainAt, started[0] + TimeSpan.FromSeconds(_spec.ScaleUp.WindowSeconds)),
        };
    }

    private ScaleDecision BackOff(ScaleDecision answer, DateTimeOffset retry) => answer with
    {
        Create = 0,
        CreateCase = null,
        Case = ScaleCase.BackOff,
        Reason = $"{_memory.Failures.InARow} starts in a row failed ({_memory.Failures.LastReason}); the next is at {retry:HH:mm:ss} UTC",
        LookAgainAt = Earlier(answer.LookAgainAt, retry),
    };

    /// <summary>S6: the fullest first, because it would stay the longest.</summary>
    private ImmutableArray<PoolPod> TakenBack(int most, bool forLoad)
    {
        if (_knowledge == LoadKnowledge.None || !Answers) return [];
        var back = ImmutableArray.CreateBuilder<PoolPod>();
        var lacking = _places.Needed - Free;
        foreach (var pod in DrainSelection.Order(_in.Pods.Where(IsReturnable), _in.Revision).Reverse())
        {
            if (back.Count >= most || forLoad && lacking <= 0) break;
            back.Add(pod);
            lacking -= _places.FreeOf(pod) + _places.Used(pod);
        }
        return back.ToImmutable();
    }

    private bool IsReturnable(PoolPod pod) =>
        pod.State == PodState.Draining && pod.Load is not null && !pod.NodeCordoned && pod.NodeLostSince is null && !IsOutdated(pod) && ScaleCase.IsTakenBack(pod.DrainCase);

    /// <summary>S11, S17 and S4 downwards.</summary>
    private ScaleDecision Down(ScaleDecision held)
    {
        var excess = _active.Length - held.Desired;
        if (_knowledge == LoadKnowledge.None || !Answers || _spec.Replicas is null && _active.Length <= Max && _knowledge != LoadKnowledge.Full)
            return held with { Case = ScaleCase.LoadUnknown, Reason = LoadTrouble() };
        if (_spec.Replicas is not null) return Going(held, DrainSelection.Order(_active, _in.Revision).Take(excess), ScaleCase.Fixed, $"the number of pods is fixed to {held.Desired}");
        if (_active.Length > Max) return Going(held, DrainSelection.Order(_active, _in.Revision).Take(_active.Length - Max), ScaleCase.AboveMax, $"{_active.Length} pods, maxPods is {Max}");

        var begun = Math.Max(_memory.Drains.Length, _in.Pods.Count(p => p.DrainCase == ScaleCase.Superfluous.Id && p.DrainSince > _in.Now - DrainWindow));
        var allowed = Math.Min(excess, _spec.ScaleDown.MaxPods - begun);
        if (allowed <= 0)
            return held with
            {
                Case = ScaleCase.Stabilizing,
                Reason = $"{held.Desired} pods are enough, but {begun} drains began within {DrainWindow.TotalSeconds:0} s",
                LookAgainAt = Earlier(held.LookAgainAt, _memory.Drains.IsEmpty ? null : _memory.Drains[0] + DrainWindow),
            };
        var answer = Going(held, Superfluous(allowed), ScaleCase.Superfluous, Figures);
        return answer with { Memory = _memory with { Drains = [.. _memory.Drains, .. answer.Drain.Select(_ => _in.Now)] } };
    }

    /// <summary>S15 and S16: as many pods as desired stay ready all the time.</summary>
    private ScaleDecision Update(ScaleDecision answer)
    {
        // Pods of the new template may hold less than the old ones: what counts is how many of the new ones the people of all need.
        if (_spec.Replicas is null && _knowledge != LoadKnowledge.None)
            answer = answer with { Desired = Math.Max(answer.Desired, Clamp((int)Math.Ceiling((_places.Taken + _places.Buffer + _places.Growth) / _places.PerPod))) };
        var outdated = _active.Count(IsOutdated);
        var coming = _active.Length - outdated + answer.TakeBack.Length + answer.Create;
        var surge = Math.Clamp((int)Math.Ceiling(answer.Desired * _in.Options.SurgeShare), 1, _spec.ScaleUp.MaxPods);
        var lacking = Math.Max(0, answer.Desired - coming - outdated);
        var extra = Math.Min(answer.Desired + Math.Min(surge, outdated) - coming - outdated - lacking, answer.Desired - coming - lacking);
        var text = $"{outdated} pods are not of the newest template";
        if (extra > 0)
        {
            if (_memory.Failures.RetryAt(_in.Options, _in.Now) is { } retry) answer = BackOff(answer, retry);
            else if (answer.Create > 0) answer = answer with { Create = answer.Create + extra };
            else answer = answer with { Create = extra, CreateCase = ScaleCase.Surge, Case = ScaleCase.Surge, Reason = text };
        }

        else if (answer.Case == ScaleCase.Stabilizing || answer.Case == ScaleCase.Enough)
            answer = answer with { Case = ScaleCase.Surge, Reason = $"{text}; {_active.Count(p => p.State == PodState.Starting)} pods start" };

        var spare = _active.Count(p => p.State == PodState.Ready) - answer.Desired;
        if (spare < 0 || _knowledge == LoadKnowledge.None || !Answers) return answer;
        return Going(answer, [.. Replaceable(spare), .. _active.Where(p => IsOutdated(p) && p.State != PodState.Ready)], ScaleCase.Outdated, text);
    }

    private ImmutableArray<PoolPod> Replaceable(int spare)
    {
        var ready = _active.Where(p => p.State == PodState.Ready).ToList();
        var going = ImmutableArray.CreateBuilder<PoolPod>();
        // At maxPods there are too few places anyway, and a fixed number was somebody's choice: then counting pods is all that can be done.
        var countOnly = _spec.Replicas is not null || _wanted > Max;
        foreach (var pod in DrainSelection.Order(ready.Where(IsOutdated), _in.Revision))
        {
            if (going.Count >= spare) break;
            ready.Remove(pod);
            if (countOnly || _places.Free(ready) >= _places.Needed + going.Append(pod).Sum(_places.Used)) going.Add(pod);
            else ready.Add(pod);
        }
        return going.ToImmutable();
    }

    private ScaleDecision Going(ScaleDecision answer, IEnumerable<PoolPod> pods, ScaleCase why, string reason)
    {
        var list = pods.ToImmutableArray();
        if (list.IsEmpty) return answer;
        // What never took a meeting needs no drain (D1).
        var unused = list.Where(DrainSelection.NeverServed).ToImmutableArray();
        return answer with
        {
            Case = why,
            Reason = reason,
            Drain = [.. list.Except(unused).Select(p => new PodChoice(p.Name, why, reason))],
            Remove = [.. answer.Remove, .. unused.Select(p => new PodChoice(p.Name, why, reason))],
        };
    }

    private ScaleDecision Answer(int desired, ScaleCase why, string reason) => new()
    {
        Desired = desired,
        Case = why,
        Reason = reason,
        Remove = _remove,
        Recommendation = Recommend(),
        Memory = _memory,
        LookAgainAt = NextTime(),
        Active = _active,
        Knowledge = _knowledge,
        Limited = _wanted > Max,
        Load = LoadOf(),
    };

    private PoolRecommendation Recommend()
    {
        var pods = Clamp(_wanted);
        var why = _knowledge == LoadKnowledge.None ? ScaleCase.LoadUnknown
            : _wanted > Max ? ScaleCase.AtMax
            : _wanted < _spec.MinPods ? ScaleCase.Enough
            : _wanted > _active.Length ? ScaleCase.TooFewPlaces
            : _wanted < _active.Length ? ScaleCase.Superfluous : ScaleCase.Enough;
        return new() { Pods = pods, Case = why.Id, Reason = why == ScaleCase.LoadUnknown ? LoadTrouble() : Figures };
    }

    private double LoadOf()
    {
        var free = Free;
        var taken = _active.Sum(_places.Used);
        return free + taken <= 0 ? 0 : Math.Round(taken / (free + taken), 3);
    }

    /// <summary>S14 and S18.</summary>
    private IEnumerable<PodChoice> AtOnce()
    {
        foreach (var pod in _in.Pods)
        {
            if (StartFailures.IsOverdue(pod, StartDeadline, _in.Options, _in.Now))
                yield return new(pod.Name, ScaleCase.NotReadyInTime, $"not ready in time: {StartFailures.Describe(pod)}");
            else if (DrainSelection.NeverServed(pod) && IsOutdated(pod))
                yield return new(pod.Name, ScaleCase.OutdatedStart, "it is of an old template and was never ready");
        }
    }

    private ImmutableSortedDictionary<string, DateTimeOffset> Missing()
    {
        if (!IsFresh) return _in.Memory.MissingSince;
        var missing = _in.Pods.Where(p => p.State is PodState.Ready or PodState.Draining && p.Load is null);
        return missing.ToImmutableSortedDictionary(p => p.Name, p => _in.Memory.MissingSince.TryGetValue(p.Name, out var since) ? since : _in.Now);
    }

    /// <summary>Without a silo that answers no drain can be ordered or taken back, however fresh its last answer is.</summary>
    private bool Answers => IsFresh && _in.Load!.Answers;

    private bool IsFresh => _in.Load is { } load && _in.Now - load.ReadAt <= _in.Options.LoadFresh;

    private LoadKnowledge Know(ImmutableSortedDictionary<string, DateTimeOffset> missing)
    {
        if (!IsFresh) return LoadKnowledge.None;
        var ready = _active.Where(p => p.State == PodState.Ready).ToImmutableArray();
        var unknown = ready.Count(p => missing.ContainsKey(p.Name));
        if (unknown == 0) return Answers ? LoadKnowledge.Full : LoadKnowledge.Partial;
        return unknown == ready.Length ? LoadKnowledge.None : LoadKnowledge.Partial;
    }

    private string LoadTrouble() =>
        _in.Load is not { } load ? "no silo has answered yet; no pod is taken away"
        : !IsFresh ? $"the silo's last answer is {(_in.Now - load.ReadAt).TotalSeconds:0} s old; no pod is taken away"
        : !Answers ? "the silo does not answer; no pod is taken away"
        : $"the silo does not know {string.Join(", ", _active.Where(p => p.State == PodState.Ready && p.Load is null).Select(p => p.Name))}; no pod is taken away";

    private DateTimeOffset? NextTime()
    {
        DateTimeOffset? next = null;
        if (Clamp(_wanted) < _active.Length) next = _memory.Recommended[0].At + Stabilization;
        foreach (var pod in _active.Where(p => p.State == PodState.Starting && p.Load is null))
            next = Earlier(next, (pod.StartingSince ?? pod.CreatedAt + _in.Options.UnschedulableDeadline) + StartDeadline + TimeSpan.FromSeconds(1));
        // What is over already did not change anything, as in a paused pool.
        return next > _in.Now ? next : null;
    }

    private bool IsOutdated(PoolPod pod) => pod.Revision != _in.Revision;

    private int Clamp(int pods) => Math.Clamp(pods, _spec.MinPods, Max);

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b ?? a : a;
}
