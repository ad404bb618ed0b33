using Conference.Support.Media.Impairment;
using Xunit.Abstractions;
using static Conference.Sfu.Tests.Estimation.PathSimulation;

namespace Conference.Sfu.Tests.Estimation;

/// <summary>The whole loop over a modelled path: what the page on estimation promises.</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private static readonly long[] Camera = [150_000, 500_000, 2_400_000];

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, true)]
    [InlineData(4, true)]
    public void A_step_down_drains_its_queue_and_a_step_up_is_found(int seed, bool layers)
    {
        var link = new ImpairedLink(seed, Path(3_000_000));
        var sim = Simulate(link, layers);
        sim.Run(12 * Second, Show);
        Assert.True(sim.Estimate > 2_500_000);
        Assert.Equal(0, sim.Decreases);

        link.Change(Path(500_000), sim.Now);
        sim.Run(3 * Second, Show);
        var (lowest, longest) = (long.MaxValue, 0L);
        sim.Run(12 * Second, s =>
        {
            Show(s);
            lowest = Math.Min(lowest, s.Estimate);
            longest = Math.Max(longest, link.QueueMicroseconds(s.Now));
        });
        Assert.InRange(longest, 0, 100 * Millisecond);
        Assert.InRange(lowest, 280_000, 600_000);
        Assert.InRange(sim.Estimate, 350_000, 600_000);

        link.Change(Path(3_000_000), sim.Now);
        var reached = -1L;
        var stepped = sim.Now;
        sim.Run(14 * Second, s =>
        {
            Show(s);
            if (reached < 0 && s.Estimate > 2_500_000) reached = s.Now - stepped;
        });
        Assert.InRange(reached, 0, 12 * Second);
        Assert.True(sim.Bandwidth.SentBitsPerSecond > 2_300_000);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void A_path_that_becomes_longer_is_no_queue_and_key_frames_are_none_either(int seed)
    {
        var link = new ImpairedLink(seed, Path(3_000_000) with { Delay = TimeSpan.Zero });
        var sim = new PathSimulation(link) { Layers = [120_000, 400_000, 1_500_000], KeyFrames = true, Trace = link, Wanted = 1_900_000 };
        sim.Run(6 * Second, Show);
        link.Change(Path(3_000_000), sim.Now);
        sim.Run(4 * Second, Show);
        var lowest = long.MaxValue;
        sim.Run(9 * Second, s =>
        {
            Show(s);
            lowest = Math.Min(lowest, s.Estimate);
        });
        Assert.True(lowest > 1_600_000, $"{lowest}");

        link.Change(Path(500_000), sim.Now);
        sim.Run(3 * Second, Show);
        var longest = 0L;
        sim.Run(12 * Second, s =>
        {
            Show(s);
            longest = Math.Max(longest, link.QueueMicroseconds(s.Now));
        });
        Assert.InRange(longest, 0, 100 * Millisecond);
    }

    [Theory]
    [InlineData(5, 1)]
    [InlineData(5, 2)]
    [InlineData(20, 3)]
    [InlineData(20, 4)]
    public void Loss_by_chance_does_not_take_the_estimate_down(double percent, int seed)
    {
        var link = new ImpairedLink(seed, Path(4_000_000) with { LossPercent = percent });
        var sim = Simulate(link, layers: false);
        sim.Run(10 * Second, Show);
        var (low, lowest) = (0L, long.MaxValue);
        sim.Run(50 * Second, s =>
        {
            Show(s);
            lowest = Math.Min(lowest, s.Estimate);
            if (s.Estimate < 2_000_000) low++;
        });
        Assert.True(lowest > 1_000_000, $"{lowest}");
        Assert.InRange(low * Millisecond, 0, 5 * Second);
    }

    [Fact]
    public void A_policer_that_drops_what_exceeds_its_rate_is_noticed()
    {
        // No queue to speak of: delay never tells.
        var link = new ImpairedLink(5, Path(1_000_000) with { QueueTime = TimeSpan.FromMilliseconds(15) });
        var sim = Simulate(link, layers: false);
        sim.Run(10 * Second, Show);
        var arrived = sim.ArrivedBytes;
        var (sum, steps) = (0L, 0);
        sim.Run(30 * Second, s =>
        {
            Show(s);
            sum += s.Estimate;
            steps++;
        });
        Assert.InRange(sum / steps, 500_000, 1_300_000);
        Assert.InRange((sim.ArrivedBytes - arrived) * 8 / 30, 500_000, 1_000_000);
    }

    [Theory]
    [InlineData(150, 2000)]
    [InlineData(150, 700)]
    public void Bursts_of_jitter_do_not_take_the_estimate_down(int held, int every)
    {
        var link = new ImpairedLink(6, Path(10_000_000) with { Stalls = new(TimeSpan.FromMilliseconds(every), TimeSpan.FromMilliseconds(held)) });
        var sim = Simulate(link, layers: false);
        sim.Run(10 * Second, Show);
        var lowest = long.MaxValue;
        sim.Run(40 * Second, s =>
        {
            Show(s);
            lowest = Math.Min(lowest, s.Estimate);
        });
        Assert.True(lowest > 1_200_000, $"{lowest}");
    }

    [Fact]
    public void Jitter_of_every_packet_does_not_take_the_estimate_down()
    {
        var link = new ImpairedLink(7, Path(10_000_000) with { Jitter = TimeSpan.FromMilliseconds(40) });
        var sim = Simulate(link, layers: false);
        sim.Run(10 * Second, Show);
        var lowest = long.MaxValue;
        sim.Run(30 * Second, s =>
        {
            Show(s);
            lowest = Math.Min(lowest, s.Estimate);
        });
        Assert.True(lowest > 1_500_000, $"{lowest}");
    }

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void Two_flows_share_a_path(int seed)
    {
        var link = new ImpairedLink(seed, Path(3_000_000));
        var (first, second) = (Simulate(link, false), Simulate(link, false, 11 * Millisecond));
        for (var i = 0; i < 10_000; i++) first.Step();
        second.Skip(first.Now);
        var longest = 0L;
        for (var i = 0; i < 60_000; i++)
        {
            first.Step(Show);
            second.Step(Show);
            if (i == 30_000) (first.ArrivedBytes, second.ArrivedBytes) = (0, 0);
            if (i > 30_000) longest = Math.Max(longest, link.QueueMicroseconds(first.Now));
        }
        var (one, other) = (first.ArrivedBytes * 8 / 30, second.ArrivedBytes * 8 / 30);
        output.WriteLine($"{one} {other} queue {longest}");
        Assert.InRange(one + other, 2_000_000, 3_000_000);
        Assert.True(Math.Min(one, other) > 600_000);
    }

    [Fact]
    public void A_receiver_on_300_kbps_is_found_out_at_once()
    {
        var link = new ImpairedLink(10, Path(300_000));
        var sim = Simulate(link, layers: true);
        sim.Run(3 * Second, Show);
        var longest = 0L;
        sim.Run(30 * Second, s =>
        {
            Show(s);
            longest = Math.Max(longest, link.QueueMicroseconds(s.Now));
            Assert.InRange(s.Estimate, 150_000, 450_000);
        });
        Assert.InRange(longest, 0, 150 * Millisecond);
    }

    private PathSimulation Simulate(ImpairedLink link, bool layers, long offset = 0) => new(link, offset) { Layers = layers ? Camera : null, Trace = link };

    private void Show(PathSimulation s)
    {
        if (s.Now % (250 * Millisecond) != 0 || s.Bandwidth.SendSide is not { } e) return;
        var probes = s.Bandwidth.Probes;
        output.WriteLine($"{s.Now / 1000,6} est {s.Estimate / 1000,6} sent {s.Bandwidth.SentBitsPerSecond / 1000,6} ack {e.AcknowledgedBitsPerSecond / 1000,6} q {s.Trace!.QueueMicroseconds(s.Now) / 1000,4} qd {e.QueueMicroseconds / 1000,4} {e.Signal,-10} loss {e.Loss.Loss:F2} bound {e.Loss.BitsPerSecond / 1000,5} {(e.Loss.IsTrying ? "trial" : "")} own {e.Loss.OwnLoss:F2} probe {probes.LastRate / 1000}->{probes.LastResult / 1000} #{probes.Count}");
    }

    private static LinkConditions Path(long rate) => new() { BitsPerSecond = rate, QueueTime = TimeSpan.FromMilliseconds(300), Delay = TimeSpan.FromMilliseconds(25) };
}
