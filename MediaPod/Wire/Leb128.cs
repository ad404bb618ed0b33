namespace Conference.MediaPod.Wire;

/// <summary>Little-endian base 128 numbers (AV1 specification section 4.10.5), limited to 32 bits as that section asks.</summary>
internal static class Leb128
{
    private const int MaxBytes = 8;

    /// <summary>Reads a number at <paramref name="position"/> and moves on behind it. False if it is cut short or above 2^32 - 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int position, out uint value)
    {
        ulong result = 0;
        value = 0;
        for (var i = 0; i < MaxBytes && position < bytes.Length; i++)
        {
            var b = bytes[position++];
            result |= (ulong)(b & 0x7F) << (7 * i);
            if ((b & 0x80) != 0) continue;
            value = (uint)result;
            return result <= uint.MaxValue;
        }
        return false;
    }
}
