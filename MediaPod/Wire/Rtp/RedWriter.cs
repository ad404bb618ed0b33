namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Writes a redundant audio payload (RFC 2198 section 3): add the older blocks from oldest to newest, then <see cref="TryComplete"/> with the primary one.
/// </summary>
public ref struct RedWriter
{
    /// <summary>Largest distance of a redundant block from the primary one, in units of the RTP clock (14 bits; 341 ms of Opus).</summary>
    public const int MaxTimestampOffset = 0x3FFF;

    /// <summary>Largest redundant block in bytes (10 bits).</summary>
    public const int MaxBlockLength = 0x3FF;

    private readonly Span<byte> _payload;
    private int _headers;
    private int _data;

    /// <summary>Starts an empty payload.</summary>
    public RedWriter(Span<byte> payload) => _payload = payload;

    /// <summary>Adds an older block.</summary>
    /// <param name="payloadType">Payload type of its encoding, 0 to 127.</param>
    /// <param name="timestampOffset">Its distance before the packet's timestamp, 0 to <see cref="MaxTimestampOffset"/>.</param>
    /// <param name="data">Its bytes, at most <see cref="MaxBlockLength"/>.</param>
    /// <returns>False, and nothing changed, if it cannot be expressed or does not fit.</returns>
    public bool TryAdd(byte payloadType, int timestampOffset, scoped ReadOnlySpan<byte> data)
    {
        if ((uint)timestampOffset > MaxTimestampOffset || data.Length > MaxBlockLength) return false;
        if (_headers + _data + RedReader.BlockHeaderLength + data.Length > _payload.Length) return false;
        _payload.Slice(_headers, _data).CopyTo(_payload[(_headers + RedReader.BlockHeaderLength)..]);
        _payload[_headers] = (byte)(RedReader.FollowsBit | (payloadType & 0x7F));
        _payload[_headers + 1] = (byte)(timestampOffset >> 6);
        _payload[_headers + 2] = (byte)((timestampOffset << 2) | (data.Length >> 8));
        _payload[_headers + 3] = (byte)data.Length;
        _headers += RedReader.BlockHeaderLength;
        data.CopyTo(_payload[(_headers + _data)..]);
        _data += data.Length;
        return true;
    }

    /// <summary>Adds the primary block and ends the payload.</summary>
    /// <param name="payloadType">Payload type of its encoding, 0 to 127.</param>
    /// <param name="data">Its bytes.</param>
    /// <param name="length">Length of the whole payload in bytes.</param>
    /// <returns>False if it does not fit.</returns>
    public readonly bool TryComplete(byte payloadType, scoped ReadOnlySpan<byte> data, out int length)
    {
        length = _headers + 1 + _data + data.Length;
        if (length > _payload.Length)
        {
            length = 0;
            return false;
        }
        _payload.Slice(_headers, _data).CopyTo(_payload[(_headers + 1)..]);
        _payload[_headers] = (byte)(payloadType & 0x7F);
        data.CopyTo(_payload[(_headers + 1 + _data)..]);
        return true;
    }
}
