using Conference.Contracts;
using Conference.Contracts.Pods;
using Conference.Operator.Draining;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Tests.Scaling;

/// <summary>
/// A region that lives: people come in meetings and leave, pods take their time to start, and what the operator decides is done by the rules of docs/scaling.md. Every chance comes
/// from one seed. The silo sends meetings to the emptiest pod that takes them, as a real one does.
/// </summary>
internal sealed class World(int seed, MediaPodPoolSpec spec)
{
    private readonly List<Machine> _machines = [];
    private int _names;

    public Random Random { get; } = new(seed);

    public MediaPodPoolSpec Spec { get; set; } = spec;

    public string Revision { get; set; } = "r0";

    public DateTimeOffset Now { get; private set; } = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public ScaleMemory Memory { get; private set; } = ScaleMemory.Begin(0, default);

    public IReadOnlyList<Machine> Machines => _machines;

    /// <summary>Until when the silo answers nobody.</summary>
    public DateTimeOffset SiloAwayUntil { get; set; }

    /// <summary>The share of starts that fail.</summary>
    public double FailingStarts { get; set; }

    /// <summary>People whom no pod could take, ever.</summary>
    public int TurnedAway { get; private set; }

    /// <summary>People who were on a pod when it was deleted after its deadline.</summary>
    public int CutOff { get; private set; }

    public int Created { get; private set; }

    public int DrainsBegun { get; private set; }

    public ScaleDecision? Last { get; private set; }

    private PoolLoad? _load;
    private readonly Dictionary<string, RegionPod> _seen = [];
    private int _before;

    /// <summary>How old the silo's last answer is.</summary>
    public TimeSpan LoadAge => Now - (_load?.ReadAt ?? default);

    public int People => _machines.Where(m => !m.Ended).Sum(m => m.People);

    /// <summary>Sends people somewhere, one meeting of at most ten after the other; as many as find no pod are turned away.</summary>
    public void Join(int people)
    {
        while (people > 0)
        {
            var size = Math.Min(people, 10);
            people -= size;
            var pod = _machines.Where(m => m.TakesMeetings(Now) && m.People + size <= Spec.Capacity.Participants).MinBy(m => m.People);
            if (pod is null) TurnedAway += size;
            else pod.People += size;
        }
    }

    public void Leave(int people)
    {
        foreach (var machine in _machines.Where(m => !m.Ended).OrderBy(_ => Random.Next()).ToArray())
        {
            var gone = Math.Min(people, machine.People);
            machine.People -= gone;
            people -= gone;
        }
    }

    /// <summary>A second passes; then the operator looks.</summary>
    public ScaleDecision Tick(double seconds = 1)
    {
        Now += TimeSpan.FromSeconds(seconds);
        foreach (var machine in _machines.Where(m => m.Deleting && !m.Ended).ToArray()) Finish(machine);
        foreach (var machine in _machines.Where(m => !m.Ready && !m.Ended && !m.Fails && Now >= m.ReadyAt)) machine.Ready = true;
        foreach (var machine in _machines.Where(m => m.Fails && Now >= m.ReadyAt)) machine.Ended = true;
        if (Now >= SiloAwayUntil) Ask();
        else _load = _load is { } last ? last with { Answers = false } : null;

        var pods = _machines.Select(Look).ToArray();
        Last = ScaleDecision.Decide(new ScaleInput { Spec = Spec, Revision = Revision, Pods = [.. pods], Load = _load, Memory = Memory, Now = Now });
        Memory = Last.Memory;
        foreach (var step in DrainSelection.Steps(Spec, [.. pods], _load, Memory, Now, new ScaleOptions())) Do(step);
        for (var i = 0; i < Last.Create; i++) Start();
        foreach (var choice in Last.Drain) Begin(Find(choice.Pod), choice.Case.Id);
        foreach (var choice in Last.TakeBack) TakeBack(Find(choice.Pod));
        foreach (var choice in Last.Remove) Find(choice.Pod).Deleting = true;
        return Last;
    }

    /// <summary>The operator is replaced by another one.</summary>
    public void Restart() => Memory = ScaleMemory.Begin(Last?.Desired ?? 0, Now);

    public void Kill(Machine machine) => (machine.Ended, machine.Failed, machine.People) = (true, true, 0);

    private void Start()
    {
        Created++;
        var fails = Random.NextDouble() < FailingStarts;
        _machines.Add(new Machine { Name = $"p{_names++}", Revision = Revision, CreatedAt = Now, ReadyAt = Now.AddSeconds(Random.Next(3, 20)), Fails = fails, Failed = fails });
    }

    private void Begin(Machine machine, string why)
    {
        if (why == ScaleCase.Superfluous.Id) DrainsBegun++;
        (machine.DrainSince, machine.DrainCase, machine.Draining) = (Now, why, DrainMode.Wait);
    }

    private void TakeBack(Machine machine) => (machine.DrainSince, machine.DrainCase, machine.Draining, machine.StartingSince) = (null, null, null, Now);

    private void Do(DrainStep step)
    {
        var machine = Find(step.Pod);
        if (step.Action == DrainAction.Ask) machine.Draining = step.Mode;
        if (step.Action == DrainAction.Delete) machine.Deleting = true;
        if (step.Action == DrainAction.Release) _machines.Remove(machine);
        // Moved meetings go to the emptiest pods that have room.
        if (step is not { Action: DrainAction.Ask, Mode: DrainMode.Migrate }) return;
        var people = machine.People;
        machine.People = 0;
        var turnedAway = TurnedAway;
        Join(people);
        CutOff += TurnedAway - turnedAway;
    }

    private void Finish(Machine machine)
    {
        CutOff += machine.People;
        (machine.People, machine.Ended) = (0, true);
    }

    private void Ask()
    {
        var people = People;
        var trend = _load is null ? 0 : (people - _before) / Math.Max(1, (Now - _load.ReadAt).TotalMinutes);
        _before = people;
        _load = new PoolLoad(Now, trend, 0);
        _seen.Clear();
        foreach (var machine in _machines.Where(m => m.Ready && !m.Ended))
            _seen[machine.Name] = new(PodId.Parse(machine.Name), PodRole.Media, "r1", "http://10.0.0.1:8081", "1.0", new(Spec.Capacity.Participants, 1000), machine.People,
                machine.People > 0 ? 1 : 0, machine.People, machine.People / (double)Spec.Capacity.Participants, machine.Draining is not null, machine.Draining);
    }

    private PoolPod Look(Machine machine) => new()
    {
        Name = machine.Name,
        Revision = machine.Revision,
        CreatedAt = machine.CreatedAt,
        StartingSince = machine.StartingSince ?? machine.CreatedAt,
        ReadySince = machine.Ready && machine.Draining is null ? machine.ReadyAt : null,
        Ended = machine.Ended,
        Failure = machine.Ended && machine.Failed ? "exit code 2" : null,
        DeletedAt = machine.Deleting ? Now.AddSeconds(30) : null,
        DrainSince = machine.DrainSince,
        DrainCase = machine.DrainCase,
        Node = "node1",
        Load = _seen.GetValueOrDefault(machine.Name),
    };

    private Machine Find(string name) => _machines.Single(m => m.Name == name);

    internal sealed class Machine
    {
        public required string Name { get; init; }
        public required string Revision { get; init; }
        public required DateTimeOffset CreatedAt { get; init; }
        public required DateTimeOffset ReadyAt { get; init; }
        public bool Fails { get; init; }
        public bool Failed { get; set; }
        public bool Ready { get; set; }
        public bool Ended { get; set; }
        public bool Deleting { get; set; }
        public int People { get; set; }
        public DateTimeOffset? DrainSince { get; set; }
        public string? DrainCase { get; set; }
        public DrainMode? Draining { get; set; }
        public DateTimeOffset? StartingSince { get; set; }

        public bool TakesMeetings(DateTimeOffset now) => Ready && !Ended && !Deleting && Draining is null && now >= ReadyAt;

        public bool IsActive => !Ended && !Deleting && DrainSince is null;
    }
}
