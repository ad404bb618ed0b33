using System.Collections.Immutable;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>What an offer and its answer agreed on, free of SDP: all that a worker needs to run the session's transport, publications and slots.</summary>
/// <param name="LocalUfrag">Our ICE user fragment; unique in the pod: STUN finds the transport by it.</param>
/// <param name="LocalPassword">Our ICE password.</param>
/// <param name="RemoteUfrag">The client's ICE user fragment.</param>
/// <param name="LocalDtlsRole">The part we play in the DTLS handshake.</param>
/// <param name="RemoteFingerprints">The client's certificate must match one of these.</param>
/// <param name="Media">Every m-line in the order of the offer, rejected ones included.</param>
/// <param name="CName">Our RTCP canonical name (RFC 7022).</param>
public sealed record NegotiatedSession(
    string LocalUfrag, string LocalPassword, string RemoteUfrag, DtlsRole LocalDtlsRole,
    ImmutableArray<CertificateFingerprint> RemoteFingerprints, ImmutableArray<NegotiatedMedia> Media, string CName);

/// <summary>The part a side plays in the DTLS handshake (RFC 8842).</summary>
public enum DtlsRole
{
    /// <summary>Sends the ClientHello (<c>a=setup:active</c>).</summary>
    Client,

    /// <summary>Answers it (<c>a=setup:passive</c>).</summary>
    Server,
}

/// <summary>A certificate's fingerprint (RFC 8122).</summary>
/// <param name="Algorithm">In lower case: <c>sha-256</c>, <c>sha-384</c> or <c>sha-512</c>.</param>
/// <param name="Digest">The raw digest.</param>
public sealed record CertificateFingerprint(string Algorithm, ImmutableArray<byte> Digest);

/// <summary>Audio or video.</summary>
public enum MediaKind
{
    /// <summary>Sound.</summary>
    Audio,

    /// <summary>Picture.</summary>
    Video,
}

/// <summary>Where a track comes from.</summary>
public enum TrackSource
{
    /// <summary>A voice.</summary>
    Microphone,

    /// <summary>A camera's picture.</summary>
    Camera,

    /// <summary>A shared screen.</summary>
    Screen,

    /// <summary>The sound of what is shared.</summary>
    ScreenAudio,
}

/// <summary>One m-line.</summary>
public sealed record NegotiatedMedia
{
    /// <summary>The m-line's <c>a=mid</c>; its index where the offer has none.</summary>
    public required string Mid { get; init; }

    /// <summary>Audio or video.</summary>
    public required MediaKind Kind { get; init; }

    /// <summary>Which track it sends or which kind of slot it is: <c>a=content:slides</c> (RFC 4796) marks screen and screen audio.</summary>
    public required TrackSource Source { get; init; }

    /// <summary>The answer refused this m-line (port 0); everything below is empty.</summary>
    public bool Rejected { get; init; }

    /// <summary>The client sends on it: a publication may come.</summary>
    public bool Publishes { get; init; }

    /// <summary>The client receives on it: it is a slot.</summary>
    public bool IsSlot { get; init; }

    /// <summary>The agreed codecs, most preferred first.</summary>
    public ImmutableArray<NegotiatedCodec> Codecs { get; init; } = [];

    /// <summary>The agreed header extensions' ids.</summary>
    public ExtensionIds Extensions { get; init; } = new();

    /// <summary>
    /// Simulcast encodings' rids in the offer's order; empty without simulcast. The order says nothing about their sizes: our page offers the smallest first, others the
    /// largest. <c>LayerLadder</c> goes by what arrives.
    /// </summary>
    public ImmutableArray<string> Rids { get; init; } = [];

    /// <summary>The SSRCs that the offer announces for what the client sends, in order; empty where it announces none.</summary>
    public ImmutableArray<AnnouncedSsrc> Ssrcs { get; init; } = [];

    /// <summary>For a slot: the SSRC that our packets carry, announced in the answer; 0 otherwise.</summary>
    public uint SlotSsrc { get; init; }

    /// <summary>For a slot with retransmission: the SSRC of our RTX packets; 0 otherwise.</summary>
    public uint SlotRtxSsrc { get; init; }
}

/// <summary>An SSRC from the offer.</summary>
/// <param name="Ssrc">The media's.</param>
/// <param name="RtxSsrc">Its retransmissions' (<c>ssrc-group:FID</c>); 0 without.</param>
public readonly record struct AnnouncedSsrc(uint Ssrc, uint RtxSsrc);

/// <summary>The codecs that are forwarded.</summary>
public enum CodecKind
{
    /// <summary>RFC 7587.</summary>
    Opus,

    /// <summary>RFC 7741.</summary>
    Vp8,

    /// <summary>RFC 9628.</summary>
    Vp9,

    /// <summary>RFC 6184.</summary>
    H264,

    /// <summary>The AOMedia RTP payload format.</summary>
    Av1,
}

/// <summary>One agreed codec of an m-line.</summary>
/// <param name="Codec">Which.</param>
/// <param name="PayloadType">0 to 127, as in the offer.</param>
/// <param name="Parameters">The fmtp text of the offer; empty without.</param>
/// <param name="RtxPayloadType">The payload type of its retransmissions (RFC 4588); null without.</param>
/// <param name="RedPayloadType">For Opus: the payload type of redundancy (RFC 2198); null without.</param>
/// <param name="Nack">Generic NACK is agreed.</param>
/// <param name="Pli">Picture loss indication is agreed.</param>
/// <param name="Fir">Full intra request is agreed.</param>
/// <param name="TransportCc">Transport-wide feedback is agreed.</param>
/// <param name="Remb">REMB is agreed.</param>
public sealed record NegotiatedCodec(
    CodecKind Codec, byte PayloadType, string Parameters, byte? RtxPayloadType, byte? RedPayloadType, bool Nack, bool Pli, bool Fir, bool TransportCc, bool Remb);

/// <summary>The ids of the agreed header extensions; 0 means not agreed. Ids above 14 need the two-byte form (RFC 8285).</summary>
public sealed record ExtensionIds
{
    /// <summary>RFC 9143 <c>urn:ietf:params:rtp-hdrext:sdes:mid</c>.</summary>
    public byte Mid { get; init; }

    /// <summary>RFC 8852 <c>urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id</c>.</summary>
    public byte Rid { get; init; }

    /// <summary>RFC 8852 <c>urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id</c>.</summary>
    public byte RepairedRid { get; init; }

    /// <summary>RFC 6464 <c>urn:ietf:params:rtp-hdrext:ssrc-audio-level</c>.</summary>
    public byte AudioLevel { get; init; }

    /// <summary>draft-holmer-rmcat-transport-wide-cc-extensions-01.</summary>
    public byte TransportCc { get; init; }

    /// <summary><c>http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time</c>.</summary>
    public byte AbsSendTime { get; init; }

    /// <summary>3GPP video orientation (<c>urn:3gpp:video-orientation</c>), forwarded.</summary>
    public byte VideoOrientation { get; init; }

    /// <summary><c>http://www.webrtc.org/experiments/rtp-hdrext/playout-delay</c>, forwarded.</summary>
    public byte PlayoutDelay { get; init; }

    /// <summary><c>http://www.webrtc.org/experiments/rtp-hdrext/video-content-type</c>, forwarded.</summary>
    public byte VideoContentType { get; init; }

    /// <summary>The dependency descriptor of the AV1 RTP payload format.</summary>
    public byte DependencyDescriptor { get; init; }
}
