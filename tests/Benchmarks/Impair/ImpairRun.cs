using System.Diagnostics;
using System.Net;
using Conference.Benchmarks.Browsers;
using Conference.Benchmarks.Servers;
using Conference.Load.Media;
using Conference.Load.Servers;
using Conference.Support.Media.Impairment;

namespace Conference.Benchmarks.Impair;

/// <summary>One case on one server: somebody sends, a real Chromium receives, and one of the two ways is impaired.</summary>
/// <param name="relayAddress">Where relays listen.</param>
/// <param name="load">Carries generated publishers.</param>
/// <param name="recording">What they send.</param>
/// <param name="viewer">Receives.</param>
/// <param name="sender">Sends where the way up is impaired, as only real clients repair that.</param>
internal sealed class ImpairRun(IPAddress relayAddress, LoadSide load, Recording recording, BrowserPeer viewer, BrowserPeer sender)
{
    private const double CutSeconds = 3;
    private static readonly LinkConditions Far = new() { Delay = ImpairCase.OneWay };
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(6), Look = TimeSpan.FromMilliseconds(100);

    /// <summary>Where what happens is written down; null: nowhere.</summary>
    public PathTrace? Trace { get; init; }

    public async Task<CaseFigures> RunAsync(IMeetingServer meeting, ImpairCase what, TimeSpan duration, int seed)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        ImpairmentRelay? relay = null;
        RelayedPeer Through(ISdpPeer peer) => new(peer, server => (relay = ImpairmentRelay.Start(new RelayOptions(relayAddress, server, seed))).Address);

        using var publisher = new LoadPeer(load.Rig, recording.Plan());
        var seats = new List<ISeat>();
        try
        {
            if (what.IsUplink)
            {
                seats.Add(await meeting.PublishAsync(Through(sender.ToSend(recording.Height, what.Nack)), bound.Token));
                await sender.ConnectedAsync();
            }
            else
            {
                seats.Add(await meeting.PublishAsync(publisher, bound.Token));
                await publisher.EstablishedAsync(bound.Token);
                await publisher.BeginAsync();
            }
            viewer.ToReceive(what.Red, what.Nack);
            seats.Add(await meeting.WatchAsync(what.IsUplink ? viewer : Through(viewer), bound.Token));
            await viewer.ConnectedAsync();
            // First on a link that is as long and does nothing else, so that what the case does is what is seen: a path that grows longer looks like a queue to whoever sends.
            relay!.Change(up: Far, down: Far);
            await Task.Delay(Settle, bound.Token);
            return await MeasureAsync(relay, what, duration);
        }
        finally
        {
            await viewer.CloseAsync();
            if (what.IsUplink) await sender.CloseAsync();
            foreach (var seat in seats) await seat.DisposeAsync();
            relay?.Dispose();
        }
    }

    private async Task<CaseFigures> MeasureAsync(ImpairmentRelay relay, ImpairCase what, TimeSpan duration)
    {
        var link = what.IsUplink ? relay.Up : relay.Down;
        var (packets, left) = (link.Packets, link[LinkFate.Delivered]);
        var queue = new List<(double Second, double Ms)>();
        await viewer.StartAsync();
        if (what.IsUplink && Trace is not null) await sender.StartAsync();
        var clock = Stopwatch.StartNew();
        for (var phase = 0; phase < what.Phases.Length; phase++)
        {
            relay.Change(up: what.IsUplink ? what.Phases[phase] : Far, down: what.IsUplink ? Far : what.Phases[phase]);
            while (clock.Elapsed < duration * (phase + 1) / what.Phases.Length)
            {
                await Task.Delay(Look);
                queue.Add((clock.Elapsed.TotalSeconds, link.TakeLongestQueue().TotalMilliseconds));
                if (Trace is not null) await Trace.AddAsync(queue[^1].Second, queue[^1].Ms);
            }
        }
        var samples = await viewer.StopAsync();
        Trace?.Add(samples);
        if (what.IsUplink && Trace is not null) Trace.AddSender(await sender.StopAsync());
        return Figures(what, samples, queue, duration.TotalSeconds, 100.0 * (link.Packets - packets - (link[LinkFate.Delivered] - left)) / Math.Max(1, link.Packets - packets));
    }

    private static CaseFigures Figures(ImpairCase what, DecodeSample[] samples, List<(double Second, double Ms)> queue, double seconds, double linkLost)
    {
        var all = Experience.Of(samples, Math.Min(CutSeconds, seconds / 2), seconds);
        var best = all.Heights.Select(h => h.Height).DefaultIfEmpty(0).Max();
        var figures = new CaseFigures(
            Math.Round(all.FreezeMs), Math.Round(all.ConcealedPercent, 3), Math.Round(all.FramesPerSecond, 1), null, null, null, all.Flaps(), best, all.Pli, all.Nack, Math.Round(linkLost, 2), all.RedundantPackets, all.SoundNack, Round(all.SkewMs));
        if (what.Phases.Length < 3) return figures;
        var (down, up) = (seconds / 3, seconds * 2 / 3);
        var step = Experience.Of(samples, down, Math.Min(down + 5, up));
        return figures with
        {
            RecoverMs = Round(Experience.Of(samples, up, seconds).RecoverMs(up, best)),
            ConcealedMsAtStepDown = Round(step.ConcealedPercent / 100 * Math.Min(5, up - down) * 1000),
            QueueUnder100MsAfterMs = Round(StaysUnder(queue, 100, down, up)),
        };
    }

    private static double? StaysUnder(List<(double Second, double Ms)> queue, double ms, double from, double to)
    {
        var within = queue.Where(q => q.Second >= from && q.Second < to).ToList();
        if (within.Count == 0 || within[^1].Ms >= ms) return null;
        var last = within.FindLastIndex(q => q.Ms >= ms);
        return last < 0 ? 0 : (within[last + 1].Second - from) * 1000;
    }

    private static double? Round(double? value) => value is { } number ? Math.Round(number) : null;
}

/// <summary>What generated publishers send to real receivers.</summary>
/// <param name="Sound">One voice.</param>
/// <param name="Layers">The encodings of one picture, the smallest first.</param>
/// <param name="Height">Of the largest.</param>
internal sealed record Recording(SoundFile Sound, IReadOnlyList<(string Rid, VideoFile File)> Layers, int Height)
{
    /// <summary>Encodes it.</summary>
    public static async Task<Recording> MakeAsync(Recordings recordings, string voice, CancellationToken cancellation)
    {
        var layers = new List<(string, VideoFile)>();
        foreach (var (rid, height, kilobits) in new[] { ("q", 90, 120), ("h", 180, 400), ("f", 360, 1500) })
            layers.Add((rid, await recordings.PictureAsync(height * 16 / 9, height, kilobits, seconds: 10, cancellation)));
        return new(await recordings.SoundAsync(voice, cancellation), layers, 360);
    }

    /// <summary>Somebody who sends it.</summary>
    public PeerPlan Plan() => new()
    {
        Audio = s => new RecordedAudioSource(s.Stream, s.Ssrc, s.PayloadType, Offers.LevelExtension, s.BeginMicroseconds, Sound),
        Video = [.. Layers.Select(l => (l.Rid, (Func<SourceStart, PacketSource>)(s => new RecordedVideoSource(s.Stream, s.Ssrc, s.PayloadType, s.BeginMicroseconds, l.File) { Extensions = s.Extensions })))],
    };
}
