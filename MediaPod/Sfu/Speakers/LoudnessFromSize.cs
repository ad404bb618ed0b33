namespace Conference.MediaPod.Sfu.Speakers;

/// <summary>
/// Guesses the loudness of publishers that send no audio level: an Opus encoder at a variable rate spends more bytes on speech than on silence or on a room's noise, so a packet is
/// compared with the smallest and the largest of late. At a constant rate all packets are as small as the smallest: nothing is heard.
/// A mutable struct: keep it in a field of its owner.
/// </summary>
public struct LoudnessFromSize
{
    private const int SilentBytes = 12;
    private const int Quietest = 37;
    private const int Range = 60;
    private const double Forget = 0.9995;

    // Noise alone varies by some ten bytes.
    private const double LeastSpread = 40;

    private double _largest;
    private double _smallest;

    /// <summary>The loudness, 0 to 97, of a packet with a payload of that many bytes.</summary>
    public int Loudness(int payloadBytes)
    {
        if (payloadBytes <= SilentBytes) return 0;
        _largest = Math.Max(payloadBytes, _largest * Forget);
        _smallest = _smallest == 0 || payloadBytes < _smallest ? payloadBytes : _smallest + (payloadBytes - _smallest) * (1 - Forget);
        return Quietest + (int)(Range * Math.Min(1, (payloadBytes - _smallest) / Math.Max(LeastSpread, _largest - _smallest)));
    }
}
