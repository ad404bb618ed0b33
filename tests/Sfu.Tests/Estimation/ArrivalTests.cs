using Conference.MediaPod.Sfu.Estimation;

namespace Conference.Sfu.Tests.Estimation;

/// <summary>Cases E1 to E5: what is read out of arrivals.</summary>
public sealed class ArrivalTests
{
    private const long Ms = 1_000;

    [Fact]
    public void E1_packets_of_one_burst_are_one_group_and_groups_are_compared_by_their_ends()
    {
        var groups = new ArrivalGroups();
        Assert.False(groups.Add(0, 100 * Ms, 150 * Ms, out _));
        Assert.False(groups.Add(4 * Ms, 104 * Ms, 150 * Ms, out _));
        Assert.False(groups.Add(33 * Ms, 135 * Ms, 180 * Ms, out _)); // the first comparison needs two whole groups
        Assert.True(groups.Add(66 * Ms, 170 * Ms, 210 * Ms, out var delta));
        Assert.Equal(new GroupDelta(29 * Ms, 31 * Ms, 135 * Ms), delta);
        Assert.Equal(2 * Ms, delta.GrowthMicroseconds);
    }

    [Fact]
    public void E1_what_arrives_as_one_burst_is_one_group()
    {
        var groups = new ArrivalGroups();
        groups.Add(0, 50 * Ms, 60 * Ms, out _);
        groups.Add(20 * Ms, 70 * Ms, 80 * Ms, out _);
        // Held up for 80 ms and let go at once.
        for (var sent = 40; sent <= 100; sent += 20) Assert.Equal(sent == 40, groups.Add(sent * Ms, 150 * Ms + sent, 160 * Ms, out _));
        Assert.True(groups.Add(120 * Ms, 170 * Ms, 180 * Ms, out var delta));
        Assert.Equal(80 * Ms, delta.SentMicroseconds);
        Assert.InRange(delta.ArrivedMicroseconds, 80 * Ms, 80 * Ms + 200); // as if nothing had happened
    }

    [Fact]
    public void E1_packets_sent_before_their_group_are_ignored()
    {
        var groups = new ArrivalGroups();
        groups.Add(0, 50 * Ms, 60 * Ms, out _);
        groups.Add(20 * Ms, 70 * Ms, 80 * Ms, out _);
        Assert.False(groups.Add(10 * Ms, 500 * Ms, 80 * Ms, out _));
        Assert.True(groups.Add(40 * Ms, 90 * Ms, 100 * Ms, out var delta));
        Assert.Equal(20 * Ms, delta.ArrivedMicroseconds);
    }

    [Theory]
    [InlineData(3_600_000)]
    [InlineData(-3_600_000)]
    public void E2_a_clock_that_jumps_is_begun_anew(long jump)
    {
        var groups = new ArrivalGroups();
        var completed = 0;
        for (var i = 0; i < 100; i++)
        {
            var at = i * 20L;
            if (groups.Add(at * Ms, (at + 5_000_000 + (i >= 50 ? jump : 0)) * Ms, at * Ms, out var delta))
            {
                completed++;
                Assert.Equal(0, delta.GrowthMicroseconds);
            }
        }
        Assert.Equal(1, groups.Jumps);
        Assert.InRange(completed, 93, 98);
    }

    [Fact]
    public void E3_growing_delay_is_overuse_falling_delay_underuse()
    {
        var trend = new DelayTrend();
        var (now, arrival) = (0L, 0L);
        Feed(60, 0);
        Assert.Equal(DelaySignal.Normal, trend.Signal);
        var steps = 0;
        while (trend.Signal != DelaySignal.Overused && steps++ < 40) Feed(1, 6);
        Assert.InRange(steps, 1, 25); // within half a second of 6 ms more in every 20
        Feed(20, -6);
        Assert.Equal(DelaySignal.Underused, trend.Signal);
        Feed(60, 0);
        Assert.Equal(DelaySignal.Normal, trend.Signal);

        void Feed(int groups, int growth)
        {
            for (var i = 0; i < groups; i++)
            {
                now += 20 * Ms;
                arrival += (20 + growth) * Ms;
                trend.Add(new GroupDelta(20 * Ms, (20 + growth) * Ms, arrival), now);
            }
        }
    }

    [Fact]
    public void E3_the_threshold_learns_from_jitter_and_forgets_slowly()
    {
        var trend = new DelayTrend();
        var (now, arrival, before) = (0L, 0L, 0L);
        var highest = trend.Threshold;
        for (var i = 0; i < 2_000; i++)
        {
            var jitter = (long)(30 * Ms * (1 + Math.Sin(i / 15.0))); // up and down by 60 ms every two seconds
            now += 20 * Ms;
            arrival += 20 * Ms + jitter - before;
            trend.Add(new GroupDelta(20 * Ms, 20 * Ms + jitter - before, arrival), now);
            before = jitter;
            highest = Math.Max(highest, trend.Threshold);
            Assert.InRange(trend.Threshold, 6, 600);
        }
        Assert.True(highest > 12.5);
    }

    [Fact]
    public void E4_the_queue_is_what_even_the_least_delayed_packet_waited()
    {
        var queue = new QueueDelay();
        Feedback(0, 40, 55, 90);
        Assert.Equal(0, queue.Microseconds);
        Feedback(50, 41, 70, 190);
        Assert.Equal(1 * Ms, queue.Microseconds);
        Feedback(100, 140, 150);
        Assert.Equal(100 * Ms, queue.Microseconds);
        // A longer path is taken for a queue until the shorter one is forgotten, where packets are lost now and then.
        for (var at = 150; at < 14_000; at += 50)
        {
            if (at % 500 == 0) queue.Lost();
            Feedback(at, 140, 150);
        }
        Assert.Equal(100 * Ms, queue.Microseconds);
        for (var at = 14_000; at < 31_000; at += 50)
        {
            if (at % 500 == 0) queue.Lost();
            Feedback(at, 140, 150);
        }
        Assert.Equal(0, queue.Microseconds);
        Feedback(31_050, 25_000_000);
        Assert.Equal(0, queue.Microseconds); // E2: no queue is so long

        void Feedback(long at, params long[] delays)
        {
            foreach (var delay in delays) queue.Add(at * Ms, (at + delay + 123_456) * Ms);
            queue.EndFeedback(at * Ms);
        }
    }

    [Fact]
    public void E4_a_delay_that_does_not_move_for_two_seconds_is_the_paths_own()
    {
        var queue = new QueueDelay();
        for (var at = 0; at < 3_000; at += 50) Feedback(at, 40 + at / 50 % 3);
        Assert.InRange(queue.Microseconds, 0, 2 * Ms);
        // Another network: 30 ms longer, for good.
        for (var at = 3_000; at < 4_500; at += 50) Feedback(at, 70 + at / 50 % 3);
        Assert.InRange(queue.Microseconds, 30 * Ms, 32 * Ms);
        for (var at = 4_500; at < 5_600; at += 50) Feedback(at, 70 + at / 50 % 3);
        Assert.InRange(queue.Microseconds, 0, 2 * Ms);
        // A queue trembles as it is filled and served, and is never taken for the path.
        for (var at = 5_600; at < 12_000; at += 50)
        {
            Feedback(at, 140 + at / 500 % 3 * 6);
            if (at > 5_700) Assert.InRange(queue.Microseconds, 65 * Ms, 90 * Ms);
        }

        void Feedback(long at, long delay)
        {
            queue.Add(at * Ms, (at + delay) * Ms);
            queue.EndFeedback(at * Ms);
        }
    }

    [Fact]
    public void E5_the_rate_is_what_arrives()
    {
        var rate = new AcknowledgedRate();
        var at = Send(rate, 0, 400, 1_000_000);
        Assert.Null(rate.BitsPerSecond);
        at = Send(rate, at, 2_000, 1_000_000);
        Assert.InRange(rate.BitsPerSecond ?? 0, 930_000, 1_070_000);
        at = Send(rate, at, 3_000, 300_000);
        Assert.InRange(rate.BitsPerSecond ?? 0, 270_000, 330_000);
        // A gap says nothing, neither does what is reordered a little.
        Send(rate, at + 2_000 * Ms, 1_000, 300_000);
        rate.Add(1200, at);
        Assert.InRange(rate.BitsPerSecond ?? 0, 250_000, 350_000);
    }

    [Fact]
    public void E5_the_last_sample_is_the_path_now()
    {
        var rate = new AcknowledgedRate();
        var at = Send(rate, 0, 3_000, 3_000_000);
        Send(rate, at, 320, 500_000);
        Assert.InRange(rate.LastSample ?? 0, 350_000, 650_000);
        Assert.True(rate.BitsPerSecond > 800_000);
    }

    [Fact]
    public void E5_a_clock_that_goes_back_does_not_stop_it()
    {
        var rate = new AcknowledgedRate();
        Send(rate, 100_000_000_000, 2_000, 1_000_000);
        Send(rate, 5_000, 2_000, 400_000);
        Assert.InRange(rate.BitsPerSecond ?? 0, 350_000, 550_000);
    }

    private static long Send(AcknowledgedRate rate, long from, int milliseconds, long bitsPerSecond)
    {
        var step = 1000 * 8 * 1_000_000L / bitsPerSecond;
        var at = from;
        for (; at < from + milliseconds * Ms; at += step) rate.Add(1000, at);
        return at;
    }
}
