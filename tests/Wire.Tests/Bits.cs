namespace Conference.Wire.Tests;

internal static class Bits
{
    /// <summary>Bytes of binary digits; blanks are skipped and the last byte is filled with zeros.</summary>
    public static byte[] Bytes(string digits)
    {
        var bits = digits.Where(c => !char.IsWhiteSpace(c)).ToArray();
        var bytes = new byte[(bits.Length + 7) / 8];
        for (var i = 0; i < bits.Length; i++)
        {
            if (bits[i] == '1') bytes[i / 8] |= (byte)(0x80 >> (i % 8));
        }
        return bytes;
    }

    /// <summary>A number as binary digits.</summary>
    public static string Of(uint value, int width) => Convert.ToString(value, 2).PadLeft(width, '0') + " ";
}
