using System.Runtime.InteropServices;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Gathers the lines of one media section and builds it.</summary>
internal sealed class MediaSectionParser(SessionDefaults session, int line)
{
    private readonly SessionDefaults _own = new();
    private readonly CodecParser _codecs = new();
    private readonly List<SdpBandwidth> _bandwidths = [];
    private readonly List<IceCandidate> _candidates = [];
    private readonly List<Rid> _rids = [];
    private readonly List<SsrcGroup> _ssrcGroups = [];
    private readonly List<Msid> _msids = [];
    private readonly List<SdpAttribute> _others = [];
    private readonly Dictionary<uint, int> _ssrcIndexes = [];
    private readonly List<(uint Ssrc, List<SdpAttribute> Attributes)> _ssrcs = [];
    private MediaSection _section = new() { Media = "" };
    private int _attributes;

    /// <summary>Number of the section's <c>m=</c> line.</summary>
    public int Line => line;

    public SdpErrorKind ParseMedia(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var media) || !SdpText.IsToken(media)) return SdpErrorKind.InvalidMedia;
        if (!tokens.TryNext(out var port)) return SdpErrorKind.InvalidMedia;
        // A number of ports may follow; nothing in WebRTC uses it.
        var slash = port.IndexOf('/');
        if (slash >= 0 && !SdpText.IsDigits(port[(slash + 1)..])) return SdpErrorKind.InvalidMedia;
        if (slash >= 0) port = port[..slash];
        if (!SdpText.TryParseNumber(port, ushort.MaxValue, out var number)) return SdpErrorKind.InvalidMedia;
        if (!tokens.TryNext(out var protocol) || !SdpText.IsVisible(protocol) || tokens.IsEmpty) return SdpErrorKind.InvalidMedia;
        _section = _section with { Media = media.ToString(), Port = (ushort)number, Protocol = protocol.ToString() };
        if (_section.IsRtp) return _codecs.ParseFormats(ref tokens);
        _section = _section with { Formats = SessionDefaults.ParseTokens(tokens.Rest) };
        return SdpErrorKind.None;
    }

    public SdpErrorKind ParseLine(char type, ReadOnlySpan<char> value)
    {
        switch (type)
        {
            case 'i' or 'k':
                return SdpErrorKind.None;
            case 'c':
                _own.Connection = SdpConnection.TryParse(value);
                return _own.Connection is null ? SdpErrorKind.InvalidConnection : SdpErrorKind.None;
            case 'b':
                if (++_attributes > SessionDescription.MaxAttributes) return SdpErrorKind.TooManyAttributes;
                return SessionDefaults.Add(_bandwidths, SdpBandwidth.TryParse(value), SdpErrorKind.InvalidBandwidth);
            case 'a':
                return ++_attributes > SessionDescription.MaxAttributes ? SdpErrorKind.TooManyAttributes : ParseAttribute(value);
            default:
                return SdpErrorKind.UnexpectedLine;
        }
    }

    private SdpErrorKind ParseAttribute(ReadOnlySpan<char> text)
    {
        var name = SdpText.SplitAttribute(text, out var value, out var hasValue);
        if (_own.TryParse(name, value, out var error) || _codecs.TryParse(name, value, _section.IsRtp, out error)) return error;
        if (TryParseFlag(name)) return SdpErrorKind.None;
        switch (name)
        {
            case "mid":
                return SetIf(SdpText.IsToken(value) && value.Length <= 255, _section with { Mid = value.ToString() }, SdpErrorKind.InvalidMid);
            case "candidate":
                if (!IceCandidate.TryParse(value, out var candidate)) return SdpErrorKind.InvalidCandidate;
                if (candidate is not null) _candidates.Add(candidate);
                return SdpErrorKind.None;
            case "rid":
                return SessionDefaults.Add(_rids, Rid.TryParse(value), SdpErrorKind.InvalidRid);
            case "simulcast":
                var simulcast = Simulcast.TryParse(value);
                return SetIf(simulcast is not null, _section with { Simulcast = simulcast }, SdpErrorKind.InvalidSimulcast);
            case "ssrc":
                return ParseSsrc(value);
            case "ssrc-group":
                return SessionDefaults.Add(_ssrcGroups, SsrcGroup.TryParse(value), SdpErrorKind.InvalidSsrcGroup);
            case "msid":
                return SessionDefaults.Add(_msids, Msid.TryParse(value), SdpErrorKind.InvalidMsid);
            case "content":
                _section = _section with { Content = ParseContent(value) };
                return SdpErrorKind.None;
            case "sctp-port":
                return SetIf(SdpText.TryParseNumber(value, ushort.MaxValue, out var port), _section with { SctpPort = (ushort)port }, SdpErrorKind.InvalidSctp);
            case "max-message-size":
                return SetIf(SdpText.TryParseNumber(value, ulong.MaxValue, out var size), _section with { MaxMessageSize = size }, SdpErrorKind.InvalidSctp);
            default:
                if (!SdpText.IsToken(name)) return SdpErrorKind.InvalidLine;
                _others.Add(new SdpAttribute(name.ToString(), hasValue ? value.ToString() : null));
                return SdpErrorKind.None;
        }
    }

    private bool TryParseFlag(ReadOnlySpan<char> name)
    {
        var section = name switch
        {
            "rtcp-mux" => _section with { RtcpMux = true },
            "rtcp-mux-only" => _section with { RtcpMuxOnly = true },
            "rtcp-rsize" => _section with { RtcpReducedSize = true },
            "bundle-only" => _section with { BundleOnly = true },
            "extmap-allow-mixed" => _section with { ExtmapAllowMixed = true },
            "end-of-candidates" => _section with { EndOfCandidates = true },
            _ => null,
        };
        if (section is null) return false;
        _section = section;
        return true;
    }

    private SdpErrorKind SetIf(bool valid, MediaSection section, SdpErrorKind otherwise)
    {
        if (!valid) return otherwise;
        _section = section;
        return SdpErrorKind.None;
    }

    private SdpErrorKind ParseSsrc(ReadOnlySpan<char> value)
    {
        if (!SsrcDescription.TryParse(value, out var ssrc, out var attribute)) return SdpErrorKind.InvalidSsrc;
        ref var index = ref CollectionsMarshal.GetValueRefOrAddDefault(_ssrcIndexes, ssrc, out var exists);
        if (!exists)
        {
            index = _ssrcs.Count;
            _ssrcs.Add((ssrc, []));
        }
        if (attribute is not null) _ssrcs[index].Attributes.Add(attribute);
        return SdpErrorKind.None;
    }

    private static SdpList<string> ParseContent(ReadOnlySpan<char> value)
    {
        var list = new List<string>();
        foreach (var range in value.Split(','))
        {
            var part = value[range].Trim(' ');
            if (!part.IsEmpty) list.Add(part.ToString());
        }
        return list.ToSdpList();
    }

    public SdpErrorKind TryBuild(out MediaSection? section)
    {
        section = null;
        var error = _own.Check();
        if (error != SdpErrorKind.None) return error;
        error = _codecs.TryBuild(out var codecs);
        if (error != SdpErrorKind.None) return error;
        section = _section with
        {
            Codecs = codecs,
            Connection = _own.Connection ?? session.Connection ?? SdpConnection.None,
            Bandwidths = _bandwidths.ToSdpList(),
            Direction = _section.IsRtp ? _own.Direction ?? session.Direction ?? MediaDirection.SendRecv : MediaDirection.SendRecv,
            Setup = _own.Setup ?? session.Setup,
            Ice = _own.Ice ?? session.Ice,
            IceOptions = _own.IceOptions ?? session.IceOptions ?? [],
            Candidates = _candidates.ToSdpList(),
            Fingerprints = (_own.Fingerprints.Count > 0 ? _own.Fingerprints : session.Fingerprints).ToSdpList(),
            HeaderExtensions = _section.IsRtp ? _own.Extensions.Concat(session.Extensions).ToSdpList() : [],
            Rids = _rids.ToSdpList(),
            Ssrcs = _ssrcs.Select(s => new SsrcDescription(s.Ssrc, s.Attributes.ToSdpList())).ToSdpList(),
            SsrcGroups = _ssrcGroups.ToSdpList(),
            Msids = _msids.ToSdpList(),
            OtherAttributes = _others.ToSdpList(),
        };
        return SdpErrorKind.None;
    }
}
