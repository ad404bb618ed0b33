using Conference.Operator.Cluster;
using Conference.Operator.Cluster.Model;

namespace Conference.Operator.Tests.Cluster;

public sealed class LeaderViewTests
{
    private static readonly LeaderTimes Times = new(TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(1));
    private static readonly DateTimeOffset Clock = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void A_lease_that_is_not_there_or_free_is_taken()
    {
        Assert.Equal(LeaderAction.Take, new LeaderView().Seen(null, "a", At(0)).Next("a", Times, At(0)));
        Assert.Equal(LeaderAction.Take, new LeaderView().Seen(Held("", 0), "a", At(0)).Next("a", Times, At(0)));
    }

    [Fact]
    public void A_foreign_lease_is_left_alone_until_it_has_not_changed_for_its_duration()
    {
        var view = new LeaderView().Seen(Held("b", 0), "a", At(100));
        Assert.Equal(LeaderAction.Wait, view.Next("a", Times, At(107.9)));
        view = view.Seen(Held("b", 3), "a", At(107.9)); // renewed
        Assert.Equal(LeaderAction.Wait, view.Next("a", Times, At(115.8)));
        view = view.Seen(Held("b", 3), "a", At(115.8)); // the same again
        Assert.Equal(LeaderAction.Take, view.Next("a", Times, At(115.9)));
    }

    [Fact]
    public void The_holders_clock_does_not_matter()
    {
        var longAgo = new LeaderView().Seen(Held("b", -100_000), "a", At(0));
        Assert.Equal(LeaderAction.Wait, longAgo.Next("a", Times, At(7.9)));
        var ahead = new LeaderView().Seen(Held("b", 100_000), "a", At(0));
        Assert.Equal(LeaderAction.Take, ahead.Next("a", Times, At(8)));
    }

    [Theory]
    [InlineData(30, 30)]
    [InlineData(1, 1)]
    [InlineData(0, 8)]
    [InlineData(-5, 8)]
    [InlineData(int.MaxValue, 8)]
    public void What_the_holder_promised_counts_unless_it_makes_no_sense(int promised, int waits)
    {
        var view = new LeaderView().Seen(Held("b", 0, promised), "a", At(0));
        Assert.Equal(LeaderAction.Wait, view.Next("a", Times, At(waits - 0.01)));
        Assert.Equal(LeaderAction.Take, view.Next("a", Times, At(waits)));
    }

    [Fact]
    public void A_leader_stops_before_another_may_begin_whatever_the_delays()
    {
        // The renewal is sent at 10, arrives anywhere later; the other one sees it no earlier than it was sent.
        var leader = new LeaderView().Written(Held("a", 10), At(10));
        var other = new LeaderView().Seen(Held("a", 10), "b", At(10));
        for (var now = 10.0; now < 30; now += 0.1)
            Assert.False(leader.Leads(Times, At(now)) && other.Next("b", Times, At(now)) == LeaderAction.Take);
        Assert.True(leader.Leads(Times, At(14.9)));
        Assert.False(leader.Leads(Times, At(15)));
        Assert.Equal(LeaderAction.Take, other.Next("b", Times, At(18)));
    }

    [Fact]
    public void A_leader_that_reads_a_foreign_name_leads_no_longer()
    {
        var view = new LeaderView().Written(Held("a", 0), At(0)).Seen(Held("b", 1), "a", At(1));
        Assert.False(view.Leads(Times, At(1)));
        Assert.Equal(LeaderAction.Wait, view.Next("a", Times, At(1)));
    }

    [Fact]
    public void A_restarted_process_takes_the_lease_of_its_predecessor_at_once()
    {
        var view = new LeaderView().Seen(Held("a", 0), "a", At(0));
        Assert.False(view.Leads(Times, At(0)));
        Assert.Equal(LeaderAction.Take, view.Next("a", Times, At(0)));
    }

    [Fact]
    public void Changes_of_hands_are_counted_and_the_time_of_taking_is_kept()
    {
        var taken = new LeaderView().Seen(Held("b", 0), "a", At(0)).Claim("ns", "lease", "a", Times, Clock.AddSeconds(9));
        Assert.Equal(("a", 8, 5, Clock.AddSeconds(9)), (taken.Spec.HolderIdentity, taken.Spec.LeaseDurationSeconds, taken.Spec.LeaseTransitions, taken.Spec.AcquireTime));
        Assert.Equal("7", taken.Metadata.ResourceVersion);
        var renewed = new LeaderView().Written(taken, At(9)).Claim("ns", "lease", "a", Times, Clock.AddSeconds(10));
        Assert.Equal((5, Clock.AddSeconds(9), Clock.AddSeconds(10)), (renewed.Spec.LeaseTransitions, renewed.Spec.AcquireTime, renewed.Spec.RenewTime));
        Assert.Equal(0, new LeaderView().Claim("ns", "lease", "a", Times, Clock).Spec.LeaseTransitions);
    }

    [Theory]
    [InlineData(8, 8, 1)]
    [InlineData(8, 5, 5)]
    [InlineData(8, 5, 0)]
    public void Times_that_do_not_grow_are_refused(int duration, int deadline, int retry) =>
        Assert.Throws<ArgumentException>(() => new LeaderTimes(At(duration), At(deadline), At(retry)).Checked());

    private static Lease Held(string holder, int renewed, int seconds = 8) => new()
    {
        Metadata = new ObjectMeta { Name = "lease", Namespace = "ns", ResourceVersion = "7" },
        Spec = new LeaseSpec { HolderIdentity = holder, LeaseDurationSeconds = seconds, AcquireTime = Clock, RenewTime = Clock.AddSeconds(renewed), LeaseTransitions = 4 },
    };
}
