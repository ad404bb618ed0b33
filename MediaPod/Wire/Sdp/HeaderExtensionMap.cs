namespace Conference.MediaPod.Wire.Sdp;

/// <summary>An <c>a=extmap</c> (RFC 8285 section 5).</summary>
/// <param name="Id">1 to 14 (one-byte form), 15 to 255 (two-byte form), or 4096 to 4351 (offered as one of a choice).</param>
/// <param name="Uri">What the extension is, see <see cref="Rtp.HeaderExtensionUri"/>.</param>
public sealed record HeaderExtensionMap(int Id, string Uri)
{
    /// <summary>Direction in which it is used; that of the media section if not told.</summary>
    public MediaDirection? Direction { get; init; }

    /// <summary>Extension attributes, such as <c>vad=on</c>; null if none.</summary>
    public string? Attributes { get; init; }

    internal static HeaderExtensionMap? TryParse(ReadOnlySpan<char> value)
    {
        var tokens = new SdpTokens(value);
        if (!tokens.TryNext(out var number) || !tokens.TryNext(out var uri) || !SdpText.IsVisible(uri)) return null;
        MediaDirection? direction = null;
        var slash = number.IndexOf('/');
        if (slash >= 0)
        {
            direction = MediaDirections.TryParse(number[(slash + 1)..]);
            if (direction is null) return null;
            number = number[..slash];
        }
        if (!SdpText.TryParseNumber(number, 4351u, out var id) || id is 0 or (> 255 and < 4096)) return null;
        return new HeaderExtensionMap((int)id, uri.ToString()) { Direction = direction, Attributes = tokens.IsEmpty ? null : tokens.Rest.ToString() };
    }

    /// <summary>The text behind <c>a=extmap:</c>.</summary>
    public override string ToString() =>
        $"{Id}{(Direction is { } direction ? "/" + direction.ToText() : "")} {Uri}{(Attributes is null ? "" : " " + Attributes)}";
}
