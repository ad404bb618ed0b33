namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>How urgent a packet is.</summary>
internal enum PacketClass
{
    /// <summary>What cannot be numbered anew when it leaves: never waits.</summary>
    AtOnce,

    /// <summary>Sound: never waits, and leaves before everything else that has not left yet.</summary>
    Sound,

    /// <summary>A retransmission: before pictures.</summary>
    Repair,

    /// <summary>A picture.</summary>
    Picture,
}
