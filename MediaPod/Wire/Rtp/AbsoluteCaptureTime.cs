using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// When a frame was captured (https://webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/abs-capture-time),
/// so that sound and picture of different senders can be lined up behind a forwarder.
/// </summary>
/// <param name="Timestamp">NTP time of capture in the capturer's clock: seconds since 1900 in unsigned 32.32 fixed point.</param>
/// <param name="ClockOffset">The capturer's clock minus the sender's, seconds in signed 32.32 fixed point; null if not told.</param>
public readonly record struct AbsoluteCaptureTime(ulong Timestamp, long? ClockOffset)
{
    /// <summary>Length of the value in bytes: 8 without and 16 with a clock offset.</summary>
    public int Length => ClockOffset is null ? 8 : 16;

    /// <summary>Reads a value of exactly 8 or 16 bytes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out AbsoluteCaptureTime time)
    {
        time = default;
        if (value.Length is not (8 or 16)) return false;
        time = new AbsoluteCaptureTime(BinaryPrimitives.ReadUInt64BigEndian(value), value.Length == 16 ? BinaryPrimitives.ReadInt64BigEndian(value[8..]) : null);
        return true;
    }

    /// <summary>Writes <see cref="Length"/> bytes.</summary>
    public void Write(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(value, Timestamp);
        if (ClockOffset is { } offset) BinaryPrimitives.WriteInt64BigEndian(value[8..], offset);
    }
}
