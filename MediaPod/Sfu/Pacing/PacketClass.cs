namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>How urgent a packet is.</summary>
internal enum PacketClass
{
    /// <summary>Sound, and what cannot be numbered anew when it leaves: never waits.</summary>
    AtOnce,

    /// <summary>A retransmission: before pictures.</summary>
    Repair,

    /// <summary>A picture.</summary>
    Picture,
}
