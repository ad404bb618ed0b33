using Conference.MediaPod.Sfu.Redundancy;

namespace Conference.Sfu.Tests.Redundancy;

/// <summary>Cases R1 to R5 of docs/repair.md.</summary>
public sealed class RedundancyPolicyTests
{
    private readonly RedundancyPolicy _policy = new();
    private long _now;

    [Fact]
    public void R1_without_loss_sound_goes_as_it_came()
    {
        Report(60, lost: 0);
        Assert.Equal(RedundancyLevel.AsItCame, _policy.Level);
        Report(1, lost: 1); // one packet says nothing
        Assert.Equal(RedundancyLevel.AsItCame, _policy.Level);
    }

    [Theory]
    [InlineData(1, RedundancyLevel.AsItCame)]
    [InlineData(2, RedundancyLevel.One)]
    [InlineData(7, RedundancyLevel.One)]
    [InlineData(8, RedundancyLevel.Two)]
    [InlineData(90, RedundancyLevel.Two)]
    public void R2_R3_loss_raises_at_once(int lostOfHundred, RedundancyLevel expected)
    {
        Report(1, lostOfHundred, packets: 100);
        Assert.Equal(expected, _policy.Level);
        Assert.Equal(lostOfHundred / 100.0, _policy.Loss);
    }

    [Fact]
    public void R2_few_packets_are_added_up_before_they_are_judged()
    {
        Report(1, lost: 2, packets: 10);
        Assert.Equal(RedundancyLevel.AsItCame, _policy.Level);
        Report(4, lost: 0, packets: 10);
        Assert.Equal(RedundancyLevel.One, _policy.Level);
        Assert.Equal(0.04, _policy.Loss);
    }

    [Fact]
    public void R4_it_falls_step_by_step_after_ten_seconds_without_half_of_the_loss()
    {
        Report(1, lost: 10, packets: 100);
        Report(19, lost: 0, packets: 100);
        Assert.Equal(RedundancyLevel.Two, _policy.Level);
        Report(1, lost: 0, packets: 100);
        Assert.Equal(RedundancyLevel.One, _policy.Level);
        Report(20, lost: 0, packets: 100);
        Assert.Equal(RedundancyLevel.AsItCame, _policy.Level);
    }

    [Fact]
    public void R4_loss_around_the_threshold_does_not_make_it_flap()
    {
        var changes = 0;
        var before = _policy.Level;
        for (var i = 0; i < 240; i++)
        {
            Report(1, lost: i % 2 == 0 ? 3 : 1, packets: 100);
            if (_policy.Level != before) changes++;
            before = _policy.Level;
        }
        Assert.Equal((1, RedundancyLevel.One), (changes, before));
    }

    [Fact]
    public void R4_a_receiver_that_hears_nothing_any_more_is_forgotten_like_one_without_loss()
    {
        Report(1, lost: 10, packets: 100);
        Report(20, lost: 0, packets: 0);
        Assert.Equal(RedundancyLevel.One, _policy.Level);
    }

    [Theory]
    [InlineData(null, RedundancyLevel.Two)]
    [InlineData(1_000_000, RedundancyLevel.Two)]
    [InlineData(240_000, RedundancyLevel.Two)]
    [InlineData(200_000, RedundancyLevel.One)]
    [InlineData(159_000, RedundancyLevel.Bare)]
    public void R5_sound_with_its_redundancy_takes_at_most_half_of_the_estimate(int? estimate, RedundancyLevel expected)
    {
        Report(1, lost: 20, packets: 100, estimate: estimate);
        Assert.Equal(expected, _policy.Level);
    }

    [Fact]
    public void R5_what_was_wanted_is_back_with_the_estimate()
    {
        Report(1, lost: 20, packets: 100, estimate: 50_000);
        Assert.Equal(RedundancyLevel.Bare, _policy.Level);
        Report(1, lost: 0, packets: 10, estimate: 2_000_000);
        Assert.Equal(RedundancyLevel.Two, _policy.Level);
    }

    [Fact]
    public void Reports_that_make_no_sense_are_harmless()
    {
        Report(1, lost: 500, packets: 100);
        Assert.Equal(1.0, _policy.Loss);
        Report(1, lost: -5, packets: 100);
        Assert.Equal(0.0, _policy.Loss);
    }

    private void Report(int halfSeconds, int lost, int packets = 50, long? estimate = null)
    {
        for (var i = 0; i < halfSeconds; i++)
        {
            _now += 500_000;
            _policy.Decide(new RedundancyInputs(packets, lost, estimate, SoundBitsPerSecond: 40_000), _now);
        }
    }

    [Theory]
    [InlineData(RedundancyLevel.Bare, true, 40)]
    [InlineData(RedundancyLevel.AsItCame, true, 70)]
    [InlineData(RedundancyLevel.One, true, 80)]
    [InlineData(RedundancyLevel.Two, true, 120)]
    [InlineData(RedundancyLevel.Two, false, 40)]
    [InlineData(RedundancyLevel.AsItCame, false, 40)]
    public void B1_a_voice_costs_what_it_is_sent_as(RedundancyLevel level, bool takesRedundancy, double expected) =>
        Assert.Equal(expected, SoundCost.Of(level, takesRedundancy, asItCame: 70, alone: 40));

    [Fact]
    public void B1_what_comes_with_more_copies_than_are_needed_costs_what_it_comes_with() =>
        Assert.Equal(130, SoundCost.Of(RedundancyLevel.One, takesRedundancy: true, asItCame: 130, alone: 40));
}
