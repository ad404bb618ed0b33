namespace Conference.MediaPod.Wire.Sdp;

/// <summary>ICE credentials of one side (RFC 8839 section 5.4).</summary>
/// <param name="UsernameFragment">4 to 256 characters.</param>
/// <param name="Password">22 to 256 characters. A secret: never in a log.</param>
public sealed record IceParameters(string UsernameFragment, string Password)
{
    // The grammar allows letters, digits, plus and slash; real clients are laxer, and only a colon would be ambiguous in USERNAME.
    internal static bool IsUsernameFragment(ReadOnlySpan<char> text) => text.Length is >= 4 and <= 256 && SdpText.IsVisible(text) && !text.Contains(':');

    internal static bool IsPassword(ReadOnlySpan<char> text) => text.Length is >= 22 and <= 256 && SdpText.IsVisible(text);

    /// <summary>The user name fragment only.</summary>
    public override string ToString() => $"IceParameters {{ {UsernameFragment} }}";
}
