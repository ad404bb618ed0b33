using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>A live room for people who look for a fault: plain values, ready for JSON. The worker is its home, which decides who speaks.</summary>
public sealed record MediaRoomDump(
    string RoomId, int Worker, string? ActiveSpeaker, ImmutableArray<SpeakerDump> Speakers, ImmutableArray<SessionDump> Sessions, ImmutableArray<RoomPartDump> Parts)
{
    /// <summary>The parts of one room on several workers as one room, its home first; null: there are none.</summary>
    public static MediaRoomDump? Join(ImmutableArray<MediaRoomDump> parts) => parts.IsEmpty
        ? null
        : parts[0] with { Sessions = [.. parts.SelectMany(p => p.Sessions)], Parts = [.. parts.SelectMany(p => p.Parts)] };
}

/// <summary>One worker's part of a room: its sessions, and the images of what is published on other workers.</summary>
public sealed record RoomPartDump(int Worker, int Sessions, ImmutableArray<ImageDump> Images);

/// <summary>What is published on another worker, as it is known on this one.</summary>
public sealed record ImageDump(int From, string ParticipantId, PublicationDump Publication);

/// <summary>One voice in the ranking of its group (the empty name: everybody outside breakout rooms), active or not among those who hear each other.</summary>
public sealed record SpeakerDump(string ParticipantId, double Score, double Level, double Floor, bool Speaking, string Group = "", bool Active = false);

/// <summary>One session.</summary>
public sealed record SessionDump(
    string SessionId, string ParticipantId, int Worker, TransportDump Transport, AllocationDump Allocation, ImmutableArray<PublicationDump> Publications,
    ImmutableArray<SlotDump> Slots, ImmutableArray<Demand>? Demands, RedundancyDump Redundancy);

/// <summary>The redundancy of the sound that a session is sent, and what is made of loss for its pictures: the share lost without a queue, and for how long they are held (docs/repair.md).</summary>
public sealed record RedundancyDump(string Level, double LossFraction, long Added, long Removed, double PathLossFraction, int HoldMilliseconds);

/// <summary>One transport.</summary>
public sealed record TransportDump(
    string IceState, string DtlsState, string? Path, string? SrtpProfile, long DatagramsIn, long BytesIn, long DatagramsOut, long BytesOut,
    double? RoundTripMilliseconds, double LossFraction, long? RembBitsPerSecond, BandwidthDump Bandwidth, ImmutableDictionary<string, long> Drops);

/// <summary>What a receiver can be sent: the estimate, what it rests on, and what waits for its time.</summary>
/// <param name="EstimateBitsPerSecond">Null: nothing is known.</param>
/// <param name="SentBitsPerSecond">Measured.</param>
/// <param name="WantedBitsPerSecond">What the allocator would like to send in all.</param>
/// <param name="ApplicationLimited">Much less is sent than would be allowed.</param>
/// <param name="AcknowledgedBitsPerSecond">What arrives.</param>
/// <param name="Signal">What the delay says.</param>
/// <param name="QueueMilliseconds">How long packets wait on the path.</param>
/// <param name="LossFraction">Of the last window.</param>
/// <param name="LossBoundBitsPerSecond">What loss allows; null: it bounds nothing.</param>
/// <param name="OwnLossFraction">What the path loses whatever is sent, as far as known.</param>
/// <param name="FeedbackRoundTripMilliseconds">From a packet to feedback about it.</param>
/// <param name="Probes">Probes sent.</param>
/// <param name="LastProbeBitsPerSecond">Rate of the last probe.</param>
/// <param name="LastProbeResultBitsPerSecond">What came of it.</param>
/// <param name="ProbeBytes">Padding sent.</param>
/// <param name="PacerPackets">Packets that wait.</param>
/// <param name="PacerBytes">Their bytes.</param>
/// <param name="PacerBitsPerSecond">How fast they leave; 0: at once.</param>
/// <param name="PacerWaited">Packets that ever waited.</param>
/// <param name="PacerGivenUp">Packets that waited too long.</param>
public sealed record BandwidthDump(
    long? EstimateBitsPerSecond, long SentBitsPerSecond, long WantedBitsPerSecond, bool ApplicationLimited, long? AcknowledgedBitsPerSecond, string Signal,
    double QueueMilliseconds, double LossFraction, long? LossBoundBitsPerSecond, double OwnLossFraction, double FeedbackRoundTripMilliseconds,
    int Probes, long LastProbeBitsPerSecond, long? LastProbeResultBitsPerSecond, long ProbeBytes,
    int PacerPackets, int PacerBytes, long PacerBitsPerSecond, long PacerWaited, long PacerGivenUp);

/// <summary>What one receiver is to be sent, sound included, of what it would be sent if its connection carried it; the estimate that would need.</summary>
public sealed record AllocationDump(long AllocatedBitsPerSecond, long DemandedBitsPerSecond, long UsefulBitsPerSecond, int PausedSlots);

/// <summary>One publication.</summary>
public sealed record PublicationDump(
    string Mid, TrackSource Source, string? Codec, string Hint, bool Muted, int Subscriptions, long KeyFrameRequests, ImmutableArray<LayerDump> Layers);

/// <summary>One RTP stream of a publication: its only one, or a simulcast encoding.</summary>
public sealed record LayerDump(
    string? Rid, uint Ssrc, uint RtxSsrc, int Width, int Height, double BitsPerSecond, long Packets, long Lost, double JitterMilliseconds, int NacksPending,
    double? LastKeyFrameSecondsAgo, double RepairRoundTripMilliseconds, long GivenUp, bool Off, ImmutableArray<string> Parts);

/// <summary>One slot.</summary>
public sealed record SlotDump(
    string Mid, TrackSource Kind, SlotState State, string? ParticipantId, TrackSource? Source, string? Layer, uint Ssrc, long Packets, long Bytes,
    long Retransmissions, long Switches, SlotAllocationDump Allocation);

/// <summary>What was allocated to one slot: the encoding, the highest spatial and temporal layer (null: all), and why no more.</summary>
public sealed record SlotAllocationDump(
    string? Target, int? SpatialId, int? TemporalId, string Limit, string Rank, int MaxHeight, int Priority, bool Pinned, int Height, double FramesPerSecond,
    long BitsPerSecond, long DemandedBitsPerSecond);
