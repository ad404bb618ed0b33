using System.Net;
using System.Net.Sockets;
using Conference.Support.Media.Impairment;

namespace Conference.Load.Tests;

/// <summary>What an impaired link does to packets, and that the relay does it to real ones.</summary>
public sealed class ImpairmentTests
{
    private const int Second = 1_000_000;

    [Fact]
    public void A_perfect_link_delivers_everything_at_once()
    {
        var link = new ImpairedLink(1, LinkConditions.Perfect);
        for (var now = 0; now < 1000; now++) Assert.Equal(new LinkDecision(LinkFate.Delivered, now, -1), link.Decide(now, 1200));
    }

    [Fact]
    public void The_same_seed_gives_the_same_decisions_and_another_one_others()
    {
        var conditions = new LinkConditions { LossPercent = 10, Jitter = TimeSpan.FromMilliseconds(20), DuplicatePercent = 5, ReorderPercent = 5, Bursts = new(0.01, 0.3), BitsPerSecond = 3_000_000 };
        Assert.Equal(Run(7, conditions), Run(7, conditions));
        Assert.NotEqual(Run(7, conditions), Run(8, conditions));
    }

    [Fact]
    public void Which_packets_are_lost_by_chance_depends_on_their_number_alone()
    {
        var (slow, quick) = (new ImpairedLink(3, new() { LossPercent = 20, Delay = TimeSpan.FromMilliseconds(100) }), new ImpairedLink(3, new() { LossPercent = 20, DuplicatePercent = 50 }));
        for (var i = 0; i < 5000; i++) Assert.Equal(slow.Decide(i * 700, 100).Fate, quick.Decide(i, 1200).Fate);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(20)]
    [InlineData(50)]
    public void As_many_are_lost_as_it_says(double percent)
    {
        var lost = Run(11, new() { LossPercent = percent }, 100_000).Count(d => d.Fate == LinkFate.Lost);
        Assert.InRange(lost / 1000.0, percent - 0.5, percent + 0.5);
    }

    [Fact]
    public void Losses_of_a_bad_channel_come_in_bursts_of_the_mean_length()
    {
        var fates = Run(5, new() { Bursts = new BurstLoss(GoodToBad: 0.01, BadToGood: 0.25) }, 200_000).Select(d => d.Fate == LinkFate.LostInBurst).ToList();
        var bursts = fates.Zip(fates.Skip(1)).Count(pair => !pair.First && pair.Second);
        Assert.InRange(fates.Count(lost => lost) / (double)bursts, 3.6, 4.4); // 1 / BadToGood
        Assert.InRange(fates.Count(lost => lost) / 200_000.0, 0.034, 0.043); // 0.01 / (0.01 + 0.25)
    }

    [Fact]
    public void Jitter_keeps_the_order_and_stays_within_its_bound()
    {
        var link = new ImpairedLink(9, new() { Delay = TimeSpan.FromMilliseconds(25), Jitter = TimeSpan.FromMilliseconds(30) });
        var last = 0L;
        var times = new List<long>();
        for (var now = 0L; now < 10 * Second; now += 10_000)
        {
            var at = link.Decide(now, 1200).DeliverAt;
            Assert.True(at >= last);
            last = at;
            times.Add(at - now);
        }
        Assert.InRange(times.Min(), 25_000, 26_000);
        Assert.InRange(times.Max(), 50_000, 55_000);
    }

    [Fact]
    public void A_stall_holds_everything_and_lets_it_go_at_once()
    {
        var link = new ImpairedLink(9, new() { Stalls = new(TimeSpan.FromSeconds(2), TimeSpan.FromMilliseconds(150)) });
        for (var now = 0L; now < 10 * Second; now += 10_000)
        {
            var within = now % (2 * Second);
            var expected = now >= 2 * Second && within < 150_000 ? now - within + 150_000 : now;
            Assert.Equal(expected, link.Decide(now, 1200).DeliverAt);
        }
    }

    [Fact]
    public void Packets_that_are_overtaken_come_later_than_their_followers()
    {
        var decisions = Run(13, new() { ReorderPercent = 10, ReorderBy = TimeSpan.FromMilliseconds(30) }, 10_000);
        var overtaken = decisions.Zip(decisions.Skip(1)).Count(pair => pair.First.DeliverAt > pair.Second.DeliverAt);
        Assert.InRange(overtaken, 800, 1000); // one tenth, but for those behind which another one is late too
    }

    [Fact]
    public void Doubled_packets_come_twice() => Assert.InRange(Run(13, new() { DuplicatePercent = 30 }, 10_000).Count(d => d.CopyAt >= 0), 2850, 3150);

    [Fact]
    public void The_bandwidth_is_kept_to_and_the_queue_drops_its_tail()
    {
        // 2 Mbps into 1 Mbps: the queue fills up to 300 ms, and then half is dropped.
        var link = new ImpairedLink(1, new() { BitsPerSecond = 1_000_000, QueueTime = TimeSpan.FromMilliseconds(300) });
        var (delivered, full, longest) = (0, 0, 0L);
        for (var now = 0L; now < 10 * Second; now += 4_912)
        {
            var decision = link.Decide(now, 1200);
            if (decision.Fate == LinkFate.QueueFull) full++;
            else delivered++;
            longest = Math.Max(longest, decision.DeliverAt - now);
        }
        Assert.InRange(delivered * (1200 + LinkConditions.HeaderBytes) * 8, 1_000_000 * 9.9, 1_000_000 * 10.4);
        Assert.InRange(full, 950, 1050);
        Assert.InRange(longest, 300_000, 320_000);
    }

    [Fact]
    public void A_queue_of_bytes_holds_no_more()
    {
        var link = new ImpairedLink(1, new() { BitsPerSecond = 1_000_000, QueueTime = TimeSpan.FromSeconds(60), QueueBytes = 12_500 });
        var longest = 0L;
        for (var i = 0; i < 100; i++)
            if (link.Decide(0, 1200) is { Fate: LinkFate.Delivered } decision) longest = decision.DeliverAt;
        Assert.InRange(longest, 88_000, 100_000); // 12,500 bytes at 1 Mbps
    }

    [Fact]
    public void A_change_of_bandwidth_changes_how_long_the_queue_takes()
    {
        var link = new ImpairedLink(1, new() { BitsPerSecond = 3_000_000 });
        for (var i = 0; i < 30; i++) link.Decide(0, 1222); // 1,250 with headers: 10,000 bits each
        Assert.InRange(link.QueueMicroseconds(0), 99_000, 100_000);
        link.Change(new() { BitsPerSecond = 500_000 }, 0);
        Assert.InRange(link.QueueMicroseconds(0), 595_000, 600_000);
        Assert.Equal(LinkFate.QueueFull, link.Decide(0, 1222).Fate);
        Assert.Equal(LinkFate.Delivered, link.Decide(Second, 1222).Fate);
    }

    [Fact]
    public async Task A_real_relay_takes_packets_both_ways_loses_what_it_should_and_changes_while_it_runs()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var relay = ImpairmentRelay.Start(new(IPAddress.Loopback, (IPEndPoint)server.Client.LocalEndPoint!, Seed: 1) { Up = new() { DuplicatePercent = 100 } });
        using var client = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        await client.SendAsync(new byte[] { 1, 2, 3 }, relay.Address, bound.Token);
        var first = await server.ReceiveAsync(bound.Token);
        var second = await server.ReceiveAsync(bound.Token);
        Assert.Equal([1, 2, 3], first.Buffer);
        Assert.Equal([1, 2, 3], second.Buffer);
        Assert.NotEqual(client.Client.LocalEndPoint, first.RemoteEndPoint); // it has a port of its own at the relay

        await server.SendAsync(new byte[] { 9 }, first.RemoteEndPoint, bound.Token);
        var back = await client.ReceiveAsync(bound.Token);
        Assert.Equal([9], back.Buffer);
        Assert.Equal(relay.Address, back.RemoteEndPoint);

        relay.Change(down: new() { LossPercent = 100 });
        await Support.Eventually.True(async () =>
        {
            await server.SendAsync(new byte[] { 7 }, first.RemoteEndPoint, bound.Token);
            return relay.Down[LinkFate.Lost] >= 3;
        }, "packets are not lost");
        Assert.Equal((1, 1, 2), (relay.Clients, relay.Up.Copies, relay.Up.Left));
        Assert.Equal(relay.Down.Packets, relay.Down[LinkFate.Lost] + relay.Down[LinkFate.Delivered]);
    }

    [Fact]
    public async Task Two_clients_of_a_relay_are_two_to_the_server()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var relay = ImpairmentRelay.Start(new(IPAddress.Loopback, (IPEndPoint)server.Client.LocalEndPoint!, Seed: 1));
        using var one = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var other = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await one.SendAsync(new byte[] { 1 }, relay.Address, bound.Token);
        await other.SendAsync(new byte[] { 2 }, relay.Address, bound.Token);
        for (var i = 0; i < 2; i++)
        {
            var got = await server.ReceiveAsync(bound.Token);
            await server.SendAsync(got.Buffer, got.RemoteEndPoint, bound.Token);
        }
        Assert.Equal([1], (await one.ReceiveAsync(bound.Token)).Buffer);
        Assert.Equal([2], (await other.ReceiveAsync(bound.Token)).Buffer);
    }

    private static List<LinkDecision> Run(int seed, LinkConditions conditions, int packets = 2000)
    {
        var link = new ImpairedLink(seed, conditions);
        return [.. Enumerable.Range(0, packets).Select(i => link.Decide(i * 1000L, 200 + i % 1000))];
    }
}
