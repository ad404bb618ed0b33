namespace Conference.MediaPod.Wire.Rtp;

/// <summary>One block of a redundant audio payload (RFC 2198 section 3).</summary>
public readonly ref struct RedBlock
{
    internal RedBlock(byte payloadType, int timestampOffset, bool isPrimary, ReadOnlySpan<byte> data)
    {
        PayloadType = payloadType;
        TimestampOffset = timestampOffset;
        IsPrimary = isPrimary;
        Data = data;
    }

    /// <summary>Payload type of the block's own encoding, 0 to 127.</summary>
    public byte PayloadType { get; }

    /// <summary>How far before the packet's RTP timestamp the block belongs, in units of the RTP clock, 0 to 16,383; 0 for the primary block.</summary>
    public int TimestampOffset { get; }

    /// <summary>Whether this is the last block, the one that the packet's timestamp is of.</summary>
    public bool IsPrimary { get; }

    /// <summary>The encoded audio; may be empty.</summary>
    public ReadOnlySpan<byte> Data { get; }
}
