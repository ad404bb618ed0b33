using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Conference.Contracts.Meetings;

namespace Conference.Contracts.Signaling;

/// <summary>What the silo sends over <c>/signal</c>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Welcome), "welcome")]
[JsonDerivedType(typeof(EventMessage), "event")]
[JsonDerivedType(typeof(Ack), "ack")]
[JsonDerivedType(typeof(Refused), "refused")]
[JsonDerivedType(typeof(Pong), "pong")]
[JsonDerivedType(typeof(MediaMove), "media.move")]
[JsonDerivedType(typeof(MediaTicketRenewed), "media.ticket")]
[JsonDerivedType(typeof(ReactionShown), "reaction")]
[JsonDerivedType(typeof(UnmuteAsked), "askUnmute")]
[JsonDerivedType(typeof(CaptionShown), "caption")]
[JsonDerivedType(typeof(BroadcastShown), "broadcast")]
[JsonDerivedType(typeof(ViewersCounted), "viewers")]
[JsonDerivedType(typeof(GoAway), "goaway")]
public abstract record ServerMessage;

/// <summary>The answer to <see cref="Hello"/>.</summary>
/// <param name="You">Who the session is.</param>
/// <param name="Seq">The last sequence that is contained in <paramref name="Snapshot"/>, or from which events follow.</param>
/// <param name="Snapshot">The whole view; null when the client's <c>resumeAfter</c> could be continued with events.</param>
/// <param name="Media">Where the sender's media goes; null in the lobby (comes as <see cref="MediaMove"/> on admission).</param>
public sealed record Welcome(ParticipantId You, long Seq, MeetingView? Snapshot = null, MediaGrant? Media = null) : ServerMessage;

/// <summary>One journal entry, in the form clients may see. Sequences a client may not see (private chat of others) are skipped; the order never changes.</summary>
public sealed record EventMessage(long Seq, DateTimeOffset At, MeetingEventBody Event, ParticipantId? Actor = null) : ServerMessage;

/// <summary>The command is durable.</summary>
/// <param name="Id">The command.</param>
/// <param name="Seq">The sequence of its last event; null when it changed nothing.</param>
public sealed record Ack(CommandId Id, long? Seq = null) : ServerMessage;

/// <summary>The command changed nothing.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Id">The command; null when the message was too broken to have one.</param>
public sealed record Refused(CommandRefusal Reason, CommandId? Id = null) : ServerMessage;

/// <summary>The answer to <see cref="Ping"/>.</summary>
public sealed record Pong : ServerMessage;

/// <summary>Take your media to this pod: open a session there first, then close the old one.</summary>
public sealed record MediaMove(MediaGrant Media) : ServerMessage;

/// <summary>The answer to <see cref="RenewMediaTicket"/>.</summary>
/// <param name="MediaTicket">The fresh ticket.</param>
/// <param name="IceServers">With fresh credentials, for the next ICE restart or session; null: those of the grant stay good.</param>
public sealed record MediaTicketRenewed(string MediaTicket, ImmutableArray<IceServer>? IceServers = null) : ServerMessage;

/// <summary>Somebody reacted.</summary>
public sealed record ReactionShown(ParticipantId From, string Emoji) : ServerMessage;

/// <summary>A host asks you to unmute.</summary>
public sealed record UnmuteAsked(ParticipantId By, MediaSource Source) : ServerMessage;

/// <summary>A host says something to everybody.</summary>
public sealed record BroadcastShown(ParticipantId From, string DisplayName, string Text) : ServerMessage;

/// <summary>How many viewers have a place now; told at most twice a second.</summary>
public sealed record ViewersCounted(int Viewers) : ServerMessage;

/// <summary>What somebody says, in writing; kept nowhere.</summary>
/// <param name="Text">The words.</param>
/// <param name="Final">They stay as they are. Otherwise the next caption of the same speaker replaces them.</param>
/// <param name="Speaker">Who says it; null: nobody of the meeting.</param>
/// <param name="SpeakerName">Their name.</param>
/// <param name="Language">The language, as BCP 47 has it.</param>
public sealed record CaptionShown(string Text, bool Final, ParticipantId? Speaker = null, string? SpeakerName = null, string? Language = null) : ServerMessage;

/// <summary>The socket will be closed.</summary>
/// <param name="Reason">Why.</param>
/// <param name="RetryAfterMs">How long to wait before resuming; null: do not return.</param>
public sealed record GoAway(GoAwayReason Reason, int? RetryAfterMs = null) : ServerMessage;

/// <summary>Why the silo closes a signaling socket.</summary>
[JsonConverter(typeof(EnumNames<GoAwayReason>))]
public enum GoAwayReason
{
    /// <summary>The silo shuts down or restarts; resume.</summary>
    Restarting,

    /// <summary>Another session of the same participant took over.</summary>
    Replaced,

    /// <summary>No valid <see cref="Hello"/> came in time.</summary>
    HelloTimeout,

    /// <summary>The signal ticket is forged, expired, used, or of another meeting.</summary>
    InvalidTicket,

    /// <summary>The participant left, or was removed.</summary>
    NotInMeeting,

    /// <summary>The meeting is over.</summary>
    Ended,

    /// <summary>The client sent what is not this protocol, too often.</summary>
    Malformed,

    /// <summary>A message was larger than 16 KiB.</summary>
    TooLarge,

    /// <summary>The client sent more than the limits allow, too long.</summary>
    Flooding,

    /// <summary>The client does not read what is sent to it; resume.</summary>
    TooSlow,
}

/// <summary>Everything a client needs to open a media session.</summary>
/// <param name="PodId">The pod.</param>
/// <param name="Url">Where to POST the offer, relative to the Gateway: <c>/media/{podId}/sessions</c>.</param>
/// <param name="MediaTicket">Bearer of that request; 2 minutes to open a session.</param>
/// <param name="IceServers">For the client's RTCPeerConnection; may be empty.</param>
/// <param name="Trace">To send as header <c>traceparent</c> with the POST of the offer; null when it is not traced.</param>
public sealed record MediaGrant(PodId PodId, string Url, string MediaTicket, ImmutableArray<IceServer> IceServers, string? Trace = null);

/// <summary>A STUN or TURN server, as in RTCIceServer.</summary>
public sealed record IceServer(ImmutableArray<string> Urls, string? Username = null, string? Credential = null);
