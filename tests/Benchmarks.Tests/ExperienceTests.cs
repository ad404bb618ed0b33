using Conference.Benchmarks.Browsers;
using Conference.Benchmarks.Impair;

namespace Conference.Benchmarks.Tests;

/// <summary>What is said of what a browser decoded.</summary>
public sealed class ExperienceTests
{
    [Fact]
    public void A_good_connection_has_nothing_to_tell()
    {
        var good = Experience.Of(Samples(10), 3, 10);
        Assert.Equal((0, 0, 30), (good.FreezeMs, good.ConcealedPercent, Math.Round(good.FramesPerSecond)));
        Assert.Equal([360], good.Heights.Select(h => h.Height));
    }

    [Fact]
    public void Freezes_and_sound_that_was_made_up_count_between_the_two_moments_alone()
    {
        // Before 3 s everything is bad; then 600 ms of freezes and 1 % of the sound.
        var samples = Samples(10, s => s.At <= 3000
            ? s with { FrozenMs = s.At, Concealed = s.Samples }
            : s with { FrozenMs = 3000 + (s.At > 5000 ? 600 : 0), Concealed = 48 * 3000 + (s.Samples - 48 * 3000) * 0.03, Silent = (s.Samples - 48 * 3000) * 0.02 });
        var some = Experience.Of(samples, 3, 10);
        Assert.Equal(600, some.FreezeMs);
        Assert.InRange(some.ConcealedPercent, 0.99, 1.01);
    }

    [Fact]
    public void A_freeze_that_still_lasts_counts_though_the_browser_has_not_counted_it() =>
        Assert.InRange(Experience.Of(Samples(10, s => s with { ShownAt = Math.Min(s.At, 6000) }), 3, 10).FreezeMs, 3800, 4000);

    [Fact]
    public void How_far_apart_picture_and_sound_are_is_what_most_looks_found()
    {
        Assert.Null(Experience.Of(Samples(10), 3, 10).SkewMs);
        var apart = Experience.Of(Samples(10, s => s with { Skew = s.At < 3000 ? 900 : s.At > 9900 ? 500 : -40, Fec = (long)s.At, SoundNack = (long)(s.At / 1000) }), 3, 10);
        Assert.Equal((40, 7000, 7), (apart.SkewMs, apart.RedundantPackets, apart.SoundNack));
    }

    [Fact]
    public void Nothing_at_all_is_the_worst()
    {
        Assert.Equal((7000, 100), (Experience.Of([], 3, 10).FreezeMs, Experience.Of([], 3, 10).ConcealedPercent));
        var silent = Experience.Of(Samples(10, s => s with { Samples = 0, ShownAt = 0, Frames = 0, Height = 0 }), 3, 10);
        Assert.Equal(100, silent.ConcealedPercent);
        Assert.InRange(silent.FreezeMs, 6500, 7000);
    }

    [Fact]
    public void The_best_layer_is_back_when_it_stays()
    {
        var heights = Experience.Of(Samples(30, s => s with { Height = s.At switch { < 10_000 => 360, < 21_000 => 90, < 22_000 => 360, < 24_000 => 180, _ => 360 } }), 0, 30);
        Assert.Equal([360, 90, 360, 180, 360], heights.Heights.Select(h => h.Height));
        Assert.InRange(heights.RecoverMs(20, 360)!.Value, 3600, 4200);
        Assert.Equal(1, heights.Flaps());
        Assert.Null(heights.RecoverMs(20, 720));
    }

    [Fact]
    public void A_picture_that_stands_still_is_not_back_and_no_flap()
    {
        var still = Experience.Of(Samples(30, s => s.At is > 12_000 and < 24_000 ? s with { ShownAt = 12_000 } : s), 0, 30);
        Assert.Equal([360, 0, 360], still.Heights.Select(h => h.Height));
        Assert.InRange(still.RecoverMs(20, 360)!.Value, 3900, 4300);
        Assert.Equal(0, still.Flaps());
        Assert.Null(Experience.Of(Samples(30, s => s.At > 12_000 ? s with { ShownAt = 12_000 } : s), 0, 30).RecoverMs(20, 360));
    }

    private static List<DecodeSample> Samples(int seconds, Func<DecodeSample, DecodeSample>? change = null) =>
    [
        .. Enumerable.Range(0, seconds * 1000 / BenchPage.SampleMilliseconds + 1).Select(i => i * (double)BenchPage.SampleMilliseconds)
            .Select(at => new DecodeSample(at, at, (long)(at * 0.03), 0, 0, at * 48, 0, 0, (long)(at * 0.03), 0, 360, 0, 0, 0, 0, 0, 0, null)).Select(change ?? (s => s)),
    ];
}
