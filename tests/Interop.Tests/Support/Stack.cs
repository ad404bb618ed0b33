namespace Conference.Interop.Tests.Support;

/// <summary>A WebRTC implementation that is not ours.</summary>
internal enum Stack
{
    /// <summary>libwebrtc in Node, from npm.</summary>
    Wrtc,

    /// <summary>aiortc, in Python, from Debian.</summary>
    Aiortc,

    /// <summary>GStreamer's webrtcbin, driven from Python, from Debian.</summary>
    GStreamer,
}
