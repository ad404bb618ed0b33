using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>A live room for people who look for a fault: plain values, ready for JSON.</summary>
public sealed record MediaRoomDump(
    string RoomId, int Worker, string? ActiveSpeaker, ImmutableArray<SpeakerDump> Speakers, ImmutableArray<SessionDump> Sessions);

/// <summary>One voice in the ranking.</summary>
public sealed record SpeakerDump(string ParticipantId, double Score, double Level, double Floor, bool Speaking);

/// <summary>One session.</summary>
public sealed record SessionDump(
    string SessionId, string ParticipantId, TransportDump Transport, ImmutableArray<PublicationDump> Publications,
    ImmutableArray<SlotDump> Slots, ImmutableArray<Demand>? Demands);

/// <summary>One transport.</summary>
public sealed record TransportDump(
    string IceState, string DtlsState, string? Path, string? SrtpProfile, long DatagramsIn, long BytesIn, long DatagramsOut, long BytesOut,
    double? RoundTripMilliseconds, double LossFraction, long? RembBitsPerSecond, ImmutableDictionary<string, long> Drops);

/// <summary>One publication.</summary>
public sealed record PublicationDump(
    string Mid, TrackSource Source, string? Codec, bool Muted, int Subscriptions, long KeyFrameRequests, ImmutableArray<LayerDump> Layers);

/// <summary>One RTP stream of a publication: its only one, or a simulcast encoding.</summary>
public sealed record LayerDump(
    string? Rid, uint Ssrc, uint RtxSsrc, int Width, int Height, double BitsPerSecond, long Packets, long Lost, double JitterMilliseconds, int NacksPending,
    double? LastKeyFrameSecondsAgo);

/// <summary>One slot.</summary>
public sealed record SlotDump(
    string Mid, TrackSource Kind, SlotState State, string? ParticipantId, TrackSource? Source, string? Layer, uint Ssrc, long Packets, long Bytes,
    long Retransmissions, long Switches);
