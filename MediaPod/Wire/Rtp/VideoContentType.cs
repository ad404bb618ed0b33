namespace Conference.MediaPod.Wire.Rtp;

/// <summary>What a video shows (https://webrtc.googlesource.com/src/+/main/docs/native-code/rtp-hdrext/video-content-type). One byte, whose lowest bit is used.</summary>
public enum VideoContentType : byte
{
    /// <summary>Camera or unknown.</summary>
    Unspecified,

    /// <summary>A shared screen: sharpness before smoothness.</summary>
    Screenshare,
}
