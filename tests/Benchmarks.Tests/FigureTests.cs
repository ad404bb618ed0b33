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
    public void Values_of_a_metric_are_summed_by_a_label_over_all_workers()
    {
        const string text = "media_drops_total{worker=\"0\",reason=\"NoBuffer\"} 3\nmedia_drops_total{worker=\"1\",reason=\"NoBuffer\"} 4\nmedia_drops_total{worker=\"1\",reason=\"NotInPlan\"} 1e3\nmedia_drops{reason=\"x\"} 9\n";
        Assert.Equal([("NoBuffer", 7L), ("NotInPlan", 1000L)], MetricsText.Sums(text, "media_drops_total", "reason").Select(s => (s.Key, s.Value)));
    }

    [Fact]
    public void What_the_kernel_dropped_is_read_from_its_own_counters()
    {
        const string snmp = "Tcp: InErrs OutRsts\nTcp: 9 9\nUdp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors\nUdp: 100 1 50 100 7 2 0 0 3\n";
        Assert.Equal(10, WhereLost.UdpDrops(snmp));
        Assert.Equal(5, WhereLost.UdpDrops6("Udp6InErrors                    \t12\nUdp6RcvbufErrors                \t4\nUdp6MemErrors                   \t1\n"));
        Assert.Equal(0x1F, WhereLost.Backlog("030d03df 0000000f 00000014 00000000\n030e471a 00000010 0000001c 00000000\n"));
        const string devices = " face |bytes packets errs drop fifo\n  eth0: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n eth01: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
        Assert.Equal((4L, 12L), WhereLost.DeviceDrops(devices, "eth0"));
        Assert.Equal(8, WhereLost.QueueDrops("qdisc pfifo 8001: root refcnt 2 limit 20000p\n Sent 12 bytes 3 pkt (dropped 8, overlimits 0 requeues 1)\n"));
        Assert.Equal(0, WhereLost.QueueDrops("qdisc noqueue 0: root\n"));
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
