namespace Conference.Load.Media;

/// <summary>How the packets of a picture are spread over time.</summary>
public enum Pacing
{
    /// <summary>As encoders do: 30 frames a second, the packets of a frame at once.</summary>
    Frames,

    /// <summary>One packet after the other, evenly.</summary>
    Even,
}

/// <summary>The shape of a picture's packets.</summary>
/// <param name="KilobitsPerSecond">RTP payload.</param>
public sealed record VideoShape(int KilobitsPerSecond)
{
    /// <summary>When they leave.</summary>
    public Pacing Pacing { get; init; }

    /// <summary>Length of every packet with its header, 100 to <see cref="PacketSource.MaxPacketBytes"/>; null: frames differ in size, and are cut into equal packets of at most 1,112 bytes.</summary>
    public int? PacketBytes { get; init; }
}
