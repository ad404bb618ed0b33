using System.Net;
using Conference.Benchmarks.Servers;
using Conference.Load.Media;
using Conference.Load.Servers;
using Conference.Support;
using Conference.Support.Media.Impairment;

namespace Conference.Benchmarks.Impair;

/// <summary>Case f on one server: many generated receivers, one of them on a narrow link. The others are to notice nothing.</summary>
internal sealed class CrowdRun(IPAddress relayAddress, LoadSide load)
{
    private static readonly LinkConditions Narrow = new() { Delay = ImpairCase.OneWay, BitsPerSecond = 300_000, QueueTime = TimeSpan.FromMilliseconds(300) };
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(3);

    public async Task<CrowdFigures> RunAsync(IMeetingServer meeting, int receivers, TimeSpan duration, int seed)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        ImpairmentRelay? relay = null;
        var peers = new List<LoadPeer>();
        var seats = new List<ISeat>();
        try
        {
            var publisher = new LoadPeer(load.Rig, Publisher());
            peers.Add(publisher);
            seats.Add(await meeting.PublishAsync(publisher, bound.Token));
            await publisher.EstablishedAsync(bound.Token);
            await publisher.BeginAsync();
            for (var i = 0; i < receivers; i++)
            {
                // The one on the narrow link has no estimate of its own to tell: what the server finds out is what counts.
                var peer = new LoadPeer(load.Rig, new PeerPlan { AudioSlots = 1, VideoSlots = 1, Estimate = i == 0 ? null : 100_000_000 });
                peers.Add(peer);
                seats.Add(await meeting.WatchAsync(i == 0 ? new RelayedPeer(peer, server => (relay = ImpairmentRelay.Start(new RelayOptions(relayAddress, server, seed))).Address) : peer, bound.Token));
                await peer.EstablishedAsync(bound.Token);
            }
            List<LoadPeer> others = [.. peers.Skip(2)];
            await Eventually.True(() => load.Thread.AskAsync(() => others.All(r => r.Peer.Check.Streams.Count >= 2)), $"not everything comes to everybody on {meeting.Name}");
            var before = await MeasureAsync(others, duration / 3);
            relay!.Change(down: Narrow);
            await Task.Delay(Cut, bound.Token);
            var during = await MeasureAsync(others, duration * 2 / 3);
            return new(before, during, Math.Round(100.0 * relay.Down[LinkFate.QueueFull] / Math.Max(1, relay.Down.Packets), 2));
        }
        finally
        {
            foreach (var peer in peers) peer.Dispose();
            foreach (var seat in seats) await seat.DisposeAsync();
            relay?.Dispose();
        }
    }

    private async Task<ReceiverFigures> MeasureAsync(List<LoadPeer> receivers, TimeSpan duration)
    {
        await load.Thread.AskAsync(() =>
        {
            foreach (var receiver in receivers) receiver.Peer.Check = new ReceiverCheck(Offers.Types);
            return true;
        });
        await Task.Delay(duration);
        return await load.Thread.AskAsync(() =>
        {
            var (expected, received, audio, video) = (0L, 0L, new DelayHistogram(), new DelayHistogram());
            foreach (var receiver in receivers)
            {
                var counts = receiver.Peer.Check.Finish(new Dictionary<uint, uint>());
                (expected, received) = (expected + counts.Expected, received + counts.Received);
                audio.Add(receiver.Peer.Check.AudioDelays);
                video.Add(receiver.Peer.Check.VideoDelays);
            }
            return new ReceiverFigures(Math.Round(100.0 * (expected - received) / Math.Max(1, expected), 4), audio.Quantile(0.99) / 1000.0, video.Quantile(0.99) / 1000.0);
        });
    }

    private PeerPlan Publisher()
    {
        var random = new Random(load.Rig.Random.Next());
        (string, Func<SourceStart, PacketSource>) Layer(string rid, int kilobits) =>
            (rid, s => new VideoSource(s.Stream, s.Ssrc, s.PayloadType, s.BeginMicroseconds, new VideoShape(kilobits), random) { Extensions = s.Extensions });
        return new PeerPlan
        {
            Audio = s => new AudioSource(s.Stream, s.Ssrc, s.PayloadType, Offers.LevelExtension, s.BeginMicroseconds),
            Video = [Layer("q", 120), Layer("h", 400), Layer("f", 1200)],
        };
    }
}

/// <summary>What some receivers got.</summary>
/// <param name="LostPercent">Packets that did not come.</param>
/// <param name="AudioP99Ms">Delay of sound.</param>
/// <param name="VideoP99Ms">Delay of the picture.</param>
internal sealed record ReceiverFigures(double LostPercent, double AudioP99Ms, double VideoP99Ms);

/// <summary>The others, before one of them was on a narrow link and while it was.</summary>
/// <param name="Before">Nobody is limited.</param>
/// <param name="During">One is.</param>
/// <param name="NarrowDroppedPercent">What the narrow link had no room for.</param>
internal sealed record CrowdFigures(ReceiverFigures Before, ReceiverFigures During, double NarrowDroppedPercent)
{
    /// <summary>The others lose nothing, and wait no longer than chance explains.</summary>
    public bool IsUntouched => During.LostPercent <= Before.LostPercent + 0.1 && During.AudioP99Ms <= Before.AudioP99Ms * 2 + 5;
}
