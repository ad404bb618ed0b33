using System.Text.Json;
using Conference.Benchmarks.Forward;
using Conference.Benchmarks.Servers;
using Conference.Load;
using Conference.Load.Media;
using Conference.Load.Servers;

namespace Conference.Benchmarks.Compare;

/// <summary>
/// <c>bench compare --peer janus --subscribers 10,50,100,300</c>: CPU per forwarded packet of 1,200 bytes, Conference and Janus by turns, under the same load client, from the kernel's accounts of
/// their processes. Both run in a network namespace behind one veth, whose segmentation is switched on and off. The loop in C runs there too, where it can be compiled: what forwarding alone costs.
/// </summary>
internal static class CompareBench
{
    private const double Clean = 0.1;
    private const int PacketBytes = 1200, Kilobits = 1500;
    private static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(1.5), Idle = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments, "compare", "peer", "subscribers", "seconds", "rounds", "pacing", "segmentation", "receiving", "warm-up", "seed") is not { } options) return 2;
        if (options.Text("peer", "janus") != "janus")
        {
            Console.Error.WriteLine("bench compare knows one peer: janus");
            return 2;
        }
        if ((BenchNetwork.Obstacle ?? (File.Exists(JanusServer.Program) ? null : "needs the package janus")) is { } obstacle)
        {
            Console.Error.WriteLine($"bench compare {obstacle}");
            return 2;
        }
        var plan = new ComparePlan(
            options.Numbers("subscribers", "10,50,100,300"), TimeSpan.FromSeconds(options.Number("seconds", 8)), options.Number("rounds", 3), TimeSpan.FromSeconds(options.Number("warm-up", 30)),
            [.. options.List("pacing", "frames,even").Select(p => Enum.Parse<Pacing>(p, ignoreCase: true))], [.. options.List("segmentation", "on,off").Select(s => s == "on")]);

        var c = await CForwarder.TryBuildAsync();
        if (c is null) Console.WriteLine("no C compiler (cc): without the loop in C");
        await using var network = await BenchNetwork.CreateAsync();
        var apart = options.Text("receiving", "apart") == "apart";
        if (apart) await network.ReceiveApartAsync();
        await using var conference = await ConferenceServer.StartAsync(network);
        await using var janus = await JanusServer.StartAsync(network);
        using var load = new LoadSide(options.Number("seed", 1));
        var ours = Audience.OfOnePicture(await ConferenceMeeting.CreateAsync(conference.Url, CancellationToken.None), conference.Process, load);
        var theirs = Audience.OfOnePicture(await JanusRoom.CreateAsync(janus.Url, CancellationToken.None), janus.Process, load);
        var runs = new List<CompareRun>();
        var idle = (Ours: 0.0, Theirs: 0.0);
        try
        {
            foreach (var subscribers in plan.Subscribers.Order())
            {
                await ours.GrowAsync(subscribers);
                await theirs.GrowAsync(subscribers);
                if (runs.Count == 0)
                {
                    await ours.MeasureAsync(new VideoShape(Kilobits) { PacketBytes = PacketBytes }, plan.WarmUp, LeadIn);
                    await theirs.MeasureAsync(new VideoShape(Kilobits) { PacketBytes = PacketBytes }, plan.WarmUp, LeadIn);
                }
                idle = (await ours.IdleAsync(Idle), await theirs.IdleAsync(Idle));
                Console.WriteLine($"{subscribers,4} receivers, idle: conference {idle.Ours:P2}, janus {idle.Theirs:P2} of a core");
                foreach (var segmentation in plan.Segmentation)
                {
                    await network.SegmentAsync(segmentation);
                    foreach (var pacing in plan.Pacings)
                    {
                        var shape = new VideoShape(Kilobits) { Pacing = pacing, PacketBytes = PacketBytes };
                        var floor = c is null ? null : new Func<Task<Sample>>(() => BareLoop.MeasureAsync(network, c.Program, subscribers, begin => [new VideoSource(1, 11, Offers.Types.Video, begin, shape, new Random(1))], plan.Duration, LeadIn));
                        runs.Add(await AlternateAsync(plan, shape, ours, theirs, floor) with { Subscribers = subscribers, Segmentation = segmentation, Idle = idle });
                        Console.WriteLine(runs[^1]);
                    }
                }
            }
        }
        catch (Exception e) when (e is LoadException or TimeoutException or InvalidOperationException)
        {
            await Console.Error.WriteLineAsync($"bench compare: {e.Message}\nconference said last:\n{conference.Process.Output}\njanus said last:\n{janus.Process.Output}");
            return 1;
        }
        finally
        {
            await ours.DisposeAsync();
            await theirs.DisposeAsync();
        }
        Console.WriteLine(JsonSerializer.Serialize(new { runs = runs.Select(r => r.Json()), highestCleanPacketsPerSecond = Highest(runs) }));
        return runs.Count > 0 ? 0 : 1;
    }

    private static async Task<CompareRun> AlternateAsync(ComparePlan plan, VideoShape shape, Audience ours, Audience theirs, Func<Task<Sample>>? floor)
    {
        var (mine, other, bare) = (new List<Sample>(), new List<Sample>(), new List<Sample>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            // Whoever went second goes first next.
            if (round % 2 == 0) mine.Add(await ours.MeasureAsync(shape, plan.Duration, LeadIn));
            other.Add(await theirs.MeasureAsync(shape, plan.Duration, LeadIn));
            if (round % 2 == 1) mine.Add(await ours.MeasureAsync(shape, plan.Duration, LeadIn));
            if (floor is not null) bare.Add(await floor());
        }
        return new CompareRun(shape.Pacing, new(mine), new(other), bare.Count > 0 ? new(bare) : null);
    }

    /// <summary>The highest packet rate at which each lost less than a thousandth.</summary>
    private static object Highest(List<CompareRun> runs)
    {
        double Best(Func<CompareRun, ServerSamples> of) => Math.Round(runs.Select(of).Where(s => s.LostPercent < Clean).Select(s => s.PacketsPerSecond).DefaultIfEmpty(0).Max());
        return new { conference = Best(r => r.Conference), janus = Best(r => r.Janus) };
    }

    private sealed record ComparePlan(int[] Subscribers, TimeSpan Duration, int Rounds, TimeSpan WarmUp, Pacing[] Pacings, bool[] Segmentation);

    /// <summary>All rounds of one server.</summary>
    private sealed record ServerSamples(List<Sample> All)
    {
        public double MicrosPerPacket => Median(All.Select(s => s.MicrosPerPacket));

        public double PacketsPerSecond => Median(All.Select(s => s.PacketsPerSecond));

        public double LostPercent => 100.0 * (All.Sum(s => s.VideoExpected) - All.Sum(s => s.Received)) / Math.Max(1, All.Sum(s => s.VideoExpected));

        public long ClientDrops => All.Sum(s => s.ClientDrops);

        public (double P50, double P99) DelayMs
        {
            get
            {
                var delays = new DelayHistogram();
                foreach (var sample in All) delays.Add(sample.VideoDelays);
                return (delays.Quantile(0.5) / 1000.0, delays.Quantile(0.99) / 1000.0);
            }
        }

        private static double Median(IEnumerable<double> values)
        {
            var sorted = values.Order().ToArray();
            return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
        }
    }

    private sealed record CompareRun(Pacing Pacing, ServerSamples Conference, ServerSamples Janus, ServerSamples? Bare)
    {
        public int Subscribers { get; init; }

        public bool Segmentation { get; init; }

        public (double Conference, double Janus) Idle { get; init; }

        private bool Counts => Conference.LostPercent < Clean && Janus.LostPercent < Clean;

        public object Json() => new
        {
            subscribers = Subscribers,
            pacing = Pacing.ToString().ToLowerInvariant(),
            segmentation = Segmentation,
            microsPerPacket = new { conference = Micros(Conference), janus = Micros(Janus), c = Bare is null ? (double?)null : Micros(Bare) },
            ratio = Counts ? Math.Round(Conference.MicrosPerPacket / Janus.MicrosPerPacket, 4) : (double?)null,
            ratioOfC = Counts && Bare is { LostPercent: < Clean } ? Math.Round(Bare.MicrosPerPacket / Janus.MicrosPerPacket, 4) : (double?)null,
            lostPercent = Both(s => Math.Round(s.LostPercent, 4)),
            packetsPerSecond = Both(s => Math.Round(s.PacketsPerSecond)),
            delayMs = Both(s => new { p50 = s.DelayMs.P50, p99 = s.DelayMs.P99 }),
            idleCpuPercent = new { conference = Math.Round(Idle.Conference * 100, 2), janus = Math.Round(Idle.Janus * 100, 2) },
            clientDrops = Both(s => s.ClientDrops),
        };

        public override string ToString() =>
            $"{Subscribers,4} receivers, {Pacing,-6} segmentation {(Segmentation ? "on, " : "off,")} conference {Line(Conference)}, janus {Line(Janus)}, "
            + (Bare is null ? "" : $"C alone {Line(Bare)}, ")
            + (Counts ? $"ratio 1/{Janus.MicrosPerPacket / Conference.MicrosPerPacket:F1}" : "no ratio: not both lose less than 0.1 %");

        private static string Line(ServerSamples s) => $"{s.MicrosPerPacket:F2} us, {s.PacketsPerSecond:F0}/s, lost {s.LostPercent:F3} %, p99 {s.DelayMs.P99:F1} ms";

        private static double Micros(ServerSamples s) => Math.Round(s.MicrosPerPacket, 3);

        private object Both<T>(Func<ServerSamples, T> of) => new { conference = of(Conference), janus = of(Janus) };
    }
}
