namespace Conference.MediaPod.Wire.Rtp;

/// <summary>Transmission time offset (RFC 5450 section 2): how long after its RTP timestamp a packet was sent, in units of the RTP clock, signed 24 bits.</summary>
public static class TransmissionOffset
{
    /// <summary>Length of the value in bytes.</summary>
    public const int Length = 3;

    /// <summary>Reads a value of exactly three bytes, -2^23 to 2^23 - 1.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out int offset)
    {
        var ok = value.Length == Length;
        offset = ok ? ((value[0] << 24) | (value[1] << 16) | (value[2] << 8)) >> 8 : 0;
        return ok;
    }

    /// <summary>Writes three bytes; bits above 24 are dropped.</summary>
    public static void Write(Span<byte> value, int offset)
    {
        value[2] = (byte)offset;
        value[1] = (byte)(offset >> 8);
        value[0] = (byte)(offset >> 16);
    }
}
