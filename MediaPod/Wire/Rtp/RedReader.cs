namespace Conference.MediaPod.Wire.Rtp;

/// <summary>Walks the blocks of a redundant audio payload from oldest to primary (RFC 2198 section 3). Nothing is copied.</summary>
public ref struct RedReader
{
    internal const int BlockHeaderLength = 4;
    internal const byte FollowsBit = 0x80;

    private readonly ReadOnlySpan<byte> _payload;
    private int _header;
    private int _data;
    private bool _done;

    private RedReader(ReadOnlySpan<byte> payload, int dataOffset)
    {
        _payload = payload;
        _data = dataOffset;
    }

    /// <summary>Checks the block headers of a payload against its length.</summary>
    /// <returns>False if the headers have no end or the blocks are longer than the payload.</returns>
    public static bool TryParse(ReadOnlySpan<byte> payload, out RedReader reader)
    {
        reader = default;
        var (offset, total) = (0, 0);
        while (true)
        {
            if (offset >= payload.Length) return false;
            if ((payload[offset] & FollowsBit) == 0) break;
            if (payload.Length - offset < BlockHeaderLength) return false;
            total += ((payload[offset + 2] & 3) << 8) | payload[offset + 3];
            offset += BlockHeaderLength;
        }
        if (total > payload.Length - offset - 1) return false;
        reader = new RedReader(payload, offset + 1);
        return true;
    }

    /// <summary>The block reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public RedBlock Current { get; private set; }

    /// <summary>Lets <c>foreach</c> walk a copy of this reader from where it stands.</summary>
    public readonly RedReader GetEnumerator() => this;

    /// <summary>Goes on to the next block. False after the primary one.</summary>
    public bool MoveNext()
    {
        if (_done || _payload.IsEmpty) return false;
        var payloadType = (byte)(_payload[_header] & 0x7F);
        if ((_payload[_header] & FollowsBit) == 0)
        {
            _done = true;
            Current = new RedBlock(payloadType, 0, isPrimary: true, _payload[_data..]);
            return true;
        }
        var offset = (_payload[_header + 1] << 6) | (_payload[_header + 2] >> 2);
        var length = ((_payload[_header + 2] & 3) << 8) | _payload[_header + 3];
        Current = new RedBlock(payloadType, offset, isPrimary: false, _payload.Slice(_data, length));
        _header += BlockHeaderLength;
        _data += length;
        return true;
    }
}
