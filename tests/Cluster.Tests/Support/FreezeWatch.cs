using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Conference.Support.Browser;

namespace Conference.Cluster.Tests.Support;

/// <summary>What a person's picture and sound of the others did between two moments.</summary>
/// <param name="Freezes">Freezes as WebRTC's statistics count them.</param>
/// <param name="FreezeSeconds">Their sum.</param>
/// <param name="ConcealedMs">Sound that was made up because none had come.</param>
/// <param name="LongestGapMs">The longest time between two pictures that were shown.</param>
/// <param name="GapAtMs">When that ended, after the first moment.</param>
/// <param name="Frames">Pictures decoded.</param>
/// <param name="KeyFrames">Those of them that stand for themselves: more than few mean that a stream began anew.</param>
internal sealed record FreezeReport(double Freezes, double FreezeSeconds, double ConcealedMs, double LongestGapMs, double GapAtMs, double Frames, double KeyFrames)
{
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Frames:0} pictures ({KeyFrames:0} key), longest gap {LongestGapMs:0} ms (at {GapAtMs / 1000:0.0} s), {Freezes:0} freezes of {FreezeSeconds * 1000:0} ms in all, {ConcealedMs:0} ms of sound concealed");
}

/// <summary>Watches what a page shows of others.</summary>
internal sealed class FreezeWatch
{
    // Gaps are taken where frames are handed to the compositor; a busy machine delays that, so they are told and not judged.
    private const string Script = """
        () => {
          const all = (root, found = []) => { for (const e of root.querySelectorAll('*')) { if (e.localName === 'video') found.push(e); if (e.shadowRoot) all(e.shadowRoot, found); } return found; };
          const watch = { gap: 0, at: 0, begun: performance.now() };
          window.freezeWatch = watch;
          for (const video of all(document)) {
            let last = performance.now();
            const shown = (now) => { if (window.freezeWatch !== watch) return; if (now - last > watch.gap) { watch.gap = now - last; watch.at = now - watch.begun; } last = now; video.requestVideoFrameCallback(shown); };
            video.requestVideoFrameCallback((now) => { last = now; video.requestVideoFrameCallback(shown); });
          }
        }
        """;

    private readonly Person _person;
    private readonly Totals _before;

    private FreezeWatch(Person person, Totals before) => (_person, _before) = (person, before);

    public static async Task<FreezeWatch> BeginAsync(Person person)
    {
        await person.Page.EvaluateAsync(Script);
        return new FreezeWatch(person, await ReadAsync(person));
    }

    public async Task<FreezeReport> EndAsync()
    {
        var after = await ReadAsync(_person);
        var gap = await _person.Page.EvaluateAsync<double[]>("() => { const { gap, at } = window.freezeWatch; window.freezeWatch = null; return [gap, at]; }");
        return new FreezeReport(
            after.Freezes - _before.Freezes, after.Seconds - _before.Seconds, after.ConcealedMs - _before.ConcealedMs, gap[0], gap[1], after.Frames - _before.Frames, after.KeyFrames - _before.KeyFrames);
    }

    private static async Task<Totals> ReadAsync(Person person)
    {
        var inbound = await person.ProbeAsync<Inbound[]>("stats('inbound-rtp')");
        return new Totals(inbound.Sum(i => i.FreezeCount), inbound.Sum(i => i.TotalFreezesDuration), inbound.Sum(i => i.ConcealedSamples - i.SilentConcealedSamples) / 48.0, inbound.Sum(i => i.FramesDecoded), inbound.Sum(i => i.KeyFramesDecoded));
    }

    private sealed record Totals(double Freezes, double Seconds, double ConcealedMs, double Frames, double KeyFrames);

    private sealed record Inbound(
        [property: JsonPropertyName("freezeCount")] double FreezeCount,
        [property: JsonPropertyName("totalFreezesDuration")] double TotalFreezesDuration,
        [property: JsonPropertyName("concealedSamples")] double ConcealedSamples,
        [property: JsonPropertyName("silentConcealedSamples")] double SilentConcealedSamples,
        [property: JsonPropertyName("framesDecoded")] double FramesDecoded,
        [property: JsonPropertyName("keyFramesDecoded")] double KeyFramesDecoded);
}
