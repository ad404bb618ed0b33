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
/// <param name="Frames">Pictures decoded.</param>
internal sealed record FreezeReport(double Freezes, double FreezeSeconds, double ConcealedMs, double LongestGapMs, double Frames)
{
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Frames:0} pictures, longest gap {LongestGapMs:0} ms, {Freezes:0} freezes of {FreezeSeconds * 1000:0} ms in all, {ConcealedMs:0} ms of sound concealed");
}

/// <summary>Watches what a page shows of others.</summary>
internal sealed class FreezeWatch
{
    // Gaps are taken where frames are handed to the compositor; a busy machine delays that, so they are told and not judged.
    private const string Script = """
        () => {
          const all = (root, found = []) => { for (const e of root.querySelectorAll('*')) { if (e.localName === 'video') found.push(e); if (e.shadowRoot) all(e.shadowRoot, found); } return found; };
          const watch = { gap: 0 };
          window.freezeWatch = watch;
          for (const video of all(document)) {
            let last = performance.now();
            const shown = (now) => { if (window.freezeWatch !== watch) return; watch.gap = Math.max(watch.gap, now - last); last = now; video.requestVideoFrameCallback(shown); };
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
        var gap = await _person.Page.EvaluateAsync<double>("() => { const gap = window.freezeWatch.gap; window.freezeWatch = null; return gap; }");
        return new FreezeReport(after.Freezes - _before.Freezes, after.Seconds - _before.Seconds, after.ConcealedMs - _before.ConcealedMs, gap, after.Frames - _before.Frames);
    }

    private static async Task<Totals> ReadAsync(Person person)
    {
        var inbound = await person.ProbeAsync<Inbound[]>("stats('inbound-rtp')");
        return new Totals(inbound.Sum(i => i.FreezeCount), inbound.Sum(i => i.TotalFreezesDuration), inbound.Sum(i => i.ConcealedSamples - i.SilentConcealedSamples) / 48.0, inbound.Sum(i => i.FramesDecoded));
    }

    private sealed record Totals(double Freezes, double Seconds, double ConcealedMs, double Frames);

    private sealed record Inbound(
        [property: JsonPropertyName("freezeCount")] double FreezeCount,
        [property: JsonPropertyName("totalFreezesDuration")] double TotalFreezesDuration,
        [property: JsonPropertyName("concealedSamples")] double ConcealedSamples,
        [property: JsonPropertyName("silentConcealedSamples")] double SilentConcealedSamples,
        [property: JsonPropertyName("framesDecoded")] double FramesDecoded);
}
