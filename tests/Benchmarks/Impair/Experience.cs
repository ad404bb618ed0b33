using Conference.Benchmarks.Browsers;

namespace Conference.Benchmarks.Impair;

/// <summary>What a person at the receiving browser would have noticed, from its samples. Pure.</summary>
/// <param name="FreezeMs">The picture stood still, together.</param>
/// <param name="ConcealedPercent">Of the sound, what was made up and was not silence.</param>
/// <param name="FramesPerSecond">Frames shown.</param>
/// <param name="Heights">The heights of the picture, each where it changed: seconds from the beginning. 0: it stands still.</param>
/// <param name="Pli">Key frames asked for.</param>
/// <param name="Nack">Retransmissions asked for.</param>
internal sealed record Experience(double FreezeMs, double ConcealedPercent, double FramesPerSecond, IReadOnlyList<(double Second, int Height)> Heights, int Pli, int Nack)
{
    /// <summary>Packets of sound that came as redundancy of others.</summary>
    public long RedundantPackets { get; private init; }

    /// <summary>Packets of sound asked for again.</summary>
    public long SoundNack { get; private init; }

    /// <summary>How far apart picture and sound of one person were played, in milliseconds: 95 of 100 looks found less. Null: the browser does not know.</summary>
    public double? SkewMs { get; private init; }

    private const double StillMs = 1000;

    /// <summary>Of the samples between two moments, in seconds after the first sample.</summary>
    public static Experience Of(IReadOnlyList<DecodeSample> all, double from, double to)
    {
        var begin = all.Count > 0 ? all[0].At : 0;
        var samples = all.Where(s => s.At - begin >= from * 1000 && s.At - begin <= to * 1000).ToList();
        if (samples.Count < 2) return new((to - from) * 1000, 100, 0, [], 0, 0);
        var (first, last) = (samples[0], samples[^1]);
        // A freeze is counted by the browser when it is over; one that still lasts is counted here.
        var still = last.At - Math.Max(last.ShownAt, first.At);
        var frozen = Math.Min(last.At - first.At, last.FrozenMs - first.FrozenMs + (still > StillMs ? still : 0));
        var played = last.Samples - first.Samples;
        var concealed = played <= 0 ? 100 : 100 * Math.Max(0, last.Concealed - last.Silent - (first.Concealed - first.Silent)) / played;
        return new(frozen, concealed, (last.Frames - first.Frames) * 1000.0 / (last.At - first.At), Changes(samples, begin), last.Pli - first.Pli, last.Nack - first.Nack)
        {
            RedundantPackets = last.Fec - first.Fec,
            SoundNack = last.SoundNack - first.SoundNack,
            SkewMs = Skew(samples),
        };
    }

    /// <summary>Milliseconds from a moment until the picture is as high as this and stays so to the end; null: it is not.</summary>
    public double? RecoverMs(double from, int height)
    {
        if (Heights.Count == 0 || Heights[^1].Height < height) return null;
        var back = Heights.Count - 1;
        while (back > 0 && Heights[back - 1].Height >= height) back--;
        return Math.Max(0, Heights[back].Second - from) * 1000;
    }

    /// <summary>How often the picture became smaller again after it had become larger.</summary>
    public int Flaps()
    {
        var (flaps, rose, last) = (0, false, 0);
        foreach (var (_, height) in Heights.Where(h => h.Height > 0))
        {
            if (last != 0 && height < last && rose) flaps++;
            if (last != 0 && height != last) rose = height > last;
            last = height;
        }
        return flaps;
    }

    private static double? Skew(List<DecodeSample> samples)
    {
        List<double> known = [.. samples.Where(s => s.Skew is not null).Select(s => Math.Abs(s.Skew!.Value)).Order()];
        return known.Count == 0 ? null : known[(int)(known.Count * 0.95)];
    }

    private static List<(double, int)> Changes(List<DecodeSample> samples, double begin)
    {
        var heights = new List<(double, int)>();
        foreach (var sample in samples)
        {
            var height = sample.At - sample.ShownAt > StillMs ? 0 : sample.Height;
            if (heights.Count == 0 ? height > 0 : heights[^1].Item2 != height) heights.Add(((sample.At - begin) / 1000, height));
        }
        return heights;
    }
}
