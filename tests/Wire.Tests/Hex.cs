namespace Conference.Wire.Tests;

internal static class Hex
{
    /// <summary>Bytes of hexadecimal text; blanks and line ends are skipped.</summary>
    public static byte[] Bytes(string text) => Convert.FromHexString(string.Concat(text.Where(c => !char.IsWhiteSpace(c))));
}
