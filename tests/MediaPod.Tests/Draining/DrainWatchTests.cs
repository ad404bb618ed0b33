using Conference.MediaPod.Host.Draining;

namespace Conference.MediaPod.Tests.Draining;

/// <summary>When a pod that was told to end does so.</summary>
public sealed class DrainWatchTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly DrainWatch _watch = new(Start, TimeSpan.FromMinutes(10));

    [Fact]
    public void A_pod_that_nobody_uses_ends_after_a_moment_in_which_a_place_may_show()
    {
        Assert.Null(Look(0));
        Assert.Null(Look(0.9));
        Assert.Equal(DrainEnd.Empty, Look(1));
    }

    [Fact]
    public void A_place_that_was_given_at_the_last_moment_is_waited_for_and_so_is_its_session()
    {
        Look(0);
        Assert.Null(Look(0.9, planned: 1));
        Assert.Null(Look(4.9, planned: 1));
        Assert.Null(Look(4.95, sessions: 1, planned: 1));
        Assert.Null(Look(300, sessions: 1, planned: 1));
        Assert.Null(Look(301));
        Assert.Equal(DrainEnd.Empty, Look(302));
    }

    [Fact]
    public void Who_is_planned_and_does_not_come_holds_nobody_up()
    {
        Look(0, planned: 1);
        Assert.Null(Look(4.9, planned: 1));
        Assert.Equal(DrainEnd.Empty, Look(5, planned: 1));
    }

    [Fact]
    public void The_deadline_ends_what_lasts()
    {
        Assert.Null(Look(599.9, sessions: 40, planned: 40));
        Assert.Equal(DrainEnd.Deadline, Look(600, sessions: 40, planned: 40));
    }

    private DrainEnd? Look(double second, int sessions = 0, int planned = 0) => _watch.Look(Start.AddSeconds(second), sessions, planned);
}
