using Conference.MediaPod.Sfu.Publishing;

namespace Conference.Sfu.Tests.Publishing;

public sealed class LayerMeterTests
{
    private readonly LayerMeter _meter = new();
    private long _now = 5_000_000;

    [Fact]
    public void Rates_add_up_over_layers()
    {
        Run(3, spatial: 2);
        Assert.Equal((2, 3), _meter.Layers(_now));
        var (lowest, whole) = (_meter.Read(0, 0, _now), _meter.Read(1, 2, _now));
        Assert.InRange(lowest.FramesPerSecond, 6, 9);
        Assert.InRange(lowest.BitsPerSecond, 48_000, 72_000);
        Assert.InRange(whole.FramesPerSecond, 28, 32);
        Assert.InRange(whole.BitsPerSecond, 460_000, 500_000);
        Assert.Equal(whole.BitsPerSecond, _meter.Total(_now));
    }

    [Fact]
    public void They_follow_up_quickly_and_down_slowly()
    {
        Run(5, bytes: 100);
        var small = _meter.Total(_now);
        Run(1, bytes: 1000);
        var grown = _meter.Total(_now);
        Assert.True(grown > small * 5, $"{small} to {grown}");
        Run(1, bytes: 100);
        Assert.True(_meter.Total(_now) > grown / 2);
        Run(40, bytes: 100);
        Assert.InRange(_meter.Total(_now), small * 0.95, small * 1.1);
    }

    [Fact]
    public void A_layer_that_stops_is_gone_after_five_seconds()
    {
        Run(2);
        Run(6, pattern: [0]);
        Assert.Equal((1, 1), _meter.Layers(_now));
    }

    [Fact]
    public void What_rests_keeps_its_rate_and_goes_on_from_it()
    {
        Run(3);
        var before = _meter.Total(_now);
        _meter.Rest();
        _now += 60_000_000;
        Assert.Equal(before, _meter.Total(_now));
        Assert.Equal((1, 3), _meter.Layers(_now));
        Run(1);
        Assert.InRange(_meter.Total(_now), before * 0.9, before * 1.1);
    }

    private void Run(int seconds, int bytes = 1000, int spatial = 1, int[]? pattern = null)
    {
        pattern ??= [0, 2, 1, 2];
        for (var i = 0; i < seconds * 30; i++, _now += 33_333)
        {
            for (var s = 0; s < spatial; s++) _meter.Add(s, pattern[i % pattern.Length], bytes, true, _now);
        }
    }
}
