using System.Text.Json;
using Conference.Benchmarks.Compare;
using Conference.Benchmarks.Servers;
using Conference.Load.Media;
using Conference.Load.Servers;

namespace Conference.Benchmarks.Latency;

/// <summary>Nine pictures for everybody, at rising rates, until twice as much is wanted as leaves; meanwhile the control plane is busy.</summary>
internal static class OverloadRun
{
    /// <summary>How much more is to be wanted than leaves.</summary>
    public const double Enough = 2;

    private const int Pictures = 9, Voices = 3, LeastKilobits = 60;

    public static async Task<OverloadFigures> MeasureAsync(LatencyPlan plan, BenchNetwork network, ConferenceServer conference, LoadSide load)
    {
        var meeting = await ConferenceMeeting.CreateAsync(conference.Url, CancellationToken.None);
        PeerPlan[] publishers = [.. Enumerable.Range(0, Pictures).Select(i => new PeerPlan { Audio = i < Voices ? Audience.Voice : null, Video = [("", Audience.Picture(load, new VideoShape(LeastKilobits)))] })];
        await using var audience = new Audience(
            meeting, conference.Process, load, publishers, new PeerPlan { AudioSlots = Voices, VideoSlots = Pictures, DropsVideo = true, Estimate = 4_000_000_000 });
        await audience.GrowAsync(plan.OverloadReceivers);
        // The control plane is busy here too, so that .NET compiles what that needs before anything is measured.
        await WhileBusyAsync(() => audience.MeasureAsync(new VideoShape(LeastKilobits), plan.WarmUp, LatencyBench.LeadIn));
        var unloaded = await audience.MeasureAsync(new VideoShape(LeastKilobits), plan.Duration, LatencyBench.LeadIn);
        var figures = default(OverloadFigures)!;
        var joins = await WhileBusyAsync(async () =>
        {
            foreach (var kilobits in plan.Rates)
            {
                figures = await StepAsync(plan, network, conference, audience, kilobits, LatencyBench.P99(unloaded.AudioDelays));
                Console.WriteLine(figures);
                if (figures.DemandToCarried >= Enough) break;
            }
        });
        return figures with { Joins = joins };

        // Joins meanwhile.
        async Task<int> WhileBusyAsync(Func<Task> work)
        {
            using var enough = new CancellationTokenSource();
            var bustle = new ControlBustle(meeting, conference, load);
            var bustling = bustle.RunAsync(enough.Token);
            await work();
            await enough.CancelAsync();
            await bustling;
            return bustle.Joins;
        }
    }

    private static async Task<OverloadFigures> StepAsync(LatencyPlan plan, BenchNetwork network, ConferenceServer conference, Audience audience, int kilobits, double unloadedMs)
    {
        var where = await WhereLost.ReadAsync(network, conference, await audience.SendDropsAsync());
        var scrape = await conference.ScrapeAsync();
        var carried = network.BytesFromServers;
        var begun = TimeProvider.System.GetTimestamp();
        var loaded = await audience.MeasureAsync(new VideoShape(kilobits), plan.Duration, LatencyBench.LeadIn);
        // The device counts lead-in and measurement; the demand is of as long.
        var seconds = (loaded.Elapsed + LatencyBench.LeadIn).TotalSeconds;
        carried = network.BytesFromServers - carried;
        where = await WhereLost.ReadAsync(network, conference, await audience.SendDropsAsync()) - where;
        var after = await conference.ScrapeAsync();
        var worker = MetricsText.Quantile(MetricsText.Buckets(scrape, LatencyBench.TransitMetric, "sound"), MetricsText.Buckets(after, LatencyBench.TransitMetric, "sound"), 0.99);
        var demand = (double)Pictures * kilobits * 125 * plan.OverloadReceivers;
        var loadedMs = LatencyBench.P99(loaded.AudioDelays);
        return new(
            Math.Round(loadedMs / Math.Max(0.001, unloadedMs), 2), loaded.AudioLost, loaded.AudioLostByAll, unloadedMs, loadedMs, worker is { } bound ? Math.Min(bound, 10) * 1000 : null,
            Math.Round(demand * seconds / Math.Max(1, carried), 2), Math.Round(demand * 8 / 1e6), where, 0);
    }
}

/// <summary>What one overload came to.</summary>
/// <param name="AudioRatio">The delay of sound, to what it is unloaded.</param>
/// <param name="AudioLost">Packets of sound that did not come.</param>
/// <param name="AudioLostByAll">Of them, those that came to nobody, so that they were lost before the pod made copies.</param>
/// <param name="UnloadedP99Ms">The delay of sound, unloaded.</param>
/// <param name="LoadedP99Ms">The delay of sound under load.</param>
/// <param name="WorkerP99Ms">Of that, what sound is in the worker, from the receive call to the send call.</param>
/// <param name="DemandToCarried">How much more was wanted than left.</param>
/// <param name="DemandMbps">What was wanted.</param>
/// <param name="Where">What was dropped on each part of the way.</param>
/// <param name="Joins">Joins meanwhile.</param>
internal sealed record OverloadFigures(
    double AudioRatio, long AudioLost, long AudioLostByAll, double UnloadedP99Ms, double LoadedP99Ms, double? WorkerP99Ms, double DemandToCarried, double DemandMbps, WhereLost Where, int Joins)
{
    /// <inheritdoc/>
    public override string ToString() =>
        $"{DemandMbps,7:F0} Mbps wanted, {DemandToCarried:F2} times what leaves: sound p99 {LoadedP99Ms:F2} ms (unloaded {UnloadedP99Ms:F2}, in the worker {WorkerP99Ms:F2}), lost {AudioLost}, of them before the pod's copies {AudioLostByAll}; {JsonSerializer.Serialize(Where, JsonSerializerOptions.Web)}";
}
