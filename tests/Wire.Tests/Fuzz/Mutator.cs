namespace Conference.Wire.Tests.Fuzz;

/// <summary>Makes a damaged copy of a valid input by seed: flips, overwrites, cuts, repeats, and splices with another input.</summary>
internal sealed class Mutator(int seed, int maxLength)
{
    private static readonly byte[] Interesting = [0, 1, 2, 3, 4, 7, 8, 15, 16, 0x1F, 0x20, 0x3F, 0x40, 0x7F, 0x80, 0x81, 0x90, 0xBE, 0xC0, 0xDE, 0xF0, 0xFE, 0xFF];
    private readonly Random _random = new(seed);
    private readonly byte[] _work = new byte[maxLength * 2];
    private int _length;

    /// <summary>
    /// The damaged input, at the very end of its array and no longer than allowed, so that a read behind it cannot go unnoticed.
    /// Valid until the next call.
    /// </summary>
    public Span<byte> Next(IReadOnlyList<byte[]> seeds)
    {
        var original = seeds[_random.Next(seeds.Count)];
        _length = Math.Min(original.Length, maxLength);
        original.AsSpan(0, _length).CopyTo(_work);
        // Most are damaged a little, so that many get past the first checks.
        for (var count = 1 + _random.Next(1 + _random.Next(8)); count > 0; count--) Damage(seeds);
        _length = Math.Min(_length, maxLength);
        _work.AsSpan(0, _length).CopyTo(_work.AsSpan(_work.Length - _length));
        return _work.AsSpan(_work.Length - _length);
    }

    private void Damage(IReadOnlyList<byte[]> seeds)
    {
        switch (_random.Next(16))
        {
            case <= 3 when _length > 0:
                _work[_random.Next(_length)] ^= (byte)(1 << _random.Next(8));
                break;
            case <= 8 when _length > 0:
                _work[_random.Next(_length)] = Interesting[_random.Next(Interesting.Length)];
                break;
            case <= 11 when _length > 0:
                _work[_random.Next(_length)] = (byte)_random.Next(256);
                break;
            case 12:
                _length = _random.Next(_length + 1);
                break;
            case 13:
                Remove();
                break;
            case 14:
                Repeat();
                break;
            case 15:
                Splice(seeds[_random.Next(seeds.Count)]);
                break;
        }
    }

    private (int Start, int Length) Piece(int most)
    {
        var start = _random.Next(_length + 1);
        return (start, _random.Next(Math.Min(most, _length - start) + 1));
    }

    private void Remove()
    {
        var (start, length) = Piece(16);
        _work.AsSpan(start + length, _length - start - length).CopyTo(_work.AsSpan(start));
        _length -= length;
    }

    private void Repeat()
    {
        var (start, length) = Piece(64);
        if (_length + length > maxLength) return;
        _work.AsSpan(start, _length - start).CopyTo(_work.AsSpan(start + length));
        _length += length;
    }

    private void Splice(byte[] other)
    {
        var start = _random.Next(_length + 1);
        var from = _random.Next(other.Length + 1);
        var length = Math.Min(other.Length - from, maxLength - start);
        other.AsSpan(from, length).CopyTo(_work.AsSpan(start));
        _length = start + length;
    }
}
