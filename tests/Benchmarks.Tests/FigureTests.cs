using Conference.Benchmarks.Impair;
using Conference.Benchmarks.Latency;
using Conference.Benchmarks.Soak;

namespace Conference.Benchmarks.Tests;

/// <summary>How figures are read and judged.</summary>
public sealed class FigureTests
{
    private const string Before = """
        # TYPE media_transit_total counter
        media_transit_total{kind="sound",le="0.0005",worker="0"} 10
        media_transit_total{kind="sound",le="0.001",worker="0"} 12
        media_transit_total{kind="sound",le="+Inf",worker="0"} 12
        media_transit_total{kind="picture",le="0.0005",worker="0"} 1000
        media_drops_total{reason="sound"} 3
        """;

    [Fact]
    public void A_quantile_of_a_histogram_is_that_of_what_was_added_between_two_scrapes()
    {
        const string after = """
            media_transit_total{kind="sound",le="0.0005",worker="0"} 1005
            media_transit_total{kind="sound",le="0.001",worker="0"} 1012
            media_transit_total{kind="sound",le="+Inf",worker="0"} 1012
            """;
        var (before, now) = (MetricsText.Buckets(Before, "media_transit_total", "sound"), MetricsText.Buckets(after, "media_transit_total", "sound"));
        Assert.Equal([0.0005, 0.001, double.PositiveInfinity], now.Keys);
        Assert.Equal(0.0005, MetricsText.Quantile(before, now, 0.99));
        Assert.Equal(0.001, MetricsText.Quantile(before, now, 0.999));
        Assert.Null(MetricsText.Quantile(now, now, 0.99));
        Assert.Null(MetricsText.Quantile([], MetricsText.Buckets(Before, "media_transit_total", "screen"), 0.99));
    }

    [Fact]
    public void A_slope_is_that_of_the_line()
    {
        Assert.Equal(2, Slope.Of([(0, 1), (1, 3), (2, 5)]), 6);
        Assert.Equal(0, Slope.Of([(0, 1), (1, 9), (2, 1)]), 6);
        Assert.Equal(0, Slope.Of([(0, 1)]));
        Assert.Equal(0, Slope.Of([(3, 1), (3, 2)]));
    }

    [Fact]
    public void Options_are_pairs_of_known_names()
    {
        var options = BenchOptions.Parse(["--sizes", "1,20, 3", "--seconds", "5"], "x", "sizes", "seconds")!;
        Assert.Equal([1, 20, 3], options.Numbers("sizes", ""));
        Assert.Equal((5, 7), (options.Number("seconds", 7), options.Number("rounds", 7)));
        Assert.Null(BenchOptions.Parse(["--fast", "1"], "x", "sizes"));
        Assert.Null(BenchOptions.Parse(["--sizes"], "x", "sizes"));
    }

    [Fact]
    public void Ranges_may_be_named_otherwise_and_be_of_all_workers()
    {
        const string text = "media_layer_gaps_total{worker=\"0\",bound=\"50\"} 1\nmedia_layer_gaps_total{worker=\"1\",bound=\"50\"} 2\nmedia_layer_gaps_total{worker=\"0\",bound=\"+Inf\"} 2\nmedia_layer_gaps_total{worker=\"1\",bound=\"+Inf\"} 2\n";
        Assert.Equal([3, 4], MetricsText.Buckets(text, "media_layer_gaps_total", null, "bound").Values);
    }

    [Fact]
    public void A_case_that_tells_nothing_of_a_bound_misses_it()
    {
        var nothing = new CaseFigures(0, 0, 30, null, null, null, 0, 360, 0, 0, 0, 0, 0, 20);
        var steps = ImpairCase.All.Single(c => c.Name == "d");
        Assert.Equal(3, steps.Bounds.Count(b => !b.Holds(nothing)));
        Assert.All(steps.Bounds, b => Assert.True(b.Holds(nothing with { RecoverMs = 12_000, ConcealedMsAtStepDown = 1000, QueueUnder100MsAfterMs = 3000, Flaps = 2 })));
        Assert.Contains(ImpairCase.All.Single(c => c.Name == "a").Bounds, b => !b.Holds(nothing with { ConcealedPercent = 1.1 }));
    }

    [Fact]
    public void Others_are_untouched_when_they_lose_nothing_and_wait_no_longer()
    {
        var calm = new ReceiverFigures(0, 5, 8);
        Assert.True(new CrowdFigures(calm, calm with { AudioP99Ms = 14 }, 50).IsUntouched);
        Assert.False(new CrowdFigures(calm, calm with { LostPercent = 0.2 }, 50).IsUntouched);
        Assert.False(new CrowdFigures(calm, calm with { AudioP99Ms = 40 }, 50).IsUntouched);
    }
}
