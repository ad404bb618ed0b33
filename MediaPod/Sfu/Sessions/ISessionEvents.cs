using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>What a session tells its host. Called on one control thread, in order, never on a worker; an implementation must not block.</summary>
public interface ISessionEvents
{
    /// <summary>ICE and DTLS are done: media flows. Called once.</summary>
    void Connected();

    /// <summary>What fills which slot: every slot of the session, on every change and once after opening.</summary>
    void SlotsChanged(ImmutableArray<SlotContent> slots);

    /// <summary>Who speaks, loudest first, at most 8: on every change of the list, and at most every 100 ms for levels.</summary>
    void SpeakersChanged(ImmutableArray<SpeakerLevel> speakers);

    /// <summary>Which of its encodings are wanted: every publication of the session that has several, on every change. What is not wanted need not be sent.</summary>
    void WantsChanged(ImmutableArray<PublicationWants> wants);

    /// <summary>The session is over and everything it held is freed. Called once, last.</summary>
    void Ended(SessionEnd reason);
}

/// <summary>What a room of the server tells its host. Called as <see cref="ISessionEvents"/> is.</summary>
public interface IMediaRoomEvents
{
    /// <summary>A session came, went or connected, or a publication began or ended. An empty room is told once, with no participants.</summary>
    void RoomChanged(MediaRoomState room);
}

/// <summary>What is in a slot.</summary>
/// <param name="Mid">The m-line that the slot is.</param>
/// <param name="ParticipantId">Who fills it; null when empty.</param>
/// <param name="Source">Which track; null when empty.</param>
/// <param name="State">What the viewer can expect.</param>
public sealed record SlotContent(string Mid, string? ParticipantId, TrackSource? Source, SlotState State);

/// <summary>The state of a slot.</summary>
public enum SlotState
{
    /// <summary>Nobody fills it.</summary>
    Empty,

    /// <summary>Packets are forwarded.</summary>
    Live,

    /// <summary>Assigned; forwarding starts with the next key frame, which has been asked for.</summary>
    WaitingForKeyFrame,

    /// <summary>The receiver has not negotiated the publication's codec.</summary>
    CodecNotSupported,

    /// <summary>Nothing is sent because the receiver's connection cannot carry it.</summary>
    PausedByBandwidth,

    /// <summary>The publisher sends nothing at present.</summary>
    PublisherSilent,
}

/// <summary>Which encodings of one publication are wanted.</summary>
/// <param name="Mid">The m-line that it is sent on.</param>
/// <param name="Source">Which track.</param>
/// <param name="Encodings">All of them, in the order of the offer.</param>
public sealed record PublicationWants(string Mid, TrackSource Source, ImmutableArray<EncodingWant> Encodings);

/// <summary>Whether one encoding is wanted.</summary>
/// <param name="Rid">Its name in the offer.</param>
/// <param name="Wanted">False: nobody is to get it at present.</param>
public readonly record struct EncodingWant(string Rid, bool Wanted);

/// <summary>One speaker.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Level">0 (silence) to 127 (loudest): 127 minus the RFC 6464 level.</param>
/// <param name="Active">True for the one active speaker.</param>
public sealed record SpeakerLevel(string ParticipantId, int Level, bool Active);

/// <summary>One media room as it is.</summary>
/// <param name="RoomId">Which.</param>
/// <param name="Participants">Everybody with a session, in the order of coming.</param>
public sealed record MediaRoomState(string RoomId, ImmutableArray<MediaParticipantState> Participants);

/// <summary>One participant's media as it is.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Sessions">Open sessions; 2 while a newer one is not connected yet.</param>
/// <param name="Connected">At least one session has a live transport.</param>
/// <param name="Publishing">The sources that arrive and may be forwarded.</param>
public sealed record MediaParticipantState(string ParticipantId, int Sessions, bool Connected, ImmutableArray<TrackSource> Publishing);
