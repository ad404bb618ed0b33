namespace Conference.MediaPod.Wire;

/// <summary>Writes bits from the most significant one on, into bytes that were cleared and are long enough.</summary>
internal ref struct BitWriter(Span<byte> bytes)
{
    private readonly Span<byte> _bytes = bytes;
    private int _bit;

    /// <summary>Leaves bits as they are.</summary>
    public void Skip(int count) => _bit += count;

    /// <summary>Writes the lowest 0 to 32 bits of a number.</summary>
    public void Write(uint value, int count)
    {
        for (var left = count; left > 0;)
        {
            var available = 8 - (_bit & 7);
            var take = Math.Min(available, left);
            var chunk = value >> (left - take) & ((1u << take) - 1);
            _bytes[_bit >> 3] |= (byte)(chunk << (available - take));
            _bit += take;
            left -= take;
        }
    }
}
