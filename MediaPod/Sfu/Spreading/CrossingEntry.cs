using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Spreading;

/// <summary>What goes from one worker to another, beside what their mailboxes carry.</summary>
internal enum CrossingKind : byte
{
    /// <summary>A packet of a publication, towards those who receive it there.</summary>
    Packet,

    /// <summary>Which moment a timestamp is: the publisher's sender report.</summary>
    SenderReport,

    /// <summary>The publisher said that it sends a stream no more (BYE).</summary>
    Stopped,

    /// <summary>The publisher was asked not to send an encoding.</summary>
    LayerOff,

    /// <summary>It was asked to send it again.</summary>
    LayerOn,

    /// <summary>Back to the publisher's worker: somebody cannot go on without a key frame.</summary>
    KeyFrameWanted,

    /// <summary>Back to the publisher's worker: somebody wants an encoding.</summary>
    LayerWanted,
}

/// <summary>One thing on its way through a <see cref="Crossing"/>.</summary>
internal unsafe struct CrossingEntry
{
    /// <summary>Only with <see cref="CrossingKind.Packet"/>; belongs to the worker that takes it.</summary>
    public Packet* Packet;

    /// <summary>Which publication.</summary>
    public int Publication;

    /// <summary>Which of its streams.</summary>
    public byte Stream;
    public CrossingKind Kind;

    /// <summary>Sender reports: what was reported.</summary>
    public uint Timestamp;
    public ulong Ntp;
    public long ArrivedMicroseconds;

    /// <summary>Sender reports: how the publisher's clock relates to ours.</summary>
    public long ClockOffset;
}
