using System.Buffers.Binary;

namespace Conference.Support;

/// <summary>
/// A wav clip with one publisher's tone. Browsers take a steady tone for noise and remove it, so it comes in syllables: bursts with soft edges, a fundamental with
/// two harmonics, as a voice has.
/// </summary>
public static class ToneFile
{
    private const int Rate = 48000;
    private const double Seconds = 2;

    /// <summary>Writes the clip with the fundamental <paramref name="hertz"/> and returns its path.</summary>
    public static string Write(string folder, int hertz)
    {
        var path = Path.Combine(folder, $"tone-{hertz}.wav");
        var samples = (int)(Rate * Seconds);
        var bytes = new byte[44 + samples * 2];
        Header(bytes, samples * 2);
        for (var i = 0; i < samples; i++)
        {
            var t = i / (double)Rate;
            var voice = Math.Sin(2 * Math.PI * hertz * t) + 0.3 * Math.Sin(4 * Math.PI * hertz * t) + 0.15 * Math.Sin(6 * Math.PI * hertz * t);
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(44 + i * 2), (short)(voice * Syllable(t) * 9000));
        }
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Four syllables a second: 180 ms of sound with edges of 20 ms, 70 ms of silence.</summary>
    private static double Syllable(double t)
    {
        var within = t % 0.25;
        return within > 0.18 ? 0 : Math.Min(1, Math.Min(within, 0.18 - within) / 0.02);
    }

    private static void Header(Span<byte> wav, int dataBytes)
    {
        "RIFF"u8.CopyTo(wav);
        BinaryPrimitives.WriteInt32LittleEndian(wav[4..], 36 + dataBytes);
        "WAVEfmt "u8.CopyTo(wav[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(wav[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(wav[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(wav[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(wav[24..], Rate);
        BinaryPrimitives.WriteInt32LittleEndian(wav[28..], Rate * 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav[32..], 2);
        BinaryPrimitives.WriteInt16LittleEndian(wav[34..], 16);
        "data"u8.CopyTo(wav[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(wav[40..], dataBytes);
    }
}
