using System.Buffers;
using System.Globalization;

namespace Conference.MediaPod.Wire.Sdp;

/// <summary>The small grammars that many attributes share (RFC 8866 section 9).</summary>
internal static class SdpText
{
    private static readonly SearchValues<char> TokenCharacters =
        SearchValues.Create("!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz{|}~");

    private static readonly SearchValues<char> RidCharacters =
        SearchValues.Create("-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz");

    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>RFC 8851 section 10: letters, digits, hyphen and (as browsers allow) underscore.</summary>
    public static bool IsRid(ReadOnlySpan<char> text) => text.Length is > 0 and <= 255 && !text.ContainsAnyExcept(RidCharacters);

    public static bool IsDigits(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    /// <summary>Visible ASCII without blank.</summary>
    public static bool IsVisible(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange('!', '~');

    /// <summary>Reads a number of digits only, at most <paramref name="limit"/>.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, ulong limit, out ulong number)
    {
        number = 0;
        return IsDigits(text) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= limit;
    }

    /// <summary>As the other, for 32 bits.</summary>
    public static bool TryParseNumber(ReadOnlySpan<char> text, uint limit, out uint number)
    {
        var ok = TryParseNumber(text, (ulong)limit, out var wide);
        number = (uint)wide;
        return ok;
    }

    /// <summary>Splits "name:value"; without a colon the value is missing.</summary>
    public static ReadOnlySpan<char> SplitAttribute(ReadOnlySpan<char> text, out ReadOnlySpan<char> value, out bool hasValue)
    {
        var colon = text.IndexOf(':');
        hasValue = colon >= 0;
        value = hasValue ? text[(colon + 1)..] : default;
        return hasValue ? text[..colon] : text;
    }
}
