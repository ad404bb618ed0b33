namespace Conference.MediaPod.Wire.Rtp;

/// <summary>Client-to-mixer audio level (RFC 6464 section 3).</summary>
/// <param name="Level">Loudness below the overload point in dB: 0 is loudest, 127 is digital silence.</param>
/// <param name="Voice">Whether the sender believes the packet holds speech. Only meaningful where <c>vad</c> was negotiated.</param>
public readonly record struct AudioLevel(byte Level, bool Voice)
{
    /// <summary>Length of the value in bytes.</summary>
    public const int Length = 1;

    /// <summary>Reads a value. The two-byte form may pad it (RFC 6464 section 3), so more than one byte is accepted.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out AudioLevel level)
    {
        level = value.IsEmpty ? default : new AudioLevel((byte)(value[0] & 0x7F), (value[0] & 0x80) != 0);
        return !value.IsEmpty;
    }

    /// <summary>Writes one byte; levels above 127 are written as 127.</summary>
    public void Write(Span<byte> value) => value[0] = (byte)(Math.Min(Level, (byte)127) | (Voice ? 0x80 : 0));
}
