using Conference.MediaPod.Sfu.Spreading;

namespace Conference.Sfu.Tests.Spreading;

/// <summary>Where people are placed at join (docs/workers.md).</summary>
public sealed class SpreadRuleTests
{
    private static readonly SpreadLimits Limits = new();

    [Fact]
    public void W1_a_new_room_goes_to_the_least_loaded_worker_and_among_equals_to_the_one_with_fewer_sessions()
    {
        Assert.Equal(1, Choose([Share(0.5), Share(0.1), Share(0.3)]));
        Assert.Equal(2, Choose([Share(0.01, 5), Share(0.02, 4), Share(0.03, 3)])); // noise is no load
        Assert.Equal(0, Choose([Share(0), Share(0)]));
    }

    [Fact]
    public void W2_a_room_stays_at_home_while_its_home_is_not_loaded_however_idle_others_are()
    {
        Assert.Equal(1, Choose([Share(0), Share(0.64, 100)], 1));
        Assert.Equal(1, Choose([Share(0), Share(0.6, 100)], 1, 0)); // also when it has been elsewhere
    }

    [Fact]
    public void W3_where_home_is_loaded_who_comes_goes_to_the_rooms_least_loaded_other_worker()
    {
        Assert.Equal(2, Choose([Share(0.9, 300), Share(0), Share(0.3), Share(0.5)], 0, 3, 2));
    }

    [Fact]
    public void W4_the_room_begins_on_one_more_worker_when_all_of_its_own_are_loaded_and_another_is_clearly_not()
    {
        Assert.Equal(1, Choose([Share(0.7, 300), Share(0.3, 10)], 0));
        Assert.Equal(2, Choose([Share(0.7, 300), Share(0.8, 300), Share(0.4, 10)], 0, 1));
        Assert.Equal(0, Choose([Share(0.7, 300), Share(0.6, 10)], 0)); // too little to win: every packet would be copied
        Assert.Equal(0, Choose([Share(0.95, 300), Share(0.7, 10)], 0)); // that one is loaded as well
        Assert.Equal(1, Choose([Share(0.95, 300), Share(0.7, 10)], 0, 1)); // but where the room is already, less loaded is better
        Assert.Equal(0, Choose([Share(1, 300)], 0)); // nowhere to go
    }

    [Fact]
    public void W5_who_came_since_the_last_measurement_counts_as_what_the_others_cost_and_who_is_quiet_for_something()
    {
        Assert.Equal(0.2, new WorkerShare(0, 0, 100, false).Expected(Limits), 6);
        Assert.Equal(0.6, new WorkerShare(0.4, 100, 150, false).Expected(Limits), 6);
        Assert.Equal(0.5, new WorkerShare(0.01, 1000, 1000, false).Expected(Limits), 6);
        Assert.Equal(0.4, new WorkerShare(0.4, 100, 50, false).Expected(Limits), 6); // who left is still measured
        Assert.Equal(1, Choose([new WorkerShare(0, 0, 400, false), Share(0)], 0)); // 400 joined within a second
    }

    [Fact]
    public void W6_a_worker_that_leaves_out_pictures_is_loaded_whatever_its_processor_time()
    {
        Assert.Equal(1, Choose([new WorkerShare(0.3, 100, 100, Behind: true), Share(0.3)], 0));
    }

    [Fact]
    public void Any_choice_is_a_worker_and_a_part_is_never_left_for_a_loaded_one()
    {
        var random = new Random(11);
        for (var round = 0; round < 20_000; round++)
        {
            var workers = Enumerable.Range(0, random.Next(1, 9)).Select(_ => new WorkerShare(random.NextDouble(), random.Next(500), random.Next(600), random.Next(9) == 0)).ToArray();
            int[] parts = [.. Enumerable.Range(0, workers.Length).OrderBy(_ => random.Next()).Take(random.Next(workers.Length + 1))];
            var chosen = SpreadRule.Choose(workers, parts, Limits);
            Assert.InRange(chosen, 0, workers.Length - 1);
            if (parts.Length == 0 || parts.Contains(chosen)) continue;
            Assert.True(workers[chosen].Expected(Limits) < Limits.Loaded);
            Assert.All(parts, part => Assert.True(workers[part].Expected(Limits) >= Limits.Loaded));
        }
    }

    private static WorkerShare Share(double busy, int sessions = 0) => new(busy, sessions, sessions, Behind: false);

    private static int Choose(WorkerShare[] workers, params int[] parts) => SpreadRule.Choose(workers, parts, Limits);
}
