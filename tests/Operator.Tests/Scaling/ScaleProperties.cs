using Conference.Contracts.Pods;
using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Tests.Scaling;

/// <summary>What holds for every pool, load and fault: hours of many simulated regions, each from one seed, which a failure names.</summary>
public sealed class ScaleProperties
{
    private const int Worlds = 150;

    public static TheoryData<int> Seeds()
    {
        var data = new TheoryData<int>();
        for (var seed = 1; seed <= 10; seed++) data.Add(seed);
        return data;
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_bounds_hold_whatever_happens(int first) => ForEach(first, world =>
    {
        for (var second = 0; second < 1200; second++)
        {
            Fate(world);
            var outdated = world.Machines.Count(m => m.IsActive && m.Revision != world.Revision);
            var before = world.Machines.Count(m => m.IsActive);
            var decision = world.Tick();
            var active = world.Machines.Count(m => m.IsActive);
            var surge = Math.Max(1, (int)Math.Ceiling(world.Spec.MaxPods * 0.25));
            Assert.InRange(decision.Desired, world.Spec.MinPods, world.Spec.MaxPods);
            Assert.InRange(decision.Recommendation.Pods, world.Spec.MinPods, world.Spec.MaxPods);
            if (world.LoadAge > TimeSpan.Zero) Assert.Empty(decision.Drain.Concat(decision.TakeBack));
            // More than maxPods only for an update (and what its pods leave behind until they drain), or because maxPods was lowered.
            if (decision.Create > 0) Assert.True(active <= world.Spec.MaxPods + (outdated > 0 ? surge : 0), $"{active} pods at maxPods {world.Spec.MaxPods}");
            if (decision.Case != ScaleCase.BackOff) Assert.True(active + decision.Remove.Length >= Math.Min(before, world.Spec.MinPods), $"{active} pods at minPods {world.Spec.MinPods}");
            if (decision.Case != ScaleCase.BackOff) Assert.True(active >= world.Spec.MinPods, $"{active} pods at minPods {world.Spec.MinPods}: {decision.Case}");
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_load_that_does_not_move_ends_every_coming_and_going(int first) => ForEach(first, world =>
    {
        for (var second = 0; second < 300; second++)
        {
            Fate(world);
            world.Tick();
        }
        world.FailingStarts = 0;
        world.SiloAwayUntil = default;
        var settle = 600 + world.Spec.Drain.DeadlineSeconds + (world.Spec.MaxPods + 2) * Math.Max(10, world.Spec.ScaleDown.StabilizationSeconds);
        for (var second = 0; second < settle; second += 2) world.Tick(2);

        var (created, drains) = (world.Created, world.DrainsBegun);
        for (var second = 0; second < 1800; second += 2) world.Tick(2);
        Assert.Equal((created, drains), (world.Created, world.DrainsBegun));
        Assert.Equal(world.Last!.Desired, world.Machines.Count);
        Assert.Equal(world.Last.Desired, world.Last.Recommendation.Pods);
        Assert.All(world.Machines, m => Assert.Equal(world.Revision, m.Revision));
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_load_that_trembles_by_less_than_the_margin_is_constant(int first) => ForEach(first, world =>
    {
        world.Tick();
        var level = world.Random.Next(0, world.Spec.Capacity.Participants * world.Spec.MaxPods / 2);
        for (var i = 0; i < 60; i++)
        {
            world.Tick(5);
            world.Join(Math.Max(0, Math.Min(level - world.People, world.Spec.Capacity.Participants / 2)));
        }
        var settle = (world.Spec.MaxPods + 2) * Math.Max(10, world.Spec.ScaleDown.StabilizationSeconds) + world.Spec.Drain.DeadlineSeconds;
        for (var second = 0; second < settle; second += 5) world.Tick(5);
        var wave = Math.Max(1, (int)(world.Spec.Capacity.Participants * 0.1)) / 2;
        // The first wave may still need a pod.
        for (var i = 0; i < 200; i++) Wave();
        var (created, drains) = (world.Created, world.DrainsBegun);
        for (var i = 0; i < 1000; i++) Wave();
        Assert.True(world.Created + world.DrainsBegun - created - drains <= 1, $"{world.Created - created} created and {world.DrainsBegun - drains} drained");

        void Wave()
        {
            var people = world.Random.Next(0, wave + 1);
            world.Join(people);
            world.Tick(5);
            world.Leave(people);
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Draining_never_takes_what_is_needed(int first) => ForEach(first, world =>
    {
        for (var second = 0; second < 1500; second++)
        {
            Fate(world);
            var decision = world.Tick();
            if (decision.Case != ScaleCase.Superfluous && decision.Case != ScaleCase.Outdated || decision.Drain.IsEmpty || decision.Limited || world.Spec.Replicas is not null) continue;
            var free = world.Machines.Where(m => m.IsActive && !m.Fails).Sum(m => Math.Max(0, world.Spec.Capacity.Participants - m.People));
            var homeless = world.Machines.Where(m => !m.IsActive && !m.Ended).Sum(m => m.People);
            // Failing pods that have not failed yet are counted on, and no operator could know.
            if (world.Machines.Any(m => m.Fails && m.IsActive) || world.Now < world.SiloAwayUntil) continue;
            Assert.True(free >= homeless, $"{free} places for {homeless} people after {decision.Case}");
        }
    });

    [Theory]
    [MemberData(nameof(Seeds))]
    public void People_who_come_no_faster_than_the_buffer_allows_always_find_a_place(int first) => ForEach(first, world =>
    {
        world.Spec = world.Spec with { Paused = false, Replicas = null, MinPods = Math.Max(1, world.Spec.MinPods), MaxPods = 40, ScaleUp = new() { MaxPods = 4, WindowSeconds = 10 }, Buffer = new() { Participants = world.Spec.Capacity.Participants } };
        for (var second = 0; second < 60; second++) world.Tick();
        var target = world.Spec.Capacity.Participants * 20;
        for (var second = 0; second < 1200; second++)
        {
            // A pod takes 20 s at the most: half of the buffer comes in that time.
            var rate = world.Spec.Capacity.Participants / 40.0;
            var people = (int)rate + (world.Random.NextDouble() < rate - (int)rate ? 1 : 0);
            if (world.People + people <= target && second % 300 < 200) world.Join(people);
            else world.Leave(people);
            world.Tick();
        }
        Assert.Equal((0, 0), (world.TurnedAway, world.CutOff));
    });

    [Fact]
    public void The_same_input_gives_the_same_decision()
    {
        var one = Log(new World(7, RandomSpec(new Random(7))));
        var other = Log(new World(7, RandomSpec(new Random(7))));
        Assert.Equal(one, other);

        static List<string> Log(World world)
        {
            var log = new List<string>();
            for (var second = 0; second < 500; second++)
            {
                Fate(world);
                var decision = world.Tick();
                log.Add($"{decision.Case} {decision.Create} {string.Join(',', decision.Drain.Select(d => d.Pod))} {decision.Reason}");
            }
            return log;
        }
    }

    private static void ForEach(int first, Action<World> check)
    {
        for (var i = 0; i < Worlds / 10; i++)
        {
            var seed = first * 1000 + i;
            try
            {
                check(new World(seed, RandomSpec(new Random(seed))));
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"seed {seed}: {e.Message}", e);
            }
        }
    }

    private static MediaPodPoolSpec RandomSpec(Random random)
    {
        var min = random.Next(0, 4);
        var capacity = random.Next(1, 11) * 50;
        return new()
        {
            Image = "localhost/mediapod:v1",
            MinPods = min,
            MaxPods = min + random.Next(1, 12),
            Capacity = new() { Participants = capacity },
            Buffer = new() { Participants = random.Next(0, capacity * 2), Percent = random.Next(0, 3) * 20 },
            ScaleUp = new() { WindowSeconds = random.Next(1, 30), MaxPods = random.Next(1, 6), StartDeadlineSeconds = 60 },
            ScaleDown = new() { StabilizationSeconds = random.Next(0, 120), MaxPods = random.Next(1, 4) },
            Drain = new() { DeadlineSeconds = random.Next(10, 400) },
        };
    }

    /// <summary>What may happen within a second: people come and go, pods die, the silo and the operator go away, somebody changes the spec or the template.</summary>
    private static void Fate(World world)
    {
        var random = world.Random;
        if (random.Next(5) == 0) world.Join(random.Next(0, 30));
        if (random.Next(5) == 0) world.Leave(random.Next(0, 30));
        if (random.Next(150) == 0) world.Join(random.Next(0, 400));
        if (random.Next(200) == 0) world.SiloAwayUntil = world.Now.AddSeconds(random.Next(1, 60));
        if (random.Next(300) == 0) world.Restart();
        if (random.Next(300) == 0) world.Revision = $"r{random.Next(1000)}";
        if (random.Next(200) == 0) world.FailingStarts = random.Next(3) * 0.3;
        if (random.Next(150) == 0 && world.Machines.Count(m => !m.Ended) is > 0 and var alive) world.Kill(world.Machines.Where(m => !m.Ended).ElementAt(random.Next(alive)));
        if (random.Next(400) == 0) world.Spec = world.Spec with { Drain = world.Spec.Drain with { Mode = random.Next(2) == 0 ? DrainMode.Wait : DrainMode.Migrate } };
        if (random.Next(400) == 0) world.Spec = world.Spec with { MaxPods = Math.Max(world.Spec.MinPods, world.Spec.MaxPods + random.Next(-2, 3)) };
    }
}
