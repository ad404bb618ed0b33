using Conference.Operator.Scaling;
using static Conference.Operator.Tests.Scaling.ScaleCases;

namespace Conference.Operator.Tests.Scaling;

/// <summary>Updates and starts that fail: S13 to S16 and S18 of docs/scaling.md.</summary>
public sealed class UpdateCases
{
    private readonly Scene _scene = new();

    [Fact]
    public void S15_a_new_pod_comes_before_an_old_one_goes()
    {
        Outdated("a", 50);
        Expect(_scene.Decide(), ScaleCase.Surge, create: 1, desired: 1);
        _scene.WithStarting("b", 1);
        Expect(_scene.After(1).Decide(), ScaleCase.Surge, desired: 1);
    }

    [Fact]
    public void S15_a_quarter_of_the_pods_at_a_time_but_no_more_than_scaleUp_allows()
    {
        _scene.Spec = _scene.Spec with { MinPods = 10 };
        for (var i = 0; i < 10; i++) Outdated($"p{i}", 0);
        Expect(_scene.Decide(), ScaleCase.Surge, create: 3, desired: 10);
        _scene.Spec = _scene.Spec with { ScaleUp = _scene.Spec.ScaleUp with { MaxPods = 1 } };
        Expect(_scene.Decide(), ScaleCase.Surge, create: 1, desired: 10);
    }

    [Fact]
    public void S16_old_pods_go_as_new_ones_are_ready()
    {
        _scene.Spec = _scene.Spec with { MinPods = 2 };
        Outdated("a", 30);
        Outdated("b", 10);
        _scene.With("c", 0);
        Expect(_scene.Decide(), ScaleCase.Outdated, drain: ["b"], desired: 2);
        _scene.Change("b", _scene.Draining(ScaleCase.Outdated, 0));
        Expect(_scene.After(1).Decide(), ScaleCase.Surge, create: 1, desired: 2);
        _scene.With("d", 0);
        Expect(_scene.After(10).Decide(), ScaleCase.Outdated, drain: ["a"], desired: 2);
        _scene.Change("a", _scene.Draining(ScaleCase.Outdated, 0));
        Expect(_scene.After(10).Decide(), ScaleCase.Enough, desired: 2);
    }

    [Fact]
    public void S16_an_old_pod_stays_until_new_ones_hold_its_people()
    {
        _scene.Spec = _scene.Spec with { Capacity = new() { Participants = 50 } };
        Outdated("a", 60);
        Expect(_scene.Decide(), ScaleCase.Surge, create: 1, desired: 2);
        _scene.With("b", 0, Half);
        Expect(_scene.Decide(), ScaleCase.Surge, create: 1, desired: 2);
        _scene.With("c", 0, Half);
        Expect(_scene.Decide(), ScaleCase.Outdated, drain: ["a"], desired: 2);

        static PoolPod Half(PoolPod pod) => pod with { Load = pod.Load! with { Capacity = new(50, 1000) } };
    }

    [Fact]
    public void S16_at_maxPods_an_update_still_gets_on()
    {
        _scene.Spec = _scene.Spec with { MaxPods = 2 };
        Outdated("a", 95);
        Outdated("b", 95);
        Expect(_scene.Decide(), ScaleCase.Surge, create: 1, desired: 2);
        _scene.With("c", 0);
        Expect(_scene.Decide(), ScaleCase.Outdated, drain: ["a"], desired: 2);
    }

    [Fact]
    public void S16_without_a_silo_no_old_pod_goes()
    {
        Outdated("a", 0);
        _scene.With("b", 0);
        _scene.SiloAnswers = false;
        _scene.Memory = ScaleMemory.Begin(1, _scene.Now);
        Assert.Empty(_scene.Decide().Drain);
    }

    [Fact]
    public void S18_an_old_pod_that_was_never_ready_goes_at_once_even_if_it_is_the_only_one()
    {
        _scene.WithStarting("bad", 5, p => p with { Revision = "old" });
        var decision = _scene.Decide();
        Assert.Equal(("bad", ScaleCase.OutdatedStart), (decision.Remove.Single().Pod, decision.Remove.Single().Case));
        Expect(decision, ScaleCase.BelowMin, create: 1, desired: 1);
    }

    [Fact]
    public void S14_a_pod_that_is_not_ready_in_time_is_replaced()
    {
        _scene.WithStarting("late", 60);
        Assert.Empty(_scene.Decide().Remove);
        var decision = _scene.After(1).Decide();
        Assert.Equal(ScaleCase.NotReadyInTime, Assert.Single(decision.Remove).Case);
        Expect(decision, ScaleCase.BelowMin, create: 1);
        Assert.Equal(1, decision.Memory.Failures.InARow);
    }

    [Fact]
    public void S14_a_pod_that_the_silo_knows_is_left_alone()
    {
        _scene.WithStarting("known", 1000, p => p with { Load = Scene.Carrying("known", 3) });
        Assert.Empty(_scene.Decide().Remove);
    }

    [Fact]
    public void S14_a_pod_that_no_node_takes_waits_five_minutes()
    {
        _scene.WithStarting("homeless", 299, p => p with { StartingSince = null, Node = null, Unschedulable = "0/2 nodes are available" });
        Assert.Empty(_scene.Decide().Remove);
        Assert.Contains("0/2 nodes", Assert.Single(_scene.After(2).Decide().Remove).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void S13_each_further_failure_doubles_the_wait()
    {
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            _scene.Pods.Clear();
            _scene.WithStarting($"try{i}", 0, p => p with { Failure = "exit code 2", Ended = true, Node = "node1" });
            var seen = _scene.After(1).Decide();
            var retry = seen.Create > 0 ? _scene.Now : seen.LookAgainAt!.Value;
            if (seen.Create == 0) Expect(seen, ScaleCase.BackOff, desired: 1);
            waits.Add((retry - _scene.Now).TotalSeconds);
            Assert.Equal(seen.Create, _scene.Decide().Create);
            _scene.After(waits[^1]);
            _scene.Pods.Clear();
            Expect(_scene.Decide(), ScaleCase.BelowMin, create: 1);
        }
        Assert.Equal([0, 10, 20, 40, 80, 160, 300, 300, 300], waits);
    }

    [Fact]
    public void S13_pods_that_were_created_and_failed_together_are_one_failure()
    {
        _scene.Spec = _scene.Spec with { MinPods = 3 };
        foreach (var name in (string[])["a", "b", "c"]) _scene.WithStarting(name, 1);
        foreach (var name in (string[])["a", "b", "c"])
        {
            _scene.Change(name, p => p with { Ended = true, Failure = "exit code 2" });
            Assert.Equal(1, _scene.After(1).Decide().Memory.Failures.InARow);
        }
    }

    [Fact]
    public void S13_a_new_template_and_a_pod_that_lasts_end_the_row()
    {
        _scene.Memory = _scene.Memory with { Failures = new() { InARow = 5, LastAt = _scene.Now, LastReason = "exit code 2", Revision = "old" } };
        Expect(_scene.Decide(), ScaleCase.BelowMin, create: 1);

        _scene.Memory = _scene.Memory with { Failures = new() { InARow = 5, LastAt = _scene.Now, LastReason = "exit code 2", Revision = Scene.Newest } };
        Expect(_scene.Decide(), ScaleCase.BackOff);
        _scene.After(10).WithStarting("good", 0, p => p with { ReadySince = _scene.Now.AddSeconds(5), Load = Scene.Carrying("good", 0) });
        Assert.Equal(5, _scene.After(60).Decide().Memory.Failures.InARow);
        Assert.Equal(0, _scene.After(66).Decide().Memory.Failures.InARow);
    }

    [Fact]
    public void S13_a_pod_that_ran_for_long_is_replaced_at_once()
    {
        _scene.With("old", 0, p => p with { Ended = true, Failure = "exit code 137" });
        var decision = _scene.Decide();
        Expect(decision, ScaleCase.BelowMin, create: 1);
        Assert.Equal(0, decision.Memory.Failures.InARow);
    }

    private void Outdated(string name, int participants) => _scene.With(name, participants, p => p with { Revision = "old" });
}
