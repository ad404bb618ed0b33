using Conference.MediaPod.Sfu.Estimation;

namespace Conference.Sfu.Tests.Estimation;

/// <summary>Cases E6 and E7.</summary>
public sealed class RateControlTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void E6_far_from_a_full_path_it_grows_by_eight_percent_a_second()
    {
        var rate = new RateControl(1_000_000);
        Run(rate, DelaySignal.Normal, seconds: 5, acknowledged: 10_000_000);
        Assert.InRange(rate.BitsPerSecond, 1_000_000 * 1.08 * 1.08 * 1.08 * 1.08, 1_480_000);
    }

    [Fact]
    public void E6_overuse_takes_it_to_a_part_of_what_arrives_and_growth_near_there_is_slow()
    {
        var rate = new RateControl(3_000_000);
        Assert.True(rate.Update(Input(DelaySignal.Overused, 1_000_000), Second));
        Assert.Equal(850_000, rate.BitsPerSecond);
        Assert.True(rate.IsNearCapacity);
        rate.Update(Input(DelaySignal.Underused, 1_000_000), 2 * Second);
        Assert.Equal(850_000, rate.BitsPerSecond); // a queue drains
        Run(rate, DelaySignal.Normal, seconds: 2, acknowledged: 850_000, from: 3 * Second);
        Assert.InRange(rate.BitsPerSecond, 855_000, 960_000);
    }

    [Fact]
    public void E6_it_falls_once_per_round_trip()
    {
        var rate = new RateControl(3_000_000);
        Assert.True(rate.Update(Input(DelaySignal.Overused, 2_000_000), Second));
        Assert.False(rate.Update(Input(DelaySignal.Overused, 1_500_000), Second + 50_000));
        Assert.Equal(1_700_000, rate.BitsPerSecond);
        Assert.True(rate.Update(Input(DelaySignal.Overused, 1_500_000), Second + 150_000));
        Assert.Equal(1_275_000, rate.BitsPerSecond);
        Assert.True(rate.Update(Input(DelaySignal.Overused, 300_000), Second + 160_000)); // half or less arrives: at once
    }

    [Fact]
    public void E6_a_path_that_carries_more_than_it_did_is_far_again()
    {
        var rate = new RateControl(3_000_000);
        rate.Update(Input(DelaySignal.Overused, 1_000_000), Second);
        Run(rate, DelaySignal.Normal, seconds: 1, acknowledged: 2_000_000, from: 2 * Second);
        Assert.False(rate.IsNearCapacity);
    }

    [Theory]
    [InlineData(true, 1.5)]
    [InlineData(false, 3.5)]
    public void E7_it_does_not_grow_beyond_what_was_seen(bool canProbe, double times)
    {
        var rate = new RateControl(600_000);
        for (var i = 0; i < 6_000; i++) rate.Update(Input(DelaySignal.Normal, 500_000) with { CanProbe = canProbe }, i * 50_000L);
        Assert.InRange(rate.BitsPerSecond, 500_000 * times * 0.99, 500_000 * times + 20_000);
    }

    [Fact]
    public void E7_it_does_not_fall_because_little_is_sent()
    {
        var rate = new RateControl(4_000_000);
        for (var i = 0; i < 6_000; i++) rate.Update(Input(DelaySignal.Normal, 40_000) with { Sent = 40_000, Limited = true }, i * 50_000L);
        Assert.Equal(4_000_000, rate.BitsPerSecond);
    }

    [Fact]
    public void E7_overuse_while_little_is_sent_costs_a_part_of_the_estimate_unless_even_that_does_not_arrive()
    {
        var rate = new RateControl(4_000_000);
        rate.Update(Input(DelaySignal.Overused, 40_000) with { Sent = 40_000, Limited = true }, Second);
        Assert.Equal(3_400_000, rate.BitsPerSecond);
        rate.Update(Input(DelaySignal.Overused, 400_000) with { Sent = 2_000_000, Limited = true }, 2 * Second);
        Assert.Equal(340_000, rate.BitsPerSecond);
    }

    [Fact]
    public void It_stays_within_its_bounds()
    {
        var rate = new RateControl(100_000);
        for (var i = 0; i < 100; i++) rate.Update(Input(DelaySignal.Overused, 1_000), i * Second);
        Assert.Equal(RateControl.Least, rate.BitsPerSecond);
        rate.Set(long.MaxValue, 200 * Second);
        Assert.Equal(RateControl.Most, rate.BitsPerSecond);
        Run(rate, DelaySignal.Normal, 5, long.MaxValue / 8, 201 * Second);
        Assert.Equal(RateControl.Most, rate.BitsPerSecond);
    }

    private static RateInput Input(DelaySignal signal, long acknowledged) => new(signal, acknowledged, acknowledged, false, true, 100_000);

    private static void Run(RateControl rate, DelaySignal signal, int seconds, long acknowledged, long from = 0)
    {
        for (var at = from; at <= from + seconds * Second; at += 50_000) rate.Update(Input(signal, acknowledged), at);
    }
}
