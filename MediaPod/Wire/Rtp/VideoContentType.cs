namespace Conference.MediaPod.Wire.Rtp;

/// <summary>What a video shows (https://webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/video-content-type). One byte, whose lowest bit is used.</summary>
public enum VideoContentType : byte
{
    /// <summary>Camera or unknown.</summary>
    Unspecified,

    /// <summary>A shared screen: sharpness before smoothness.</summary>
    Screenshare,
}

/// <summary>Reads and writes content types.</summary>
public static class VideoContentTypes
{
    /// <summary>Length of the value in bytes.</summary>
    public const int Length = 1;

    extension(VideoContentType)
    {
        /// <summary>Reads a value of exactly one byte; the upper bits, which experiments of senders use, are ignored.</summary>
        public static bool TryRead(ReadOnlySpan<byte> value, out VideoContentType type)
        {
            var ok = value.Length == Length;
            type = ok ? (VideoContentType)(value[0] & 1) : default;
            return ok;
        }
    }

    /// <summary>Writes one byte.</summary>
    public static void Write(this VideoContentType type, Span<byte> value) => value[0] = (byte)type;
}
