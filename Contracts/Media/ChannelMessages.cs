using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Conference.Contracts.Media;

/// <summary>What a client sends over a media session's channel (<c>/media/{podId}/sessions/{sessionId}/channel</c>); at most 16 KiB a message.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ChannelHello), "hello")]
[JsonDerivedType(typeof(ChannelTicket), "ticket")]
[JsonDerivedType(typeof(ChannelDemand), "demand")]
[JsonDerivedType(typeof(ChannelContent), "content")]
[JsonDerivedType(typeof(ChannelPing), "ping")]
public abstract record ChannelClientMessage;

/// <summary>The first message, within 5 s.</summary>
/// <param name="MediaTicket">A ticket of the same participant as the session's.</param>
public sealed record ChannelHello(string MediaTicket) : ChannelClientMessage;

/// <summary>A renewed ticket, so that the session outlives the first one.</summary>
public sealed record ChannelTicket(string MediaTicket) : ChannelClientMessage;

/// <summary>Replaces everything demanded before.</summary>
/// <param name="Items">What the viewer wants to see; at most 64. Audio needs no demand: the loudest speakers fill the audio slots.</param>
public sealed record ChannelDemand(ImmutableArray<DemandItem> Items) : ChannelClientMessage;

/// <summary>Says what a picture that this session sends shows, so that the right thing is given up where a viewer's connection is narrow.</summary>
/// <param name="Source"><see cref="MediaSource.Camera"/> or <see cref="MediaSource.Screen"/>.</param>
/// <param name="Hint">Unless it is said, a screen is <see cref="ContentHint.Detail"/> and a camera <see cref="ContentHint.None"/>.</param>
public sealed record ChannelContent(MediaSource Source, ContentHint Hint) : ChannelClientMessage;

/// <summary>What a picture shows.</summary>
[JsonConverter(typeof(EnumNames<ContentHint>))]
public enum ContentHint
{
    /// <summary>Faces.</summary>
    None,

    /// <summary>Text: legible before smooth.</summary>
    Detail,

    /// <summary>A film: smooth before large.</summary>
    Motion,
}

/// <summary>Asks for a <see cref="ChannelPong"/>.</summary>
public sealed record ChannelPing : ChannelClientMessage;

/// <summary>One wanted picture.</summary>
/// <param name="Source"><see cref="MediaSource.Camera"/> or <see cref="MediaSource.Screen"/>.</param>
/// <param name="MaxHeight">The largest useful height in physical pixels, 1 to 8640.</param>
/// <param name="Priority">0 (first) to 100 (last).</param>
/// <param name="ParticipantId">Whose; null: whoever is the active speaker (not the viewer).</param>
/// <param name="Pinned">The viewer chose it to be seen well: it is served with the active speaker, before everybody else.</param>
public sealed record DemandItem(MediaSource Source, int MaxHeight, int Priority, ParticipantId? ParticipantId = null, bool Pinned = false);

/// <summary>What the pod sends over the channel.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ChannelWelcome), "welcome")]
[JsonDerivedType(typeof(ChannelSlots), "slots")]
[JsonDerivedType(typeof(ChannelSpeakers), "speakers")]
[JsonDerivedType(typeof(ChannelCodec), "codec")]
[JsonDerivedType(typeof(ChannelEncodings), "encodings")]
[JsonDerivedType(typeof(ChannelPong), "pong")]
[JsonDerivedType(typeof(ChannelDraining), "draining")]
[JsonDerivedType(typeof(ChannelClosed), "closed")]
public abstract record ChannelServerMessage;

/// <summary>The channel is open. Slots and speakers follow at once.</summary>
public sealed record ChannelWelcome : ChannelServerMessage;

/// <summary>What fills which slot; every slot of the session, on every change.</summary>
public sealed record ChannelSlots(ImmutableArray<SlotContent> Slots) : ChannelServerMessage;

/// <summary>One slot.</summary>
/// <param name="Mid">The m-line (in the client's offer) that this slot is.</param>
/// <param name="State">What the viewer can expect to see or hear.</param>
/// <param name="ParticipantId">Who fills it; null when it is empty.</param>
/// <param name="Source">Which track; null when it is empty.</param>
public sealed record SlotContent(string Mid, SlotState State, ParticipantId? ParticipantId = null, MediaSource? Source = null);

/// <summary>The state of a slot.</summary>
[JsonConverter(typeof(EnumNames<SlotState>))]
public enum SlotState
{
    /// <summary>Nobody fills it.</summary>
    Empty,

    /// <summary>Packets are forwarded.</summary>
    Live,

    /// <summary>Assigned; forwarding starts with the next key frame, which has been asked for.</summary>
    WaitingForKeyFrame,

    /// <summary>The receiver cannot decode the publication's codec.</summary>
    CodecNotSupported,

    /// <summary>Nothing is sent because the receiver's connection cannot carry it.</summary>
    PausedByBandwidth,

    /// <summary>The publisher sends nothing at present.</summary>
    PublisherSilent,
}

/// <summary>Who speaks, loudest first, at most 8; on every change of the list and at most every 100 ms for levels.</summary>
public sealed record ChannelSpeakers(ImmutableArray<SpeakerLevel> Speakers) : ChannelServerMessage;

/// <summary>One speaker.</summary>
/// <param name="ParticipantId">Who.</param>
/// <param name="Level">0 (silence) to 127 (loudest): 127 minus the RFC 6464 level.</param>
/// <param name="Active">True for the one active speaker.</param>
public sealed record SpeakerLevel(ParticipantId ParticipantId, int Level, bool Active);

/// <summary>The video codec that publishers of this media room should send now (docs/codecs.md).</summary>
/// <param name="Codec"><c>VP8</c>, <c>VP9</c>, <c>H264</c> or <c>AV1</c>.</param>
/// <param name="Case">The case that decided, as <c>C1</c>.</param>
public sealed record ChannelCodec(string Codec, string Case) : ChannelServerMessage;

/// <summary>Which encodings anybody wants; all publications with several, on every change. What nobody wants need not be sent.</summary>
public sealed record ChannelEncodings(ImmutableArray<SourceEncodings> Sources) : ChannelServerMessage;

/// <summary>The encodings of one publication.</summary>
/// <param name="Mid">The m-line (in the client's offer) that it is sent on.</param>
/// <param name="Source">Which track.</param>
/// <param name="Wanted">The rids of those to send.</param>
/// <param name="Unwanted">The rids of those to leave out until they are wanted again.</param>
public sealed record SourceEncodings(string Mid, MediaSource Source, ImmutableArray<string> Wanted, ImmutableArray<string> Unwanted);

/// <summary>The answer to <see cref="ChannelPing"/>.</summary>
public sealed record ChannelPong : ChannelServerMessage;

/// <summary>The pod will go; a move comes over signaling.</summary>
public sealed record ChannelDraining : ChannelServerMessage;

/// <summary>The session is over, or its channel broke the rules; the channel closes next, and a client opens a new session.</summary>
/// <param name="Reason">Why.</param>
public sealed record ChannelClosed(SessionEndReason Reason) : ChannelServerMessage;
