using Conference.Operator.Resources;
using Conference.Operator.Scaling;

namespace Conference.Operator.Tests.Scaling;

/// <summary>Every case of docs/scaling.md that decides how many pods there are.</summary>
public sealed class ScaleCases
{
    private readonly Scene _scene = new();

    [Fact]
    public void S2_a_paused_pool_creates_drains_and_replaces_nothing_and_still_recommends()
    {
        _scene.Spec = _scene.Spec with { Paused = true, MinPods = 4 };
        _scene.With("a", 95).WithStarting("late", 1000);
        var decision = _scene.Decide();
        Expect(decision, ScaleCase.Paused);
        Assert.Empty(decision.Remove);
        Assert.Equal(4, decision.Recommendation.Pods);
    }

    [Fact]
    public void S3_fewer_than_minPods_are_filled_up_at_once_beyond_the_window()
    {
        _scene.Spec = _scene.Spec with { MinPods = 6 };
        _scene.With("a", 0);
        Expect(_scene.Decide(), ScaleCase.BelowMin, create: 5, desired: 6);
    }

    [Fact]
    public void S3_minPods_holds_without_a_silo()
    {
        _scene.SiloAnswers = false;
        _scene.Spec = _scene.Spec with { MinPods = 2 };
        Expect(_scene.Decide(), ScaleCase.BelowMin, create: 2, desired: 2);
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(50, 10)]
    [InlineData(0, 1)]
    public void S4_a_fixed_number_holds_within_the_bounds_whatever_the_load_is(int replicas, int desired)
    {
        _scene.Spec = _scene.Spec with { Replicas = replicas };
        _scene.With("a", 100);
        var decision = _scene.Decide();
        Expect(decision, ScaleCase.Fixed, create: desired - 1, desired: desired);
        Assert.Equal(2, decision.Recommendation.Pods);
    }

    [Fact]
    public void S4_a_smaller_fixed_number_drains_at_once()
    {
        _scene.Spec = _scene.Spec with { Replicas = 1 };
        _scene.With("a", 50).With("b", 10).With("c", 30);
        Expect(_scene.Decide(), ScaleCase.Fixed, drain: ["b", "c"], desired: 1);
    }

    [Fact]
    public void S5_without_a_silo_nothing_is_drained_however_long_it_lasts()
    {
        _scene.With("a", 0).With("b", 0);
        _scene.Memory = ScaleMemory.Begin(2, _scene.Now);
        _scene.SiloAnswers = false;
        for (var i = 0; i < 100; i++, _scene.After(5)) Expect(_scene.Decide(), ScaleCase.LoadUnknown, desired: 2);
    }

    [Fact]
    public void S5_a_fixed_number_does_not_drain_without_a_silo_either()
    {
        _scene.Spec = _scene.Spec with { Replicas = 1 };
        _scene.With("a", 0).With("b", 0);
        _scene.SiloAnswers = false;
        Expect(_scene.Decide(), ScaleCase.LoadUnknown, desired: 1);
    }

    [Fact]
    public void S5_one_question_without_an_answer_keeps_every_pod_and_still_adds_some()
    {
        _scene.With("a", 10).With("b", 0);
        _scene.Memory = ScaleMemory.Begin(1, _scene.Now);
        Expect(_scene.Decide(), ScaleCase.Superfluous, drain: ["b"], desired: 1);
        _scene.SiloAnswers = false;
        _scene.Memory = ScaleMemory.Begin(1, _scene.Now);
        Expect(_scene.After(2).Decide(), ScaleCase.LoadUnknown);
        _scene.Carry("a", 100);
        _scene.Carry("b", 90);
        Expect(_scene.After(2).Decide(), ScaleCase.TooFewPlaces, create: 1, desired: 3);
    }

    [Fact]
    public void S6_without_an_answer_no_drain_is_taken_back()
    {
        _scene.With("a", 95).With("b", 5, _scene.Draining(ScaleCase.Superfluous, 30));
        Expect(_scene.Decide(), ScaleCase.TakeBack, takeBack: ["b"], desired: 2);
        _scene.SiloAnswers = false;
        Expect(_scene.After(2).Decide(), ScaleCase.TooFewPlaces, create: 1, desired: 2);
    }

    [Fact]
    public void S5_an_outage_of_the_silo_begins_the_window_again()
    {
        _scene.With("a", 0).With("b", 0);
        _scene.Memory = ScaleMemory.Begin(2, _scene.Now);
        _scene.Decide();
        _scene.SiloAnswers = false;
        Expect(_scene.After(50).Decide(), ScaleCase.LoadUnknown, desired: 2);
        _scene.SiloAnswers = true;
        Expect(_scene.After(30).Decide(), ScaleCase.Stabilizing, desired: 2);
        Expect(_scene.After(31).Decide(), ScaleCase.Superfluous, drain: ["a"], desired: 1);
    }

    [Fact]
    public void S5_a_silo_that_has_just_started_and_knows_no_pod_is_not_believed()
    {
        _scene.With("a", 50, p => p with { Load = null }).With("b", 50, p => p with { Load = null });
        Expect(_scene.Decide(), ScaleCase.LoadUnknown, desired: 2);
    }

    [Fact]
    public void S5_a_pod_that_the_silo_misses_freezes_draining_and_after_a_while_its_places_are_replaced()
    {
        _scene.With("a", 10).With("b", 10).With("cut", 10, p => p with { Load = null });
        _scene.Memory = ScaleMemory.Begin(3, _scene.Now - TimeSpan.FromHours(1));
        Expect(_scene.Decide(), ScaleCase.LoadUnknown, desired: 3);
        _scene.Carry("a", 90);
        _scene.Carry("b", 95);
        Expect(_scene.After(5).Decide(), ScaleCase.LoadUnknown, desired: 3);
        Expect(_scene.After(11).Decide(), ScaleCase.TooFewPlaces, create: 1, desired: 4);
    }

    [Fact]
    public void S6_drains_are_taken_back_before_anything_is_created_the_fullest_first()
    {
        _scene.With("a", 90).With("b", 90).With("few", 5, _scene.Draining(ScaleCase.Superfluous, 30)).With("many", 40, _scene.Draining(ScaleCase.Superfluous, 30));
        var decision = _scene.Decide();
        Expect(decision, ScaleCase.TakeBack, takeBack: ["many"], desired: 3);
    }

    [Fact]
    public void S6_what_taken_back_drains_do_not_give_is_created()
    {
        _scene.With("a", 100).With("b", 60, _scene.Draining(ScaleCase.Superfluous, 30));
        _scene.Joins = 4 * 160;
        Expect(_scene.Decide(), ScaleCase.TooFewPlaces, create: 1, takeBack: ["b"], desired: 3);
    }

    public static TheoryData<string> NotReturnable() => ["outdated", "cordoned", "byUpdate", "byHand", "lostNode", "unknown"];

    [Theory]
    [MemberData(nameof(NotReturnable))]
    public void S6_some_drains_are_never_taken_back(string why)
    {
        _scene.With("a", 95).With("b", 5, p => Make(_scene.Draining(ScaleCase.Superfluous, 30)(p)));
        Expect(_scene.Decide(), ScaleCase.TooFewPlaces, create: 1, desired: 2);

        PoolPod Make(PoolPod pod) => why switch
        {
            "outdated" => pod with { Revision = "old" },
            "cordoned" => pod with { NodeCordoned = true },
            "byUpdate" => pod with { DrainCase = ScaleCase.Outdated.Id },
            "byHand" => pod with { DrainCase = "D14" },
            "lostNode" => pod with { NodeLostSince = _scene.Now },
            _ => pod with { Load = null },
        };
    }

    [Theory]
    [InlineData(80, 0, 0, 0)] // exactly the buffer is free
    [InlineData(81, 0, 0, 1)] // one is lacking
    [InlineData(60, 160, 0, 1)] // 27 more are coming in the 10 s that a pod takes here
    [InlineData(60, 0, 160, 1)] // joins count as much
    [InlineData(60, 100, 100, 0)] // 17 more
    [InlineData(60, -500, 0, 0)] // people leave
    [InlineData(60, 1800, 0, 3)] // 300 more
    public void S7_lacking_places_create_pods(int participants, double trend, double joins, int create)
    {
        _scene.With("a", participants);
        (_scene.Trend, _scene.Joins) = (trend, joins);
        Expect(_scene.Decide(), create == 0 ? ScaleCase.Enough : ScaleCase.TooFewPlaces, create: create, desired: 1 + create);
    }

    [Theory]
    [InlineData(900, 0.2, 1)] // 90 of 100 places by megabits
    [InlineData(100, 0.95, 1)] // 95 by load
    [InlineData(700, 0.7, 0)]
    public void S7_megabits_and_load_take_places_too(double megabits, double load, int create)
    {
        _scene.With("a", 10, p => p with { Load = p.Load! with { EgressMbps = megabits, Load = load } });
        Expect(_scene.Decide(), create == 0 ? ScaleCase.Enough : ScaleCase.TooFewPlaces, create: create, desired: 1 + create);
    }

    [Fact]
    public void S7_the_buffer_may_be_a_share_of_what_is_taken()
    {
        _scene.Spec = _scene.Spec with { Buffer = new() { Participants = 0, Percent = 50 } };
        _scene.With("a", 70);
        Expect(_scene.Decide(), ScaleCase.TooFewPlaces, create: 1, desired: 2);
    }

    [Fact]
    public void S7_pods_that_start_count_already()
    {
        _scene.With("a", 95).WithStarting("b", 5);
        Expect(_scene.Decide(), ScaleCase.Enough, desired: 2);
    }

    [Fact]
    public void S7_people_on_pods_that_go_need_places()
    {
        _scene.With("a", 50).With("b", 40, p => p with { DeletedAt = _scene.Now.AddMinutes(10) });
        Expect(_scene.Decide(), ScaleCase.TooFewPlaces, create: 1, desired: 2);
    }

    [Fact]
    public void S8_no_more_than_scaleUp_allows_within_the_window()
    {
        _scene.With("a", 60);
        _scene.Trend = 6000;
        Expect(_scene.Decide(), ScaleCase.TooFewPlaces, create: 3, desired: 10);
        foreach (var name in (string[])["b", "c", "d"]) _scene.WithStarting(name, 0);
        var waiting = _scene.After(5).Decide();
        Expect(waiting, ScaleCase.WindowUsedUp, desired: 10);
        Assert.Equal(_scene.Now.AddSeconds(5), waiting.LookAgainAt);
        Expect(_scene.After(5).Decide(), ScaleCase.TooFewPlaces, create: 3, desired: 10);
    }

    [Fact]
    public void S9_never_more_than_maxPods()
    {
        _scene.Spec = _scene.Spec with { MaxPods = 2 };
        _scene.With("a", 95).With("b", 95);
        var decision = _scene.Decide();
        Expect(decision, ScaleCase.AtMax, desired: 2);
        Assert.True(decision.Limited);
    }

    [Fact]
    public void S10_and_S11_a_pod_goes_only_when_no_need_showed_within_the_window()
    {
        _scene.With("a", 30).With("b", 10);
        _scene.Memory = ScaleMemory.Begin(2, _scene.Now);
        Expect(_scene.Decide(), ScaleCase.Stabilizing, desired: 2);
        _scene.Carry("a", 90);
        Expect(_scene.After(40).Decide(), ScaleCase.Enough, desired: 2);
        _scene.Carry("a", 30);
        Expect(_scene.After(40).Decide(), ScaleCase.Stabilizing, desired: 2);
        Expect(_scene.After(19).Decide(), ScaleCase.Stabilizing, desired: 2);
        Expect(_scene.After(2).Decide(), ScaleCase.Superfluous, drain: ["b"], desired: 1);
    }

    [Fact]
    public void S10_so_many_drains_within_the_window_and_no_more()
    {
        foreach (var name in (string[])["a", "b", "c", "d"]) _scene.With(name, 0);
        Expect(_scene.Decide(), ScaleCase.Superfluous, drain: ["a"], desired: 1);
        _scene.Change("a", _scene.Draining(ScaleCase.Superfluous, 0));
        Expect(_scene.After(30).Decide(), ScaleCase.Stabilizing, desired: 1);
        // The pod that drained is gone meanwhile: its drain still counts.
        _scene.Pods.RemoveAt(0);
        Expect(_scene.After(29).Decide(), ScaleCase.Stabilizing, desired: 1);
        Expect(_scene.After(2).Decide(), ScaleCase.Superfluous, drain: ["b"], desired: 1);
    }

    [Theory]
    [InlineData(70, 0, 1)] // 30 free afterwards: the buffer and a tenth of a pod
    [InlineData(71, 0, 0)] // one less: it stays
    [InlineData(60, 10, 1)] // its own ten people need a place too
    [InlineData(60, 11, 0)]
    public void S11_what_stays_has_places_for_everybody_and_the_margin(int stays, int goes, int drained)
    {
        _scene.With("a", stays).With("b", goes);
        Expect(_scene.Decide(), drained == 0 ? ScaleCase.Enough : ScaleCase.Superfluous, drain: drained == 0 ? [] : ["b"], desired: 2 - drained);
    }

    [Fact]
    public void S11_what_was_desired_before_the_operator_started_holds_for_a_window()
    {
        _scene.With("a", 0).With("b", 0);
        _scene.Memory = ScaleMemory.Begin(2, _scene.Now);
        Expect(_scene.After(59).Decide(), ScaleCase.Stabilizing, desired: 2);
        Expect(_scene.After(2).Decide(), ScaleCase.Superfluous, drain: ["a"], desired: 1);
    }

    [Fact]
    public void S12_a_pool_without_people_and_without_bounds_may_be_empty()
    {
        _scene.Spec = _scene.Spec with { MinPods = 0, Buffer = new() { Participants = 0 } };
        Expect(_scene.Decide(), ScaleCase.Enough, desired: 0);
    }

    [Fact]
    public void S17_a_lower_maxPods_drains_at_once()
    {
        _scene.Spec = _scene.Spec with { MaxPods = 2 };
        _scene.With("a", 90).With("b", 80).With("c", 70).With("d", 90);
        Expect(_scene.Decide(), ScaleCase.AboveMax, drain: ["c", "b"], desired: 2);
    }

    [Fact]
    public void A_pod_that_never_took_a_meeting_is_deleted_rather_than_drained()
    {
        _scene.With("a", 0).WithStarting("b", 5);
        var decision = _scene.Decide();
        Expect(decision, ScaleCase.Superfluous, desired: 1);
        Assert.Equal("b", Assert.Single(decision.Remove).Pod);
    }

    internal static void Expect(ScaleDecision decision, ScaleCase why, int create = 0, string[]? drain = null, string[]? takeBack = null, int? desired = null)
    {
        Assert.Equal((why, create), (decision.Case, decision.Create));
        Assert.Equal(drain ?? [], decision.Drain.Select(d => d.Pod));
        Assert.Equal(takeBack ?? [], decision.TakeBack.Select(d => d.Pod));
        if (desired is { } pods) Assert.Equal(pods, decision.Desired);
        Assert.NotEmpty(decision.Reason);
    }
}
