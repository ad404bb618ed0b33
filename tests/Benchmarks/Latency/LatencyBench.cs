using System.Text.Json;
using Conference.Benchmarks.Compare;
using Conference.Benchmarks.Forward;
using Conference.Benchmarks.Servers;
using Conference.Load.Media;
using Conference.Load.Servers;

namespace Conference.Benchmarks.Latency;

/// <summary>
/// <c>bench latency</c>: how long a voice takes, inside the worker and from sender to receiver, beside the C loop and Janus in the same run; and while more video is wanted than a core can carry.
/// </summary>
internal static class LatencyBench
{
    /// <summary>What the pod publishes of the time that packets are in it (<c>PodMetrics</c>).</summary>
    private const string TransitMetric = "media_transit_total";

    private const int Kilobits = 600;
    private const double MostWorkerMs = 0.5, MostRatioToC = 1.5, MostOverloadRatio = 2, Overload = 2;
    private static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(1.5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments, "latency", "receivers", "overload-receivers", "seconds", "rounds", "warm-up", "peer") is not { } options) return 2;
        var withPeer = options.Text("peer", "janus") == "janus";
        if ((BenchNetwork.Obstacle ?? (withPeer && !File.Exists(JanusServer.Program) ? "needs the package janus" : null)) is { } obstacle)
        {
            await Console.Error.WriteLineAsync($"bench latency {obstacle}");
            return 2;
        }
        if (await CForwarder.TryBuildAsync() is not { } c)
        {
            await Console.Error.WriteLineAsync("bench latency needs a C compiler (cc) for its yardstick: apt-get install gcc");
            return 2;
        }
        var plan = new LatencyPlan(options.Number("receivers", 30), options.Number("overload-receivers", 60), TimeSpan.FromSeconds(options.Number("seconds", 8)), options.Number("rounds", 3), TimeSpan.FromSeconds(options.Number("warm-up", 20)));
        await using var network = await BenchNetwork.CreateAsync();
        await network.ReceiveApartAsync();
        using var load = new LoadSide(1);
        CalmFigures calm;
        OverloadFigures standalone, podAlone;
        await using (var conference = await ConferenceServer.StartAsync(network))
        {
            await using (var janus = withPeer ? await JanusServer.StartAsync(network) : null) calm = await CalmAsync(plan, network, c, conference, janus, load);
            standalone = await OverloadedAsync(plan, network, conference, load);
        }
        await using (var conference = await ConferenceServer.StartPodAloneAsync(network)) podAlone = await OverloadedAsync(plan, network, conference, load);
        OverloadFigures[] both = [standalone, podAlone];
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workerAudioP99Ms = calm.WorkerMs,
            audioP99Ms = Math.Round(calm.OursMs, 3),
            cAudioP99Ms = Math.Round(calm.CMs, 3),
            janusAudioP99Ms = calm.JanusMs,
            ratioToC = Math.Round(calm.RatioToC, 2),
            overloadAudioRatio = Math.Round(both.Max(o => o.AudioRatio), 2),
            overloadAudioLost = both.Sum(o => o.AudioLost),
            overload = new { standalone, podAlone },
        }, JsonSerializerOptions.Web));
        var ok = calm.WorkerMs is <= MostWorkerMs && calm.RatioToC <= MostRatioToC && both.All(o => o is { AudioRatio: <= MostOverloadRatio, AudioLost: 0, DemandToCarried: >= Overload });
        return ok ? 0 : 1;
    }

    private static async Task<CalmFigures> CalmAsync(LatencyPlan plan, BenchNetwork network, CForwarder c, ConferenceServer conference, JanusServer? janus, LoadSide load)
    {
        Audience Of(IMeetingServer meeting, ServerProcess server) => new(
            meeting, server, load, [new PeerPlan { Audio = Audience.Voice, Video = [("", Audience.Picture(load, new VideoShape(Kilobits)))] }], new PeerPlan { AudioSlots = 1, VideoSlots = 1 });
        await using var ours = Of(await ConferenceMeeting.CreateAsync(conference.Url, CancellationToken.None), conference.Process);
        await using var theirs = janus is null ? null : Of(await JanusRoom.CreateAsync(janus.Url, CancellationToken.None), janus.Process);
        await ours.GrowAsync(plan.Receivers);
        if (theirs is not null) await theirs.GrowAsync(plan.Receivers);
        await ours.MeasureAsync(null, plan.WarmUp, LeadIn);

        var before = MetricsText.Buckets(await conference.ScrapeAsync(), TransitMetric, "sound");
        var (mine, cs, peers, ratios) = (new List<double>(), new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < plan.Rounds; round++)
        {
            mine.Add(P99((await ours.MeasureAsync(null, plan.Duration, LeadIn)).AudioDelays));
            cs.Add(P99((await BareLoop.MeasureAsync(network, c.Program, plan.Receivers, begin => BareLoop.VoiceAndPicture(begin, Kilobits), plan.Duration, LeadIn)).AudioDelays));
            if (theirs is not null) peers.Add(P99((await theirs.MeasureAsync(null, plan.Duration, LeadIn)).AudioDelays));
            ratios.Add(mine[^1] / Math.Max(0.001, cs[^1]));
            Console.WriteLine($"{round + 1,3}: sound p99 conference {mine[^1]:F2} ms, C {cs[^1]:F2} ms{(theirs is null ? "" : $", janus {peers[^1]:F2} ms")}");
        }
        var worker = MetricsText.Quantile(before, MetricsText.Buckets(await conference.ScrapeAsync(), TransitMetric, "sound"), 0.99);
        return new(worker is { } bound ? Math.Min(bound, 10) * 1000 : null, Median(mine), Median(cs), peers.Count > 0 ? Math.Round(Median(peers), 3) : null, Median(ratios));
    }

    /// <summary>Nine pictures for everybody, at rising rates, until twice as much is wanted as leaves; meanwhile the control plane is busy.</summary>
    private static async Task<OverloadFigures> OverloadedAsync(LatencyPlan plan, BenchNetwork network, ConferenceServer conference, LoadSide load)
    {
        const int pictures = 9, voices = 3, leastKilobits = 60;
        var meeting = await ConferenceMeeting.CreateAsync(conference.Url, CancellationToken.None);
        PeerPlan[] publishers = [.. Enumerable.Range(0, pictures).Select(i => new PeerPlan { Audio = i < voices ? Audience.Voice : null, Video = [("", Audience.Picture(load, new VideoShape(leastKilobits)))] })];
        await using var audience = new Audience(
            meeting, conference.Process, load, publishers, new PeerPlan { AudioSlots = voices, VideoSlots = pictures, DropsVideo = true, Estimate = 4_000_000_000 });
        await audience.GrowAsync(plan.OverloadReceivers);
        await audience.MeasureAsync(new VideoShape(leastKilobits), plan.WarmUp, LeadIn);
        var unloaded = await audience.MeasureAsync(new VideoShape(leastKilobits), plan.Duration, LeadIn);
        using var enough = new CancellationTokenSource();
        var bustle = new ControlBustle(meeting, conference, load);
        var bustling = bustle.RunAsync(enough.Token);
        var figures = default(OverloadFigures)!;
        foreach (var kilobits in new[] { 1000, 2000, 4000, 8000, 11_500 })
        {
            var carried = network.BytesFromServers;
            var loaded = await audience.MeasureAsync(new VideoShape(kilobits), plan.Duration, LeadIn);
            // The device counts lead-in and measurement; the demand is of as long.
            var seconds = (loaded.Elapsed + LeadIn).TotalSeconds;
            var demand = (double)pictures * kilobits * 125 * plan.OverloadReceivers;
            figures = new(
                Math.Round(P99(loaded.AudioDelays) / Math.Max(0.001, P99(unloaded.AudioDelays)), 2), loaded.AudioLost, P99(unloaded.AudioDelays), P99(loaded.AudioDelays), Math.Round(demand * seconds / Math.Max(1, network.BytesFromServers - carried), 2),
                bustle.Joins);
            Console.WriteLine($"{demand * 8 / 1e6,7:F0} Mbps wanted, {figures.DemandToCarried:F2} times what leaves: sound p99 {figures.LoadedP99Ms:F2} ms (unloaded {figures.UnloadedP99Ms:F2}), lost {figures.AudioLost}");
            if (figures.DemandToCarried >= Overload) break;
        }
        await enough.CancelAsync();
        await bustling;
        return figures with { Joins = bustle.Joins };
    }

    private static double P99(DelayHistogram delays) => delays.Quantile(0.99) / 1000.0;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed record LatencyPlan(int Receivers, int OverloadReceivers, TimeSpan Duration, int Rounds, TimeSpan WarmUp);

    private sealed record CalmFigures(double? WorkerMs, double OursMs, double CMs, double? JanusMs, double RatioToC);

    private sealed record OverloadFigures(double AudioRatio, long AudioLost, double UnloadedP99Ms, double LoadedP99Ms, double DemandToCarried, int Joins);
}
