using System.Diagnostics.CodeAnalysis;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Parses the session part, and hands media sections to <see cref="MediaSectionParser"/>.</summary>
internal sealed class SessionParser
{
    private readonly SessionDefaults _defaults = new();
    private readonly List<MediaSection> _media = [];
    private readonly HashSet<string> _mids = [];
    private readonly List<SdpGroup> _groups = [];
    private readonly List<SdpAttribute> _others = [];
    private SdpOrigin? _origin;
    private string _name = "-";
    private bool _iceLite;
    private bool _allowMixed;
    private int _attributes;

    public static bool TryParse(string text, [NotNullWhen(true)] out SessionDescription? description, out SdpError error)
    {
        description = null;
        if (text.Length > SessionDescription.MaxLength)
        {
            error = new SdpError(SdpErrorKind.TooLong, 0);
            return false;
        }
        var parser = new SessionParser();
        error = parser.Parse(text);
        if (error.Kind != SdpErrorKind.None) return false;
        description = parser.Build();
        return true;
    }

    private SessionDescription Build() => new()
    {
        Origin = _origin!,
        SessionName = _name,
        Groups = _groups.ToSdpList(),
        IceLite = _iceLite,
        ExtmapAllowMixed = _allowMixed,
        OtherAttributes = _others.ToSdpList(),
        Media = _media.ToSdpList(),
    };

    private SdpError Parse(ReadOnlySpan<char> text)
    {
        var lines = new SdpLineReader(text);
        MediaSectionParser? section = null;
        while (lines.TryNext())
        {
            SdpErrorKind kind;
            if (lines.Number <= 3)
            {
                kind = ParseHead(lines.Number, lines.Type, lines.Value);
            }
            else if (lines.Type == 'm')
            {
                var error = Finish(section);
                if (error.Kind != SdpErrorKind.None) return error;
                section = new MediaSectionParser(_defaults, lines.Number);
                kind = _media.Count == SessionDescription.MaxMediaSections ? SdpErrorKind.TooManyMediaSections : section.ParseMedia(lines.Value);
            }
            else
            {
                kind = section is null ? ParseSessionLine(lines.Type, lines.Value) : section.ParseLine(lines.Type, lines.Value);
            }
            if (kind != SdpErrorKind.None) return new SdpError(kind, lines.Number);
        }
        if (lines.Error != SdpErrorKind.None) return new SdpError(lines.Error, lines.Number);
        if (lines.Number < 3) return new SdpError(MissingHead(lines.Number + 1), lines.Number + 1);
        return Finish(section);
    }

    private SdpError Finish(MediaSectionParser? section)
    {
        if (section is null)
        {
            var kind = _defaults.Check();
            return new SdpError(kind, 0);
        }
        var error = section.TryBuild(out var built);
        if (error != SdpErrorKind.None) return new SdpError(error, section.Line);
        if (built!.Mid is { } mid && !_mids.Add(mid)) return new SdpError(SdpErrorKind.DuplicateMid, section.Line);
        _media.Add(built);
        return default;
    }

    private static SdpErrorKind MissingHead(int line) => line switch
    {
        1 => SdpErrorKind.MissingVersion,
        2 => SdpErrorKind.InvalidOrigin,
        _ => SdpErrorKind.MissingSessionName,
    };

    private SdpErrorKind ParseHead(int line, char type, ReadOnlySpan<char> value)
    {
        switch (line, type)
        {
            case (1, 'v') when value is "0":
                return SdpErrorKind.None;
            case (2, 'o'):
                _origin = SdpOrigin.TryParse(value);
                return _origin is null ? SdpErrorKind.InvalidOrigin : SdpErrorKind.None;
            case (3, 's'):
                _name = value.ToString();
                return SdpErrorKind.None;
            default:
                return MissingHead(line);
        }
    }

    private SdpErrorKind ParseSessionLine(char type, ReadOnlySpan<char> value)
    {
        switch (type)
        {
            // Information, contacts, times, zones and keys mean nothing here.
            case 'i' or 'u' or 'e' or 'p' or 't' or 'r' or 'z' or 'k' or 'b':
                return SdpErrorKind.None;
            case 'c':
                _defaults.Connection = SdpConnection.TryParse(value);
                return _defaults.Connection is null ? SdpErrorKind.InvalidConnection : SdpErrorKind.None;
            case 'a':
                return ++_attributes > SessionDescription.MaxAttributes ? SdpErrorKind.TooManyAttributes : ParseAttribute(value);
            default:
                return SdpErrorKind.UnexpectedLine;
        }
    }

    private SdpErrorKind ParseAttribute(ReadOnlySpan<char> text)
    {
        var name = SdpText.SplitAttribute(text, out var value, out var hasValue);
        switch (name)
        {
            case "group":
                if (SdpGroup.TryParse(value) is not { } group) return SdpErrorKind.InvalidGroup;
                _groups.Add(group);
                return SdpErrorKind.None;
            case "ice-lite":
                _iceLite = true;
                return SdpErrorKind.None;
            case "extmap-allow-mixed":
                _allowMixed = true;
                return SdpErrorKind.None;
        }
        if (_defaults.TryParse(name, value, out var error)) return error;
        if (!SdpText.IsToken(name)) return SdpErrorKind.InvalidLine;
        _others.Add(new SdpAttribute(name.ToString(), hasValue ? value.ToString() : null));
        return SdpErrorKind.None;
    }
}
