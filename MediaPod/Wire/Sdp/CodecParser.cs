namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Gathers the payload types of one RTP section and their <c>rtpmap</c>, <c>fmtp</c> and <c>rtcp-fb</c>.</summary>
internal sealed class CodecParser
{
    private readonly List<byte> _order = [];
    private readonly SdpCodec?[] _codecs = new SdpCodec?[128];
    private readonly List<RtcpFeedback>?[] _feedback = new List<RtcpFeedback>?[128];
    private readonly List<RtcpFeedback> _wildcards = [];

    /// <summary>Takes the formats of the <c>m=</c> line. A payload type that is named twice counts once.</summary>
    public SdpErrorKind ParseFormats(ref SdpTokens tokens)
    {
        while (tokens.TryNext(out var format))
        {
            if (!SdpText.TryParseNumber(format, 127u, out var payloadType)) return SdpErrorKind.InvalidMedia;
            if (_codecs[payloadType] is not null) continue;
            _codecs[payloadType] = SdpCodec.FromStaticTable((byte)payloadType);
            _order.Add((byte)payloadType);
        }
        return SdpErrorKind.None;
    }

    /// <summary>Takes an attribute. False if it is none of these, or the section is not RTP.</summary>
    public bool TryParse(ReadOnlySpan<char> name, ReadOnlySpan<char> value, bool isRtp, out SdpErrorKind error)
    {
        error = SdpErrorKind.None;
        if (!isRtp) return false;
        switch (name)
        {
            case "rtpmap":
                error = ParseRtpMap(value);
                return true;
            case "fmtp":
                error = ParseFormatParameters(value);
                return true;
            case "rtcp-fb":
                error = ParseFeedback(value);
                return true;
            default:
                return false;
        }
    }

    private SdpErrorKind ParseRtpMap(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var text) || !SdpText.TryParseNumber(text, 127u, out var payloadType) || !tokens.TryNext(out var encoding))
            return SdpErrorKind.InvalidRtpMap;
        var slash = encoding.IndexOf('/');
        if (slash <= 0 || !SdpText.IsToken(encoding[..slash])) return SdpErrorKind.InvalidRtpMap;
        var rate = encoding[(slash + 1)..];
        var channels = 1u;
        var second = rate.IndexOf('/');
        if (second >= 0)
        {
            if (!SdpText.TryParseNumber(rate[(second + 1)..], 255u, out channels) || channels == 0) return SdpErrorKind.InvalidRtpMap;
            rate = rate[..second];
        }
        if (!SdpText.TryParseNumber(rate, 1_000_000u, out var clock) || clock == 0) return SdpErrorKind.InvalidRtpMap;
        if (_codecs[payloadType] is { } codec)
            _codecs[payloadType] = codec with { Name = encoding[..slash].ToString(), ClockRate = clock, Channels = channels };
        return SdpErrorKind.None;
    }

    private SdpErrorKind ParseFormatParameters(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var text) || !SdpText.TryParseNumber(text, 127u, out var payloadType)) return SdpErrorKind.InvalidFormatParameters;
        if (SdpCodec.TryParseParameters(tokens.Rest) is not { } parameters) return SdpErrorKind.InvalidFormatParameters;
        if (_codecs[payloadType] is not { } codec) return SdpErrorKind.None;
        if (codec.Parameters.Count + parameters.Count > SdpCodec.MaxParameters) return SdpErrorKind.InvalidFormatParameters;
        _codecs[payloadType] = codec with { Parameters = codec.Parameters.Count == 0 ? parameters : codec.Parameters.Concat(parameters).ToSdpList() };
        return SdpErrorKind.None;
    }

    private SdpErrorKind ParseFeedback(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var text) || !tokens.TryNext(out var type) || !SdpText.IsToken(type)) return SdpErrorKind.InvalidRtcpFeedback;
        var feedback = new RtcpFeedback(type.ToString(), tokens.IsEmpty ? null : tokens.Rest.ToString());
        if (text is "*") return TryAdd(_wildcards, feedback);
        if (!SdpText.TryParseNumber(text, 127u, out var payloadType)) return SdpErrorKind.InvalidRtcpFeedback;
        return _codecs[payloadType] is null ? SdpErrorKind.None : TryAdd(_feedback[payloadType] ??= [], feedback);
    }

    public SdpErrorKind TryBuild(out SdpList<SdpCodec> codecs)
    {
        codecs = [];
        foreach (var payloadType in _order)
        {
            if (_wildcards.Count == 0) break;
            var list = _feedback[payloadType] ??= [];
            foreach (var wildcard in _wildcards)
            {
                if (TryAdd(list, wildcard) is var error and not SdpErrorKind.None) return error;
            }
        }
        codecs = _order.Select(each => _feedback[each] is { } list ? _codecs[each]! with { Feedback = list.ToSdpList() } : _codecs[each]!).ToSdpList();
        return SdpErrorKind.None;
    }

    private static SdpErrorKind TryAdd(List<RtcpFeedback> list, RtcpFeedback feedback)
    {
        if (list.Contains(feedback)) return SdpErrorKind.None;
        if (list.Count == SdpCodec.MaxFeedback) return SdpErrorKind.TooMuchFeedback;
        list.Add(feedback);
        return SdpErrorKind.None;
    }
}
