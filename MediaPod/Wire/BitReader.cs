namespace Conference.MediaPod.Wire;

/// <summary>Reads bits from the most significant one on. Reading past the end gives zeros and sets <see cref="Failed"/>, so that callers check once.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _bit;

    /// <summary>Whether more was read than there is.</summary>
    public bool Failed { get; private set; }

    /// <summary>Bits read so far.</summary>
    public readonly int Position => _bit;

    /// <summary>Bits not read yet.</summary>
    public readonly int Remaining => _bytes.Length * 8 - _bit;

    /// <summary>Reads 0 to 32 bits as an unsigned number.</summary>
    public uint Read(int count)
    {
        if (count > Remaining)
        {
            Failed = true;
            _bit = _bytes.Length * 8;
            return 0;
        }
        ulong value = 0;
        for (var left = count; left > 0;)
        {
            var available = 8 - (_bit & 7);
            var take = Math.Min(available, left);
            var chunk = (_bytes[_bit >> 3] >> (available - take)) & ((1 << take) - 1);
            value = (value << take) | (uint)chunk;
            _bit += take;
            left -= take;
        }
        return (uint)value;
    }

    /// <summary>Reads one bit.</summary>
    public bool ReadFlag() => Read(1) != 0;

    /// <summary>Reads a number below <paramref name="limit"/> (1 or more) in the non-symmetric coding <c>ns(n)</c> of the AV1 specification section 4.10.7.</summary>
    public uint ReadNonSymmetric(uint limit)
    {
        var width = 0;
        for (var x = limit; x != 0; x >>= 1) width++;
        var shorter = (1u << width) - limit;
        var value = Read(width - 1);
        return value < shorter ? value : (value << 1) - shorter + Read(1);
    }
}
