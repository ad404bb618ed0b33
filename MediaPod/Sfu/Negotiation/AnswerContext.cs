using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.MediaPod.Sfu.Negotiation;

/// <summary>What the pod brings to an answer.</summary>
public sealed record AnswerContext
{
    /// <summary>Our ICE credentials for this session.</summary>
    public required IceParameters Ice { get; init; }

    /// <summary>Our certificate's fingerprint.</summary>
    public required CertificateFingerprint Fingerprint { get; init; }

    /// <summary>Our addresses, best first; at least one.</summary>
    public required ImmutableArray<IPEndPoint> Endpoints { get; init; }

    /// <summary>Our addresses for TCP, best first; may be empty.</summary>
    public ImmutableArray<IPEndPoint> TcpEndpoints { get; init; } = [];

    /// <summary>The directions that this kind of session may use, from the client's view: WHIP only sends, WHEP only receives.</summary>
    public MediaDirection ClientMay { get; init; } = MediaDirection.SendRecv;

    /// <summary>The video codec that publishers of the room should send (docs/codecs.md); it comes first in answers.</summary>
    public CodecKind PreferredVideo { get; init; } = CodecKind.Vp8;

    /// <summary>Frames are encrypted from end to end: only codecs that can be forwarded unread are agreed, and no redundancy.</summary>
    public bool Sealed { get; init; }

    /// <summary>Our RTCP canonical name.</summary>
    public required string CName { get; init; }

    /// <summary>Gives a random SSRC, never 0.</summary>
    public required Func<uint> NewSsrc { get; init; }

    /// <summary>What was agreed before, on a re-offer: slots keep their SSRCs.</summary>
    public NegotiatedSession? Previous { get; init; }

    /// <summary>The answer's <c>o=</c> version, 1 for the first.</summary>
    public int Version { get; init; } = 1;
}

/// <summary>Why an offer has no answer.</summary>
public enum OfferRefusal
{
    /// <summary>It has no audio or video section that could be accepted: none at all, not bundled, without rtcp-mux, not SAVPF.</summary>
    NoMedia,

    /// <summary>No section has ICE credentials.</summary>
    NoIceCredentials,

    /// <summary>No fingerprint, or only of hashes that are not supported (sha-256, sha-384, sha-512 are).</summary>
    NoFingerprint,

    /// <summary>The offer's DTLS role is none that can be answered.</summary>
    NoDtlsRole,

    /// <summary>No section has a codec that the pod forwards.</summary>
    NoCommonCodec,

    /// <summary>WHIP and nothing is sent, or WHEP and nothing is received.</summary>
    WrongDirection,

    /// <summary>WHIP with more sections of a kind than a participant has tracks.</summary>
    TooManyTracks,

    /// <summary>A re-offer changes the order or kind of sections.</summary>
    SectionsChanged,
}

/// <summary>An answer and what it means, or the reason why there is none.</summary>
/// <param name="Answer">The answer to send.</param>
/// <param name="Session">What was agreed.</param>
/// <param name="Refusal">Null where there is an answer.</param>
public sealed record OfferResult(SessionDescription? Answer, NegotiatedSession? Session, OfferRefusal? Refusal);
