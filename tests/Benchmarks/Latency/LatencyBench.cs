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
    internal const string TransitMetric = "media_transit_total";

    private const int Kilobits = 600;
    private const double MostWorkerMs = 0.5, MostRatioToC = 1.5, MostOverloadRatio = 2;
    internal static readonly TimeSpan LeadIn = TimeSpan.FromSeconds(1.5);

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (BenchOptions.Parse(arguments, "latency", "receivers", "overload-receivers", "seconds", "rounds", "warm-up", "peer", "parts", "rates") is not { } options) return 2;
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
        var parts = options.List("parts", "calm,standalone,pod-alone");
        var plan = new LatencyPlan(
            options.Number("receivers", 30), options.Number("overload-receivers", 60), TimeSpan.FromSeconds(options.Number("seconds", 8)), options.Number("rounds", 3), TimeSpan.FromSeconds(options.Number("warm-up", 20)),
            options.Numbers("rates", "1000,2000,4000,8000,11500"));
        await using var network = await BenchNetwork.CreateAsync();
        await network.ReceiveApartAsync();
        using var load = new LoadSide(1);
        CalmFigures? calm = null;
        OverloadFigures? standalone = null, podAlone = null;
        if (parts.Contains("calm") || parts.Contains("standalone"))
        {
            await using var conference = await ConferenceServer.StartAsync(network);
            await using (var janus = withPeer && parts.Contains("calm") ? await JanusServer.StartAsync(network) : null)
                if (parts.Contains("calm")) calm = await CalmAsync(plan, network, c, conference, janus, load);
            if (parts.Contains("standalone")) standalone = await OverloadRun.MeasureAsync(plan, network, conference, load);
        }
        if (parts.Contains("pod-alone"))
        {
            await using var conference = await ConferenceServer.StartPodAloneAsync(network);
            podAlone = await OverloadRun.MeasureAsync(plan, network, conference, load);
        }
        OverloadFigures[] loaded = [.. new[] { standalone, podAlone }.OfType<OverloadFigures>()];
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            workerAudioP99Ms = calm?.WorkerMs,
            audioP99Ms = Rounded(calm?.OursMs, 3),
            cAudioP99Ms = Rounded(calm?.CMs, 3),
            janusAudioP99Ms = calm?.JanusMs,
            ratioToC = Rounded(calm?.RatioToC, 2),
            overloadAudioRatio = loaded.Length > 0 ? loaded.Max(o => o.AudioRatio) : (double?)null,
            overloadAudioLost = loaded.Length > 0 ? loaded.Sum(o => o.AudioLost) : (long?)null,
            overload = new { standalone, podAlone },
        }, JsonSerializerOptions.Web));
        var ok = calm is null or { WorkerMs: <= MostWorkerMs, RatioToC: <= MostRatioToC } && loaded.All(o => o is { AudioRatio: <= MostOverloadRatio, AudioLost: 0, DemandToCarried: >= OverloadRun.Enough });
        return ok ? 0 : 1;
    }

    private static double? Rounded(double? value, int digits) => value is { } known ? Math.Round(known, digits) : null;

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

    internal static double P99(DelayHistogram delays) => delays.Quantile(0.99) / 1000.0;

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private sealed record CalmFigures(double? WorkerMs, double OursMs, double CMs, double? JanusMs, double RatioToC);
}

/// <summary>What is measured, and how long.</summary>
internal sealed record LatencyPlan(int Receivers, int OverloadReceivers, TimeSpan Duration, int Rounds, TimeSpan WarmUp, int[] Rates);
