namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>Padding that is sent at one rate for a moment, to see whether it arrives at that rate.</summary>
/// <param name="Id">1 to 255; 0 means no cluster.</param>
/// <param name="BitsPerSecond">At what rate it is sent.</param>
/// <param name="Bytes">How much.</param>
public readonly record struct ProbeCluster(byte Id, long BitsPerSecond, int Bytes)
{
    /// <summary>How long it lasts, in microseconds (libwebrtc: min_probe_duration).</summary>
    public const long Microseconds = 15_000;

    /// <summary>Fewer packets measure nothing (libwebrtc: min_probe_packets_sent).</summary>
    public const int LeastPackets = 5;

    /// <summary>Most bytes of one cluster: 20 Mbps for its duration, with which no queue that deserves the name overflows.</summary>
    public const int MostBytes = 40_000;

    /// <summary>A cluster at a rate.</summary>
    public static ProbeCluster At(byte id, long bitsPerSecond) =>
        new(id, bitsPerSecond, (int)Math.Clamp(bitsPerSecond * Microseconds / 8_000_000, LeastPackets * 250, MostBytes));
}
