namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Parses trickle ICE fragments.</summary>
internal sealed class FragmentParser
{
    private readonly List<SdpFragmentSection> _sections = [];
    private readonly List<IceCandidate> _candidates = [];
    private SdpFragmentSection _current = new(Mid: null);
    private SessionDefaults _transport = new();
    private int _attributes;

    public SdpFragment Build() => new() { Session = _sections[0], Sections = _sections.Skip(1).ToSdpList() };

    public SdpError Parse(ReadOnlySpan<char> text)
    {
        var lines = new SdpLineReader(text);
        while (lines.TryNext())
        {
            var kind = lines.Type switch
            {
                'm' => StartSection(lines.Value),
                'a' => ++_attributes > SessionDescription.MaxAttributes ? SdpErrorKind.TooManyAttributes : ParseAttribute(lines.Value),
                _ => SdpErrorKind.None,
            };
            if (kind != SdpErrorKind.None) return new SdpError(kind, lines.Number);
        }
        return lines.Error != SdpErrorKind.None ? new SdpError(lines.Error, lines.Number) : new SdpError(EndSection(), 0);
    }

    private SdpErrorKind EndSection()
    {
        var error = _transport.Check();
        if (error != SdpErrorKind.None) return error;
        _sections.Add(_current with { Ice = _transport.Ice, Candidates = _candidates.ToSdpList() });
        _candidates.Clear();
        _transport = new SessionDefaults();
        _attributes = 0;
        return SdpErrorKind.None;
    }

    private SdpErrorKind StartSection(ReadOnlySpan<char> value)
    {
        var error = EndSection();
        if (error != SdpErrorKind.None) return error;
        if (_sections.Count > SessionDescription.MaxMediaSections) return SdpErrorKind.TooManyMediaSections;
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var media) || !SdpText.IsToken(media)) return SdpErrorKind.InvalidMedia;
        _current = new SdpFragmentSection(Mid: null) { Media = media.ToString() };
        return SdpErrorKind.None;
    }

    private SdpErrorKind ParseAttribute(ReadOnlySpan<char> text)
    {
        var name = SdpText.SplitAttribute(text, out var value, out _);
        switch (name)
        {
            case "mid":
                if (!SdpText.IsToken(value) || value.Length > 255) return SdpErrorKind.InvalidMid;
                // Without an m= line, candidates are of the session whatever MID they name.
                if (_current.Media is not null) _current = _current with { Mid = value.ToString() };
                return SdpErrorKind.None;
            case "candidate":
                if (!IceCandidate.TryParse(value, out var candidate)) return SdpErrorKind.InvalidCandidate;
                if (candidate is not null) _candidates.Add(candidate);
                return SdpErrorKind.None;
            case "end-of-candidates":
                _current = _current with { EndOfCandidates = true };
                return SdpErrorKind.None;
            case "ice-ufrag" or "ice-pwd":
                _transport.TryParse(name, value, out var error);
                return error;
            default:
                return SdpErrorKind.None;
        }
    }
}
