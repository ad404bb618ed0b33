using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>How one packet of sound leaves for one receiver. The default: its own sound alone, as a plain packet.</summary>
internal unsafe struct AudioForm
{
    /// <summary>The payload as it came, redundancy and all.</summary>
    public bool AsItCame;

    /// <summary>Blocks in front of the packet's own sound: the primary sound of those before it, the nearest first.</summary>
    public int Blocks;
    public Packet* Nearest;
    public Packet* Second;

    /// <summary>It leaves under the payload type of redundancy.</summary>
    public readonly bool IsRedundant => AsItCame || Blocks > 0;

    /// <summary>Most bytes by which it is longer than the packet itself.</summary>
    public readonly int ExtraBytes => Blocks == 0 ? 0 : AudioForms.MaxPayload;

    /// <summary>Adds the next older packet.</summary>
    public void Add(Packet* packet)
    {
        if (Blocks++ == 0) Nearest = packet;
        else Second = packet;
    }
}
