using System.Diagnostics;
using System.Text.Json;
using Conference.Benchmarks.Compare;
using Conference.Benchmarks.Servers;
using Conference.Load.Media;
using Conference.Load.Servers;

namespace Conference.Benchmarks.Soak;

/// <summary>
/// <c>bench soak [--minutes 10] [--receivers 300]</c>: receivers of sound and picture who leave and are followed by others all the time. Memory that lives after a forced collection, native memory for packets, and
/// handles are not to grow.
/// </summary>
internal static class SoakBench
{
    private const double MostMegabytesPerMinute = 0.5, SettleShare = 0.25;
    private const int Readings = 40, MostHandles = 10, Together = 4;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["host", var folder, var port, var mediaPort]) return await SoakHost.RunAsync(folder, int.Parse(port), int.Parse(mediaPort));
        if (BenchOptions.Parse(arguments, "soak", "minutes", "receivers", "churn") is not { } options) return 2;
        var (minutes, receivers, churn) = (options.Number("minutes", 10), options.Number("receivers", 300), options.Number("churn", 8));
        await using var server = await SoakServer.StartAsync();
        using var load = new LoadSide(1);
        await using var meeting = await ConferenceMeeting.CreateAsync(server.Url, CancellationToken.None);
        using var publisher = new LoadPeer(load.Rig, new PeerPlan { Audio = Audience.Voice, Video = [("", Audience.Picture(load, new VideoShape(300)))] });
        await using var seat = await meeting.PublishAsync(publisher, CancellationToken.None);
        await publisher.EstablishedAsync(CancellationToken.None);
        await publisher.BeginAsync();

        var crowd = new Crowd(meeting, load);
        await crowd.FillAsync(receivers);
        Console.WriteLine($"{receivers} receivers; {churn} of them are followed by others each second");
        var points = new List<(double Minute, SoakReading Reading, int Handles)>();
        var clock = Stopwatch.StartNew();
        for (var reading = 1; reading <= Readings; reading++)
        {
            while (clock.Elapsed.TotalMinutes < (double)minutes * reading / Readings)
            {
                var begun = clock.Elapsed;
                await crowd.ReplaceAsync(churn);
                if (TimeSpan.FromSeconds(1) - (clock.Elapsed - begun) is { Ticks: > 0 } rest) await Task.Delay(rest);
            }
            // As many are there as at every other reading.
            points.Add((clock.Elapsed.TotalMinutes, await server.ReadAsync(), server.Handles));
            var (minute, held, handles) = points[^1];
            Console.WriteLine($"{minute,6:F2} min: live {held.LiveBytes / 1e6:F2} MB, packets {held.PoolBytes / 1e6:F2} MB, {handles} handles, {server.Threads} threads, {crowd.Joins} joins");
        }
        var counted = points.Where(p => p.Minute >= minutes * SettleShare).ToList();
        var slope = Slope.Of([.. counted.Select(p => (p.Minute, (p.Reading.LiveBytes + p.Reading.PoolBytes) / 1e6))]);
        var growth = counted[^1].Handles - counted[0].Handles;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            minutes, receivers, joins = crowd.Joins, failedJoins = crowd.Failures, megabytesPerMinute = Math.Round(slope, 3), handleGrowth = growth,
            liveMegabytes = Math.Round(counted[^1].Reading.LiveBytes / 1e6, 2), poolMegabytes = Math.Round(counted[^1].Reading.PoolBytes / 1e6, 2), handles = counted[^1].Handles,
        }));
        await crowd.LeaveAsync();
        return slope < MostMegabytesPerMinute && growth <= MostHandles && crowd.Failures == 0 ? 0 : 1;
    }

    private sealed class Crowd(IMeetingServer meeting, LoadSide load)
    {
        private readonly Queue<(LoadPeer Peer, ISeat Seat)> _people = new();

        public int Joins { get; private set; }

        public int Failures { get; private set; }

        public async Task FillAsync(int people)
        {
            while (_people.Count < people) await JoinAsync(Math.Min(Together * 2, people - _people.Count));
        }

        /// <summary>Those who have been there longest leave, and as many others come.</summary>
        public async Task ReplaceAsync(int people)
        {
            for (var done = 0; done < people; done += Together)
            {
                var count = Math.Min(Together, people - done);
                var leaving = Enumerable.Range(0, Math.Min(count, _people.Count)).Select(_ => _people.Dequeue()).ToList();
                await Task.WhenAll(leaving.Select(LeaveAsync).Append(JoinAsync(count)));
            }
        }

        public Task LeaveAsync() => Task.WhenAll(_people.Select(LeaveAsync));

        private async Task JoinAsync(int count)
        {
            var peers = Enumerable.Range(0, count).Select(_ => new LoadPeer(load.Rig, new PeerPlan { AudioSlots = 1, VideoSlots = 1 })).ToList();
            foreach (var joined in await Task.WhenAll(peers.Select(JoinAsync)))
                if (joined is { } one) _people.Enqueue(one);
        }

        private async Task<(LoadPeer, ISeat)?> JoinAsync(LoadPeer peer)
        {
            using var bound = new CancellationTokenSource(Patience);
            try
            {
                var seat = await meeting.WatchAsync(peer, bound.Token);
                await peer.EstablishedAsync(bound.Token);
                Joins++;
                return (peer, seat);
            }
            catch (Exception e) when (e is Conference.Load.LoadException or OperationCanceledException)
            {
                Failures++;
                Console.WriteLine($"a join failed: {e.Message}");
                return null;
            }
        }

        private static async Task LeaveAsync((LoadPeer Peer, ISeat Seat) one)
        {
            one.Peer.Dispose();
            await one.Seat.DisposeAsync();
        }
    }
}
