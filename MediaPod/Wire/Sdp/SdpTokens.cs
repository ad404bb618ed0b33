namespace Conference.MediaPod.Wire.Sdp;

/// <summary>Splits a value at blanks; several blanks count as one.</summary>
internal ref struct SdpTokens(ReadOnlySpan<char> value)
{
    private ReadOnlySpan<char> _rest = value.Trim(' ');

    /// <summary>Whether everything was taken.</summary>
    public readonly bool IsEmpty => _rest.IsEmpty;

    /// <summary>What was not taken yet.</summary>
    public readonly ReadOnlySpan<char> Rest => _rest;

    /// <summary>Takes the next token. False at the end.</summary>
    public bool TryNext(out ReadOnlySpan<char> token)
    {
        var blank = _rest.IndexOf(' ');
        token = blank < 0 ? _rest : _rest[..blank];
        _rest = blank < 0 ? default : _rest[(blank + 1)..].TrimStart(' ');
        return !token.IsEmpty;
    }
}
