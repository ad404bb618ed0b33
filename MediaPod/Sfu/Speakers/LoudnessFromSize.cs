namespace Conference.MediaPod.Sfu.Speakers;

/// <summary>
/// Guesses the loudness of publishers that send no audio level: an Opus encoder at a variable rate spends more bytes on speech than on silence.
/// At a constant rate every packet is as large as the largest, and <see cref="Voice"/> finds it as constant as it is.
/// A mutable struct: keep it in a field of its owner.
/// </summary>
public struct LoudnessFromSize
{
    private const int SilentBytes = 12;
    private const int Quietest = 37;
    private const int Range = 60;
    private const double Forget = 0.9995;

    private double _largest;

    /// <summary>The loudness, 0 to 97, of a packet with a payload of that many bytes.</summary>
    public int Loudness(int payloadBytes)
    {
        _largest = Math.Max(Math.Max(payloadBytes, SilentBytes * 2), _largest * Forget);
        return payloadBytes <= SilentBytes ? 0 : Quietest + (int)(Range * payloadBytes / _largest);
    }
}
