namespace Conference.MediaPod.Wire.Stun;

/// <summary>CRC-32 of ITU V.42, as FINGERPRINT uses it (RFC 8489 section 14.7).</summary>
internal static class Crc32
{
    private const uint ReversedPolynomial = 0xEDB88320;
    private static readonly uint[] Table = CreateTable();

    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes) crc = Table[(byte)(crc ^ b)] ^ (crc >> 8);
        return ~crc;
    }

    private static uint[] CreateTable()
    {
        var table = new uint[256];
        for (uint i = 0; i < table.Length; i++)
        {
            var entry = i;
            for (var bit = 0; bit < 8; bit++) entry = (entry & 1) != 0 ? (entry >> 1) ^ ReversedPolynomial : entry >> 1;
            table[i] = entry;
        }
        return table;
    }
}
