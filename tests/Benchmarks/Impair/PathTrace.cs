using System.Globalization;
using System.Text.Json;
using Conference.Benchmarks.Browsers;

namespace Conference.Benchmarks.Impair;

/// <summary>Writes down how a case went, step by step, for whoever asks why: the link's queue, what the pod makes of the path, and what the browser showed.</summary>
internal sealed class PathTrace(string file) : IDisposable
{
    private readonly StreamWriter _file = new(file);
    private Func<Task<string>>? _dump;

    /// <summary>A case begins on a server.</summary>
    /// <param name="name">Of the case.</param>
    /// <param name="dump">What the pod says of the room; null: there is no pod.</param>
    public void Begin(string name, Func<Task<string>>? dump)
    {
        _dump = dump;
        _file.WriteLine($"case {name}");
    }

    /// <summary>One look at the link and the pod.</summary>
    public async Task AddAsync(double second, double queueMs)
    {
        var told = _dump is null ? "" : Describe(await _dump());
        _file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{second,6:0.00} queue {queueMs,4:0} ms {told}"));
    }

    /// <summary>What the browser showed.</summary>
    public void Add(IReadOnlyList<DecodeSample> samples)
    {
        var before = samples.Count > 0 ? samples[0] : null;
        foreach (var s in samples)
        {
            _file.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"browser {(s.At - samples[0].At) / 1000,6:0.00} shown {s.Height}p still {s.At - s.ShownAt:0} ms decoded {s.Decoded} frozen {s.FrozenMs:0} concealed {s.Concealed - s.Silent:0} pli {s.Pli} nack {s.Nack} sound waits {Mean(s.SoundHeldMs - before!.SoundHeldMs, s.SoundPlayed - before.SoundPlayed):0} ms picture {Mean(s.PictureHeldMs - before.PictureHeldMs, s.PicturePlayed - before.PicturePlayed):0} ms skew {s.Skew:0} ms nack {s.SoundNack}"));
            before = s;
        }
        _file.Flush();
    }

    /// <summary>What the browser that sends did.</summary>
    public void AddSender(IReadOnlyList<DecodeSample> samples)
    {
        for (var i = 1; i < samples.Count; i++)
        {
            var (s, before) = (samples[i], samples[i - 1]);
            _file.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"sender {(s.At - samples[0].At) / 1000,6:0.00} believes in {s.Outgoing / 1000:0} kbps sent {s.FramesSent} frames, packets wait {Mean(s.SendWaitMs - before.SendWaitMs, s.PacketsSent - before.PacketsSent):0} ms limited by {s.Limited}"));
        }
        _file.Flush();
    }

    public void Dispose() => _file.Dispose();

    private static double Mean(double sum, double count) => count > 0 ? sum / count : 0;

    // Of whoever watches: the only one with a picture in a slot.
    private static string Describe(string dump)
    {
        using var room = JsonDocument.Parse(dump);
        foreach (var session in room.RootElement.GetProperty("sessions").EnumerateArray())
        {
            var slot = session.GetProperty("slots").EnumerateArray().FirstOrDefault(s => s.GetProperty("allocation").GetProperty("demandedBitsPerSecond").GetInt64() > 0);
            if (slot.ValueKind == JsonValueKind.Undefined) continue;
            var (bandwidth, picture) = (session.GetProperty("transport").GetProperty("bandwidth"), slot.GetProperty("allocation"));
            string Kilobits(string name) => bandwidth.GetProperty(name) is { ValueKind: JsonValueKind.Number } value ? $"{value.GetInt64() / 1000}" : "-";
            return $"estimate {Kilobits("estimateBitsPerSecond")} sent {Kilobits("sentBitsPerSecond")} arrives {Kilobits("acknowledgedBitsPerSecond")} wanted {Kilobits("wantedBitsPerSecond")} "
                + $"limited {bandwidth.GetProperty("applicationLimited")} {bandwidth.GetProperty("signal")} delay {bandwidth.GetProperty("queueMilliseconds")} ms loss {bandwidth.GetProperty("lossFraction")} bound {Kilobits("lossBoundBitsPerSecond")} "
                + $"probe {bandwidth.GetProperty("probes")}: {Kilobits("lastProbeBitsPerSecond")} -> {Kilobits("lastProbeResultBitsPerSecond")} pacer {bandwidth.GetProperty("pacerBytes")} B "
                + $"target {picture.GetProperty("target")} now {slot.GetProperty("layer")} {picture.GetProperty("limit")} {picture.GetProperty("bitsPerSecond").GetInt64() / 1000} of {picture.GetProperty("demandedBitsPerSecond").GetInt64() / 1000}";
        }
        return "nobody watches";
    }
}
