using System.Numerics;

namespace Conference.Interop.Tests.Support;

/// <summary>The loudest tone of decoded sound.</summary>
internal static class Tones
{
    private const double Lowest = 300;
    private const double Highest = 4000;

    // Against 16 bits' full scale: quieter is silence, or noise that a decoder made up.
    private const double Silence = 0.01;

    /// <summary>The loudest frequency between 300 and 4,000 Hz; null in silence.</summary>
    /// <param name="samples">A power of two of them.</param>
    /// <param name="rate">Samples a second.</param>
    public static double? Loudest(ReadOnlySpan<short> samples, int rate)
    {
        var spectrum = new Complex[samples.Length];
        for (var i = 0; i < samples.Length; i++) spectrum[i] = samples[i] / 32768.0 * (0.5 - 0.5 * Math.Cos(2 * Math.PI * i / samples.Length));
        Transform(spectrum);
        var top = 0;
        for (var i = (int)(Lowest * samples.Length / rate); i < Highest * samples.Length / rate; i++)
            if (spectrum[i].Magnitude > spectrum[top].Magnitude || top == 0) top = i;
        // A full-scale tone under this window reaches a quarter of the length.
        return spectrum[top].Magnitude * 4 / samples.Length < Silence ? null : (double)top * rate / samples.Length;
    }

    // Cooley-Tukey, in place.
    private static void Transform(Complex[] x)
    {
        for (int i = 1, j = 0; i < x.Length; i++)
        {
            var bit = x.Length >> 1;
            for (; (j & bit) != 0; bit >>= 1) j ^= bit;
            j ^= bit;
            if (i < j) (x[i], x[j]) = (x[j], x[i]);
        }
        for (var size = 2; size <= x.Length; size <<= 1)
        {
            var turn = Complex.FromPolarCoordinates(1, -2 * Math.PI / size);
            for (var begin = 0; begin < x.Length; begin += size)
            {
                var factor = Complex.One;
                for (var k = 0; k < size / 2; k++, factor *= turn)
                {
                    var (even, odd) = (x[begin + k], x[begin + k + size / 2] * factor);
                    (x[begin + k], x[begin + k + size / 2]) = (even + odd, even - odd);
                }
            }
        }
    }
}
