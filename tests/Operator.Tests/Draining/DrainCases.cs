using Conference.Contracts.Pods;
using Conference.Operator.Draining;
using Conference.Operator.Scaling;
using Conference.Operator.Tests.Scaling;

namespace Conference.Operator.Tests.Draining;

/// <summary>Every case of docs/scaling.md about pods that go.</summary>
public sealed class DrainCases
{
    private readonly Scene _scene = new();

    [Fact]
    public void D1_to_D5_the_order_in_which_pods_go()
    {
        _scene.With("young", 10, p => p with { CreatedAt = p.CreatedAt.AddMinutes(5) })
            .With("old", 10)
            .With("meetings", 10, p => p with { CreatedAt = p.CreatedAt.AddMinutes(9), Load = p.Load! with { Meetings = 4 } })
            .With("empty", 0)
            .With("outdated", 90, p => p with { Revision = "previous" })
            .With("cordoned", 95, p => p with { NodeCordoned = true })
            .WithStarting("starting", 3);
        Assert.Equal(["starting", "cordoned", "outdated", "empty", "young", "old", "meetings"], DrainSelection.Order(_scene.Pods, Scene.Newest).Select(p => p.Name));
    }

    [Fact]
    public void D5_equal_pods_have_an_order_whatever_order_they_come_in()
    {
        _scene.With("b", 0).With("a", 0).With("c", 0);
        Assert.Equal(["a", "b", "c"], DrainSelection.Order(Enumerable.Reverse(_scene.Pods), Scene.Newest).Select(p => p.Name));
    }

    [Fact]
    public void D6_the_silo_is_told_until_it_knows()
    {
        _scene.With("a", 5).With("b", 5, _scene.Draining(ScaleCase.Superfluous, 1, siloKnows: false));
        Expect(_scene.Step("b"), DrainAction.Ask, DrainCase.Ask);
        _scene.Change("b", _scene.Draining(ScaleCase.Superfluous, 1));
        Expect(_scene.Step("b"), DrainAction.Wait, DrainCase.Ask);
    }

    [Fact]
    public void D6_a_changed_mode_is_told_too()
    {
        _scene.With("b", 5, _scene.Draining(ScaleCase.Superfluous, 1));
        _scene.Spec = _scene.Spec with { Drain = _scene.Spec.Drain with { Mode = DrainMode.Migrate } };
        var step = _scene.Step("b");
        Expect(step, DrainAction.Ask, DrainCase.Ask);
        Assert.Equal(DrainMode.Migrate, step.Mode);
    }

    [Theory]
    [InlineData(4, DrainAction.Wait, DrainCase.Ask)] // somebody's join may be on its way
    [InlineData(5, DrainAction.Delete, DrainCase.Empty)]
    public void D7_an_empty_pod_goes(int seconds, DrainAction action, string why)
    {
        _scene.With("b", 0, _scene.Draining(ScaleCase.Superfluous, seconds));
        Expect(_scene.Step("b"), action, why);
    }

    [Fact]
    public void D7_a_pod_is_not_empty_while_a_meeting_is_on_it_or_the_silo_may_send_somebody()
    {
        _scene.With("b", 0, p => _scene.Draining(ScaleCase.Superfluous, 100)(p with { Load = p.Load! with { Meetings = 1 } }));
        Expect(_scene.Step("b"), DrainAction.Wait, DrainCase.Ask);
        _scene.Change("b", _scene.Draining(ScaleCase.Superfluous, 100, siloKnows: false));
        _scene.Change("b", p => p with { Load = p.Load! with { Meetings = 0 } });
        Expect(_scene.Step("b"), DrainAction.Ask, DrainCase.Ask);
    }

    [Fact]
    public void D7_a_pod_that_the_silo_has_forgotten_goes_after_a_while()
    {
        _scene.With("a", 0).With("b", 0, p => _scene.Draining(ScaleCase.Superfluous, 100)(p) with { Load = null });
        Expect(_scene.Step("b"), DrainAction.Wait, DrainCase.Ask);
        _scene.After(16);
        Expect(_scene.Step("b"), DrainAction.Delete, DrainCase.Empty);
    }

    [Theory]
    [InlineData(599, DrainAction.Wait, DrainCase.Ask)]
    [InlineData(600, DrainAction.Ask, DrainCase.Deadline)]
    [InlineData(629, DrainAction.Ask, DrainCase.Deadline)]
    [InlineData(630, DrainAction.Delete, DrainCase.Overtime)]
    public void D8_and_D9_the_deadline_moves_whoever_is_left_and_then_the_pod_goes(int seconds, DrainAction action, string why)
    {
        _scene.With("b", 7, _scene.Draining(ScaleCase.Superfluous, seconds));
        var step = _scene.Step("b");
        Expect(step, action, why);
        if (action == DrainAction.Ask) Assert.Equal(DrainMode.Migrate, step.Mode);
        if (action == DrainAction.Delete) Assert.Equal(DrainSelection.ShortGrace, step.GraceSeconds);
    }

    [Fact]
    public void D8_a_silo_that_moves_them_already_is_not_told_again()
    {
        _scene.With("b", 7, p => _scene.Draining(ScaleCase.Superfluous, 610)(p));
        _scene.Change("b", p => p with { Load = p.Load! with { DrainMode = DrainMode.Migrate } });
        Expect(_scene.Step("b"), DrainAction.Wait, DrainCase.Deadline);
    }

    [Fact]
    public void D10_a_pod_that_somebody_deleted_drains_by_itself()
    {
        _scene.With("b", 7, p => p with { DeletedAt = _scene.Now.AddSeconds(630) });
        Expect(_scene.Step("b"), DrainAction.Ask, DrainCase.Deleted);
        _scene.Change("b", p => p with { Load = p.Load! with { Draining = true, DrainMode = DrainMode.Wait } });
        Expect(_scene.Step("b"), DrainAction.Wait, DrainCase.Deleted);
        _scene.Change("b", p => p with { Ended = true });
        Expect(_scene.Step("b"), DrainAction.Release, DrainCase.Ended);
    }

    [Fact]
    public void D10_a_deletion_ends_though_nobody_confirms_it()
    {
        _scene.With("b", 7, p => p with { DeletedAt = _scene.Now });
        _scene.After(60);
        Expect(_scene.Step("b"), DrainAction.Ask, DrainCase.Deleted);
        _scene.After(1);
        Expect(_scene.Step("b"), DrainAction.Release, DrainCase.Deleted);
    }

    [Fact]
    public void D10_a_pod_that_no_node_had_needs_no_drain()
    {
        _scene.WithStarting("b", 1, p => p with { Node = null, DeletedAt = _scene.Now });
        Expect(_scene.Step("b"), DrainAction.Release, DrainCase.Deleted);
    }

    [Theory]
    [InlineData(false, 59, DrainAction.Wait)]
    [InlineData(false, 60, DrainAction.Release)]
    [InlineData(true, 0, DrainAction.Release)]
    public void D11_a_lost_node(bool gone, int seconds, DrainAction action)
    {
        foreach (var deleted in (DateTimeOffset?[])[null, _scene.Now.AddSeconds(630)])
        {
            _scene.Pods.Clear();
            _scene.With("b", 7, p => p with { NodeGone = gone, NodeLostSince = _scene.Now.AddSeconds(-seconds), Load = null, ReadySince = null, DeletedAt = deleted });
            var decision = _scene.Decide();
            Assert.Equal((1, ScaleCase.BelowMin), (decision.Create, decision.Case));
            var step = _scene.Step("b");
            Assert.Equal(action, step.Action);
            if (action == DrainAction.Release) Assert.Equal(DrainCase.NodeLost, step.Case);
        }
    }

    [Fact]
    public void D11_a_pod_that_the_silo_hears_from_stays_though_its_node_is_away()
    {
        _scene.With("b", 7, p => p with { NodeLostSince = _scene.Now.AddSeconds(-600), ReadySince = null });
        Assert.Equal(0, _scene.Decide().Create);
        Assert.Empty(_scene.Decide().Remove);
        Assert.Empty(_scene.Steps());
    }

    [Fact]
    public void D12_without_a_silo_a_drain_stands_still_and_so_does_the_deadline()
    {
        _scene.SiloAnswers = false;
        foreach (var seconds in (int[])[10, 700])
        {
            _scene.Pods.Clear();
            _scene.With("b", 0, _scene.Draining(ScaleCase.Superfluous, seconds));
            Expect(_scene.Step("b"), DrainAction.Wait, DrainCase.SiloAway);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("exit code 137")]
    public void D13_a_pod_whose_process_has_ended_is_deleted(string? failure)
    {
        _scene.With("b", 0, p => p with { Ended = true, Failure = failure });
        Expect(_scene.Step("b"), DrainAction.Release, DrainCase.Ended);
    }

    [Fact]
    public void D14_a_drain_that_somebody_else_began_is_adopted()
    {
        _scene.With("b", 9, p => p with { Load = p.Load! with { Draining = true, DrainMode = DrainMode.Wait } });
        Expect(_scene.Step("b"), DrainAction.Adopt, DrainCase.Adopted);
    }

    [Fact]
    public void D14_what_the_silo_said_before_a_drain_was_taken_back_does_not_count()
    {
        _scene.With("b", 9, p => p with { StartingSince = _scene.Now, ReadySince = null, Load = p.Load! with { Draining = true, DrainMode = DrainMode.Wait } });
        Assert.Empty(_scene.Steps());
        _scene.After(6);
        Expect(_scene.Step("b"), DrainAction.Adopt, DrainCase.Adopted);
    }

    private static void Expect(DrainStep step, DrainAction action, string why)
    {
        Assert.Equal((action, why), (step.Action, step.Case));
        Assert.NotEmpty(step.Reason);
    }
}
