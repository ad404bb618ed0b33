using Conference.MediaPod.Sfu.Native;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>A 4-tuple that has passed a connectivity check: the remote side is a peer-reflexive candidate, unless it was signalled (which we need not know).</summary>
internal sealed class IcePath(TransportPath path)
{
    public TransportPath Path { get; } = path;

    /// <summary>ICE generation of the newest check.</summary>
    public int Generation { get; set; }

    /// <summary>The PRIORITY that the client gives its candidate; 0 without.</summary>
    public uint Priority { get; set; }

    public long CheckedAt { get; set; }

    /// <summary>When the newest check with USE-CANDIDATE came.</summary>
    public long? NominatedAt { get; set; }

    /// <summary>When another path was nominated in its place.</summary>
    public long? LeftAt { get; set; }
}
