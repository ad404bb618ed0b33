using System.Text.Json.Serialization;

namespace Conference.Contracts.Media;

/// <summary>Why a pod ended (or refuses) a media session or channel; also the <c>reason</c> of its problem documents.</summary>
[JsonConverter(typeof(EnumNames<SessionEndReason>))]
public enum SessionEndReason
{
    /// <summary>The client deleted it.</summary>
    Deleted,

    /// <summary>A newer session of the same participant replaced it.</summary>
    Replaced,

    /// <summary>The plan does not (or no longer) contain the participant.</summary>
    NotInPlan,

    /// <summary>A host removed the participant.</summary>
    Removed,

    /// <summary>The meeting ended.</summary>
    MeetingEnded,

    /// <summary>No valid connectivity check or consent came for 30 s.</summary>
    ConsentExpired,

    /// <summary>The DTLS handshake failed: wrong fingerprint, no common SRTP profile, timeout.</summary>
    DtlsFailed,

    /// <summary>The pod shuts down.</summary>
    PodStopping,

    /// <summary>The ticket is missing, forged, expired, or of another pod, meeting or participant.</summary>
    InvalidTicket,

    /// <summary>No session has this id.</summary>
    UnknownSession,

    /// <summary>The offer cannot be parsed or breaks a limit; the problem's detail says where.</summary>
    MalformedSdp,

    /// <summary>The offer has no fingerprint, or only ones that are not supported.</summary>
    NoFingerprint,

    /// <summary>The offer has no ICE credentials.</summary>
    NoIceCredentials,

    /// <summary>No codec of the offer is one that the pod forwards.</summary>
    NoCommonCodec,

    /// <summary>The offer of a WHIP client sends nothing, or that of a WHEP client receives nothing.</summary>
    WrongDirection,

    /// <summary>The offer of a WHIP client sends more sounds or pictures than one participant can.</summary>
    TooManyTracks,

    /// <summary>The client accepts no answer of the type that there is.</summary>
    NotAcceptable,

    /// <summary>The role does not allow to send what is offered.</summary>
    NotAllowed,

    /// <summary>The pod is full.</summary>
    PodFull,

    /// <summary>The pod drains: no new session.</summary>
    PodDraining,

    /// <summary>The body is larger than the limit.</summary>
    TooLarge,

    /// <summary>The content type is not the one this request needs.</summary>
    UnsupportedContentType,

    /// <summary>The <c>If-Match</c> header does not name the current ICE session.</summary>
    StaleEtag,

    /// <summary>The channel's first message did not come in time.</summary>
    HelloTimeout,

    /// <summary>The channel's client sent what is not this protocol.</summary>
    Malformed,

    /// <summary>The channel's client sent more than the limits allow.</summary>
    Flooding,

    /// <summary>The channel's client does not read.</summary>
    TooSlow,
}
