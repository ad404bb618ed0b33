namespace Conference.MediaPod.Wire.Rtp;

/// <summary>URIs of the header extensions this project can read or write, as they stand in <c>a=extmap</c>.</summary>
public static class HeaderExtensionUri
{
    /// <summary>RFC 6464, see <see cref="Rtp.AudioLevel"/>.</summary>
    public const string AudioLevel = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /// <summary>RFC 9143 section 15, see <see cref="StreamIdentifier"/>.</summary>
    public const string Mid = "urn:ietf:params:rtp-hdrext:sdes:mid";

    /// <summary>RFC 8852 section 3.1, see <see cref="StreamIdentifier"/>.</summary>
    public const string RtpStreamId = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";

    /// <summary>RFC 8852 section 3.2, see <see cref="StreamIdentifier"/>.</summary>
    public const string RepairedRtpStreamId = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";

    /// <summary>draft-holmer-rmcat-transport-wide-cc-extensions-01, see <see cref="Rtp.TransportSequence"/>.</summary>
    public const string TransportSequence = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";

    /// <summary>See <see cref="Rtp.AbsoluteSendTime"/>.</summary>
    public const string AbsoluteSendTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";

    /// <summary>RFC 5450, see <see cref="Rtp.TransmissionOffset"/>.</summary>
    public const string TransmissionOffset = "urn:ietf:params:rtp-hdrext:toffset";

    /// <summary>3GPP TS 26.114 section 7.4.5, see <see cref="Rtp.VideoOrientation"/>.</summary>
    public const string VideoOrientation = "urn:3gpp:video-orientation";

    /// <summary>See <see cref="Rtp.PlayoutDelay"/>.</summary>
    public const string PlayoutDelay = "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";

    /// <summary>See <see cref="Rtp.VideoContentType"/>.</summary>
    public const string VideoContentType = "http://www.webrtc.org/experiments/rtp-hdrext/video-content-type";

    /// <summary>Timing of video frames inside the sender; forwarded as it is.</summary>
    public const string VideoTiming = "http://www.webrtc.org/experiments/rtp-hdrext/video-timing";

    /// <summary>Colour space of video frames; forwarded as it is.</summary>
    public const string ColorSpace = "http://www.webrtc.org/experiments/rtp-hdrext/color-space";

    /// <summary>See <see cref="Rtp.AbsoluteCaptureTime"/>.</summary>
    public const string AbsoluteCaptureTime = "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";

    /// <summary>AV1 RTP specification appendix A, see <see cref="DependencyDescriptorReader"/>.</summary>
    public const string DependencyDescriptor = "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";

    /// <summary>See <see cref="Rtp.VideoLayersAllocation"/>.</summary>
    public const string VideoLayersAllocation = "http://www.webrtc.org/experiments/rtp-hdrext/video-layers-allocation00";
}
