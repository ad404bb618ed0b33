using System.Text;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Tests.Support;

/// <summary>Offers as a client would make them, with the extension ids and payload types of the sample packets.</summary>
internal static class Offers
{
    public const string Ufrag = "AbCd";
    public const string Password = "client-password-of-22-chars";

    private static readonly CertificateFingerprint Nobodys = new("sha-256", [.. Enumerable.Repeat((byte)0xAB, 32)]);

    /// <summary>Sends microphone (mid 0) and camera (mid 1).</summary>
    public static string Publisher(CertificateFingerprint? print = null) => Of(print, ("audio", "sendonly"), ("video", "sendonly"));

    /// <summary>Receives one sound (mid 0) and one picture (mid 1).</summary>
    public static string Receiver(CertificateFingerprint? print = null) => Of(print, ("audio", "recvonly"), ("video", "recvonly"));

    public static string Of(CertificateFingerprint? print, params (string Kind, string Direction)[] sections)
    {
        var sdp = new StringBuilder("v=0\r\no=- 7 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n");
        sdp.Append($"a=group:BUNDLE {string.Join(' ', Enumerable.Range(0, sections.Length))}\r\n");
        for (var mid = 0; mid < sections.Length; mid++)
        {
            var (kind, direction) = sections[mid];
            var isVideo = kind == "video";
            sdp.Append($"m={kind} 9 UDP/TLS/RTP/SAVPF {(isVideo ? "96 97" : "111")}\r\nc=IN IP4 0.0.0.0\r\n");
            sdp.Append($"a=ice-ufrag:{Ufrag}\r\na=ice-pwd:{Password}\r\na=fingerprint:{Text(print ?? Nobodys)}\r\na=setup:actpass\r\na=mid:{mid}\r\n");
            sdp.Append("a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid\r\n");
            if (!isVideo) sdp.Append("a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level\r\n");
            sdp.Append($"a={direction}\r\na=rtcp-mux\r\n");
            sdp.Append(isVideo
                ? "a=rtpmap:96 VP8/90000\r\na=rtcp-fb:96 nack\r\na=rtcp-fb:96 nack pli\r\na=rtpmap:97 rtx/90000\r\na=fmtp:97 apt=96\r\n"
                : "a=rtpmap:111 opus/48000/2\r\n");
        }
        return sdp.ToString();
    }

    private static string Text(CertificateFingerprint print) => $"{print.Algorithm} {string.Join(':', print.Digest.Select(b => b.ToString("X2")))}";
}
