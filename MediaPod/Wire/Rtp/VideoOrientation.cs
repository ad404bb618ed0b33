namespace Conference.MediaPod.Wire.Rtp;

/// <summary>Coordination of video orientation (3GPP TS 26.114 section 7.4.5).</summary>
/// <param name="BackCamera">Whether the picture is from a camera that faces away from the user.</param>
/// <param name="Flip">Whether the receiver must mirror the picture horizontally.</param>
/// <param name="Rotation">Clockwise rotation that the receiver must apply in degrees: 0, 90, 180 or 270.</param>
public readonly record struct VideoOrientation(bool BackCamera, bool Flip, int Rotation)
{
    /// <summary>Length of the value in bytes.</summary>
    public const int Length = 1;

    /// <summary>Reads a value of exactly one byte; its four reserved bits are ignored.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out VideoOrientation orientation)
    {
        var ok = value.Length == Length;
        orientation = ok ? new VideoOrientation((value[0] & 8) != 0, (value[0] & 4) != 0, (value[0] & 3) * 90) : default;
        return ok;
    }

    /// <summary>Writes one byte.</summary>
    public void Write(Span<byte> value) => value[0] = (byte)((BackCamera ? 8 : 0) | (Flip ? 4 : 0) | (Rotation / 90 & 3));
}
