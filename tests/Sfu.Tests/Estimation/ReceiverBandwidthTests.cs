using Conference.MediaPod.Sfu.Estimation;
using Conference.MediaPod.Sfu.Pacing;
using Conference.Support.Media.Impairment;
using static Conference.Sfu.Tests.Estimation.PathSimulation;

namespace Conference.Sfu.Tests.Estimation;

/// <summary>What the allocator sees: cases E7, E9, E11 to E14, and P1.</summary>
public sealed class ReceiverBandwidthTests
{
    [Fact]
    public void Nothing_is_known_before_feedback()
    {
        var bandwidth = new ReceiverBandwidth();
        for (var at = 0; at < 5 * Second; at += 10_000) bandwidth.Sent(1_000, counted: true, at);
        bandwidth.Tick(5 * Second);
        Assert.Null(bandwidth.BitsPerSecond);
        Assert.False(bandwidth.ApplicationLimited);
        Assert.InRange(bandwidth.SentBitsPerSecond, 780_000, 820_000);
        Assert.Equal(0, bandwidth.Revision);
        bandwidth.Tick(10 * Second);
        Assert.Equal(0, bandwidth.SentBitsPerSecond);
    }

    [Fact]
    public void E15_what_the_plan_bounds_is_never_exceeded_whatever_the_path_carries()
    {
        var bandwidth = new ReceiverBandwidth();
        bandwidth.BoundTo(1_200_000);
        Assert.Equal(1_200_000, bandwidth.BitsPerSecond);
        bandwidth.Reported(5_000_000, Second);
        Assert.Equal(1_200_000, bandwidth.BitsPerSecond);
        bandwidth.WantUpTo(9_000_000);
        Assert.Equal(1_200_000, bandwidth.WantedBitsPerSecond);
        bandwidth.Reported(500_000, 2 * Second);
        Assert.Equal(500_000, bandwidth.BitsPerSecond);
        bandwidth.BoundTo(null);
        bandwidth.Reported(5_000_000, 3 * Second);
        Assert.Equal(5_000_000, bandwidth.BitsPerSecond);
    }

    [Fact]
    public void E13_remb_is_the_estimate_of_who_sends_no_feedback_for_ten_seconds()
    {
        var bandwidth = new ReceiverBandwidth();
        bandwidth.Reported(0, 0);
        Assert.Null(bandwidth.BitsPerSecond);
        bandwidth.Reported(900_000, Second);
        Assert.Equal(900_000, bandwidth.BitsPerSecond);
        Assert.True(bandwidth.ApplicationLimited);
        bandwidth.Reported(ulong.MaxValue, 2 * Second);
        Assert.Equal(RateControl.Most, bandwidth.BitsPerSecond);
        bandwidth.Tick(12 * Second);
        Assert.NotNull(bandwidth.BitsPerSecond);
        bandwidth.Tick(12 * Second + 1);
        Assert.Null(bandwidth.BitsPerSecond);
        Assert.Equal(3, bandwidth.Revision);
    }

    [Fact]
    public void E13_remb_bounds_the_estimate_of_who_sends_feedback()
    {
        var sim = new PathSimulation(new ImpairedLink(1, Fast));
        sim.Run(5 * Second);
        Assert.True(sim.Estimate > 2_000_000);
        sim.Bandwidth.Reported(700_000, sim.Now);
        Assert.Equal(700_000, sim.Bandwidth.BitsPerSecond);
    }

    [Fact]
    public void Revision_grows_with_what_is_notable_and_with_anything_below_what_is_sent()
    {
        var bandwidth = new ReceiverBandwidth();
        bandwidth.Reported(1_000_000, Second);
        Assert.Equal(1, bandwidth.Revision);
        bandwidth.Reported(1_020_000, Second);
        bandwidth.Reported(990_000, Second);
        Assert.Equal(1, bandwidth.Revision);
        bandwidth.Reported(1_031_000, Second);
        Assert.Equal(2, bandwidth.Revision);
        for (var at = Second; at < 4 * Second; at += 8_000) bandwidth.Sent(1_040, true, at);
        bandwidth.Tick(4 * Second);
        Assert.False(bandwidth.ApplicationLimited);
        bandwidth.Reported(1_030_000, 4 * Second);
        Assert.Equal(3, bandwidth.Revision);
    }

    [Fact]
    public void E7_little_sent_leaves_the_estimate_alone_for_a_long_time()
    {
        var sim = new PathSimulation(new ImpairedLink(1, Fast));
        sim.Run(10 * Second);
        var before = sim.Estimate;
        sim.SourceRate = 0;
        sim.Wanted = 0;
        sim.Run(120 * Second);
        Assert.Equal(before, sim.Estimate);
        Assert.True(sim.Bandwidth.ApplicationLimited);
        Assert.InRange(sim.Bandwidth.SentBitsPerSecond, 35_000, 45_000);
    }

    [Fact]
    public void E9_nothing_wanted_nothing_probed()
    {
        var sim = new PathSimulation(new ImpairedLink(1, Fast)) { SourceRate = 300_000, Wanted = 0 };
        sim.Run(30 * Second);
        Assert.Equal(0, sim.ProbeBytes);
        Assert.InRange(sim.Estimate, 550_000, 660_000); // 1.5 times picture and sound would be less than the start
        sim.Wanted = 3_000_000;
        sim.Run(2 * Second);
        Assert.InRange(sim.Estimate, 3_000_000, 5_000_000);
        Assert.InRange(sim.ProbeBytes, 1, 30_000);
    }

    [Fact]
    public void E11_probes_into_a_full_path_do_no_harm()
    {
        // It carries what is sent and hardly more, and much more is wanted all the time.
        var link = new ImpairedLink(2, Fast with { BitsPerSecond = 700_000 });
        var sim = new PathSimulation(link) { Layers = [150_000, 500_000, 2_400_000] };
        sim.Run(10 * Second);
        var (longest, probes) = (0L, sim.Bandwidth.Probes.Count);
        sim.Run(60 * Second, s =>
        {
            longest = Math.Max(longest, link.QueueMicroseconds(s.Now));
            Assert.InRange(s.Estimate, 450_000, 1_000_000);
        });
        Assert.InRange(sim.Bandwidth.Probes.Count - probes, 8, 25);
        Assert.InRange(longest, 0, 120 * Millisecond);
        Assert.InRange(sim.Bandwidth.SentBitsPerSecond, 400_000, 600_000);
    }

    [Fact]
    public void E12_feedback_that_stops_takes_the_estimate_down_a_part_and_is_forgotten_then()
    {
        var sim = new PathSimulation(new ImpairedLink(1, Fast));
        sim.Run(10 * Second);
        sim.SendsFeedback = false;
        sim.Run(100 * Millisecond);
        var before = sim.Estimate;
        sim.Run(1_800 * Millisecond);
        Assert.Equal(before, sim.Estimate);
        sim.Run(4 * Second);
        Assert.InRange(sim.Estimate, SendSideEstimator.SilentLeast, before * 6 / 10);
        sim.Run(3 * Second);
        Assert.InRange(sim.Estimate, SendSideEstimator.SilentLeast, before * 6 / 10);
        sim.Run(3 * Second);
        Assert.Null(sim.Bandwidth.BitsPerSecond);
        sim.SendsFeedback = true;
        sim.Run(5 * Second);
        Assert.True(sim.Estimate > 1_500_000);
    }

    [Fact]
    public void E12_who_is_sent_nothing_keeps_the_estimate()
    {
        var bandwidth = Learned(out var now);
        var before = bandwidth.BitsPerSecond;
        for (var i = 0; i < 60; i++) bandwidth.Tick(now += Second);
        Assert.Equal(before, bandwidth.BitsPerSecond);
    }

    [Fact]
    public void E14_impossible_times_do_no_more_than_impossible_times_can()
    {
        var bandwidth = Learned(out var now);
        var random = new Random(5);
        for (var i = 0; i < 2_000; i++)
        {
            now += 50_000;
            for (var j = 0; j < 10; j++)
            {
                bandwidth.Sent(1_000, true, now);
                if (random.Next(3) == 0) bandwidth.Lost();
                else bandwidth.Arrived(now - random.Next(1_000_000), random.NextInt64(-1L << 40, 1L << 40), 1_000, (byte)random.Next(256), random.Next(5) == 0, now);
            }
            bandwidth.EndFeedback(now);
            bandwidth.TryProbe(now);
            bandwidth.EndProbe();
            Assert.InRange(bandwidth.BitsPerSecond ?? RateControl.Least, RateControl.Least, RateControl.Most);
        }
    }

    [Fact]
    public void Nothing_is_allocated_for_feedback()
    {
        var bandwidth = Learned(out var now);
        var before = 0L;
        for (var i = 0; i < 2_000; i++)
        {
            if (i == 1_000) before = GC.GetAllocatedBytesForCurrentThread();
            now += 50_000;
            for (var j = 0; j < 20; j++)
            {
                bandwidth.Sent(1_000, true, now);
                bandwidth.Arrived(now - 100_000 + j * 2_500, now + j * 2_500, 1_000, 0, false, now);
            }
            bandwidth.EndFeedback(now);
            bandwidth.TryProbe(now);
            bandwidth.EndProbe();
            bandwidth.Tick(now);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void P1_a_burst_leaves_at_once_and_the_rest_at_one_and_a_half_times_the_estimate()
    {
        var budget = new PacingBudget();
        Assert.True(budget.IsUnpaced);
        Assert.True(budget.MaySend(0));
        budget.Follow(2_000_000, Second);
        Assert.Equal(3_000_000, budget.BitsPerSecond);
        var sent = 0;
        while (budget.MaySend(Second))
        {
            budget.Take(1_200, Second);
            sent++;
        }
        Assert.Equal(10, sent);
        sent = 0;
        for (var at = Second; at < 2 * Second; at += Millisecond)
        {
            while (budget.MaySend(at))
            {
                budget.Take(1_200, at);
                sent++;
            }
        }
        Assert.InRange(sent, 308, 318); // 3 Mbps of 1,200 bytes for a second
        Assert.InRange(budget.Wait(2 * Second), 0, 3 * Millisecond);
    }

    [Fact]
    public void P1_at_low_estimates_a_burst_is_smaller_and_with_none_nothing_waits()
    {
        var budget = new PacingBudget();
        budget.Follow(400_000, 0);
        var sent = 0;
        for (; budget.MaySend(0); sent++) budget.Take(1_200, 0);
        Assert.InRange(sent, 3, 4);
        budget.Follow(1_000, 0);
        Assert.Equal(PacingBudget.Least, budget.BitsPerSecond);
        for (var i = 0; i < 100; i++) budget.Take(1_200, 0); // sound and what else does not wait
        Assert.InRange(budget.Wait(0), 1, 150 * Millisecond); // never more than one burst in advance
        budget.Follow(null, 0);
        Assert.True(budget.MaySend(0));
    }

    [Fact]
    public void P1_a_fast_path_is_used_although_what_waits_is_released_every_two_milliseconds()
    {
        var budget = new PacingBudget();
        budget.Follow(200_000_000, 0);
        var bytes = 0L;
        for (var at = 0L; at < Second; at += 2 * Millisecond)
        {
            for (; budget.MaySend(at); bytes += 1_200) budget.Take(1_200, at);
        }
        Assert.InRange(bytes * 8, 295_000_000, 310_000_000);
    }

    private static LinkConditions Fast => new() { BitsPerSecond = 20_000_000, QueueTime = TimeSpan.FromMilliseconds(300), Delay = TimeSpan.FromMilliseconds(25) };

    private static ReceiverBandwidth Learned(out long now)
    {
        var sim = new PathSimulation(new ImpairedLink(1, Fast));
        sim.Run(10 * Second);
        now = sim.Now;
        Assert.NotNull(sim.Bandwidth.BitsPerSecond);
        return sim.Bandwidth;
    }
}
