namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Cuts a description into lines within the limits of <see cref="SessionDescription"/>.</summary>
internal ref struct SdpLineReader(ReadOnlySpan<char> text)
{
    private ReadOnlySpan<char> _rest = text;

    /// <summary>Number of the current line, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>Letter of the current line.</summary>
    public char Type { get; private set; }

    /// <summary>What follows the equals sign.</summary>
    public ReadOnlySpan<char> Value { get; private set; }

    /// <summary>Why reading stopped; <see cref="SdpErrorKind.None"/> at the end.</summary>
    public SdpErrorKind Error { get; private set; }

    /// <summary>Goes on to the next line. False at the end and at an error. Empty lines at the end are accepted.</summary>
    public bool TryNext()
    {
        if (_rest.TrimEnd("\r\n").IsEmpty) return false;
        Number++;
        var end = _rest.IndexOf('\n');
        var line = end < 0 ? _rest : _rest[..end];
        _rest = end < 0 ? default : _rest[(end + 1)..];
        if (line.EndsWith('\r')) line = line[..^1];
        Error = Check(line);
        if (Error != SdpErrorKind.None) return false;
        Type = line[0];
        Value = line[2..];
        return true;
    }

    private readonly SdpErrorKind Check(ReadOnlySpan<char> line)
    {
        if (Number > SessionDescription.MaxLines) return SdpErrorKind.TooManyLines;
        if (line.Length > SessionDescription.MaxLineLength) return SdpErrorKind.LineTooLong;
        if (line.Length < 2 || !char.IsAsciiLetterLower(line[0]) || line[1] != '=') return SdpErrorKind.InvalidLine;
        return HasControl(line) ? SdpErrorKind.InvalidCharacter : SdpErrorKind.None;
    }

    internal static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (char.IsControl(c)) return true;
        }
        return false;
    }
}
