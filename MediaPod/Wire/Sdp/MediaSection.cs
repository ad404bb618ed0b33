namespace Conference.MediaPod.Wire.Sdp;

/// <summary>The kinds of media sections that matter here.</summary>
public enum MediaKind : byte
{
    /// <summary>Something else; to be rejected in an answer.</summary>
    Other,

    /// <summary>Sound.</summary>
    Audio,

    /// <summary>Picture.</summary>
    Video,

    /// <summary>Data channels.</summary>
    Application,
}

/// <summary>
/// One media section: an <c>m=</c> line and what follows it (RFC 8866 section 5.14, RFC 9429). What the session part says for all
/// sections (credentials, fingerprints, role, direction, header extensions, connection) is filled in while parsing, so a section stands for itself.
/// </summary>
public sealed record MediaSection
{
    /// <summary>The protocol of RTP sections in WebRTC (RFC 8827, RFC 9429 section 5.1.2).</summary>
    public const string SecureRtpProtocol = "UDP/TLS/RTP/SAVPF";

    /// <summary>The media type as written: <c>audio</c>, <c>video</c>, <c>application</c> or another token.</summary>
    public required string Media { get; init; }

    /// <summary>The port; 0 rejects the section (unless bundle-only), 9 says that ICE will tell.</summary>
    public ushort Port { get; init; } = 9;

    /// <summary>The protocol, such as <see cref="SecureRtpProtocol"/>.</summary>
    public string Protocol { get; init; } = SecureRtpProtocol;

    /// <summary>Formats of a section that is not RTP, such as <c>webrtc-datachannel</c>.</summary>
    public SdpList<string> Formats { get; init; } = [];

    /// <summary>Payload types of an RTP section, in order of preference.</summary>
    public SdpList<SdpCodec> Codecs { get; init; } = [];

    /// <summary>The <c>c=</c> line.</summary>
    public SdpConnection Connection { get; init; } = SdpConnection.None;

    /// <summary>The <c>b=</c> lines.</summary>
    public SdpList<SdpBandwidth> Bandwidths { get; init; } = [];

    /// <summary><c>a=mid</c>; null if missing.</summary>
    public string? Mid { get; init; }

    /// <summary>Direction of an RTP section; <see cref="MediaDirection.SendRecv"/> for others.</summary>
    public MediaDirection Direction { get; init; } = MediaDirection.SendRecv;

    /// <summary><c>a=setup</c>; null if missing.</summary>
    public SetupRole? Setup { get; init; }

    /// <summary><c>a=ice-ufrag</c> and <c>a=ice-pwd</c>; null if missing.</summary>
    public IceParameters? Ice { get; init; }

    /// <summary><c>a=ice-options</c>, such as <c>trickle</c>.</summary>
    public SdpList<string> IceOptions { get; init; } = [];

    /// <summary>Candidates of transports and types that exist.</summary>
    public SdpList<IceCandidate> Candidates { get; init; } = [];

    /// <summary><c>a=end-of-candidates</c> (RFC 8840 section 8).</summary>
    public bool EndOfCandidates { get; init; }

    /// <summary>Certificate hashes; one match of a known algorithm is enough (RFC 8122 section 5).</summary>
    public SdpList<Fingerprint> Fingerprints { get; init; } = [];

    /// <summary><c>a=rtcp-mux</c> (RFC 5761).</summary>
    public bool RtcpMux { get; init; }

    /// <summary><c>a=rtcp-mux-only</c> (RFC 8858).</summary>
    public bool RtcpMuxOnly { get; init; }

    /// <summary><c>a=rtcp-rsize</c> (RFC 5506).</summary>
    public bool RtcpReducedSize { get; init; }

    /// <summary><c>a=bundle-only</c> (RFC 9143 section 6).</summary>
    public bool BundleOnly { get; init; }

    /// <summary><c>a=extmap-allow-mixed</c> in this section (RFC 8285 section 6); see <see cref="SessionDescription.AllowsMixedExtensions"/>.</summary>
    public bool ExtmapAllowMixed { get; init; }

    /// <summary>Header extensions.</summary>
    public SdpList<HeaderExtensionMap> HeaderExtensions { get; init; } = [];

    /// <summary>Encodings.</summary>
    public SdpList<Rid> Rids { get; init; } = [];

    /// <summary>Simulcast; null if none.</summary>
    public Simulcast? Simulcast { get; init; }

    /// <summary>Sources that are announced.</summary>
    public SdpList<SsrcDescription> Ssrcs { get; init; } = [];

    /// <summary>What sources belong together.</summary>
    public SdpList<SsrcGroup> SsrcGroups { get; init; } = [];

    /// <summary>MediaStreams and track.</summary>
    public SdpList<Msid> Msids { get; init; } = [];

    /// <summary><c>a=content</c> (RFC 4796), such as <c>slides</c> or <c>speaker</c>.</summary>
    public SdpList<string> Content { get; init; } = [];

    /// <summary><c>a=sctp-port</c> (RFC 8841 section 5); null if missing.</summary>
    public ushort? SctpPort { get; init; }

    /// <summary><c>a=max-message-size</c> in bytes (RFC 8841 section 6); null if missing.</summary>
    public ulong? MaxMessageSize { get; init; }

    /// <summary>Everything else, as it was.</summary>
    public SdpList<SdpAttribute> OtherAttributes { get; init; } = [];

    /// <summary>The kind that <see cref="Media"/> names.</summary>
    public MediaKind Kind => Media switch
    {
        "audio" => MediaKind.Audio,
        "video" => MediaKind.Video,
        "application" => MediaKind.Application,
        _ => MediaKind.Other,
    };

    /// <summary>Whether the protocol carries RTP, so that formats are payload types.</summary>
    public bool IsRtp => IsRtpProtocol(Protocol);

    /// <summary>Whether the section is rejected or disabled (RFC 9429 section 5.3.1).</summary>
    public bool IsRejected => Port == 0 && !BundleOnly;

    /// <summary>The codec of a payload type; null if it is not in the section.</summary>
    public SdpCodec? Codec(int payloadType)
    {
        foreach (var codec in Codecs)
        {
            if (codec.PayloadType == payloadType) return codec;
        }
        return null;
    }

    /// <summary>The header extension with this URI; null if it is not in the section.</summary>
    public HeaderExtensionMap? HeaderExtension(string uri)
    {
        foreach (var extension in HeaderExtensions)
        {
            if (extension.Uri == uri) return extension;
        }
        return null;
    }

    internal static bool IsRtpProtocol(ReadOnlySpan<char> protocol) => protocol.Contains("RTP/", StringComparison.Ordinal);
}
