using Conference.MediaPod.Wire.Sdp;

namespace Conference.Wire.Tests.Sdp;

public sealed class SdpErrorTests
{
    private const string Head = "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n";
    private const string Video = Head + "m=video 9 UDP/TLS/RTP/SAVPF 96\n";
    private const string Hash = "00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33";

    [Theory]
    [InlineData("", SdpErrorKind.MissingVersion, 1)]
    [InlineData("v=1\n", SdpErrorKind.MissingVersion, 1)]
    [InlineData("o=- 1 1 IN IP4 0.0.0.0\n", SdpErrorKind.MissingVersion, 1)]
    [InlineData("v=0\n", SdpErrorKind.InvalidOrigin, 2)]
    [InlineData("v=0\no=- x 1 IN IP4 0.0.0.0\n", SdpErrorKind.InvalidOrigin, 2)]
    [InlineData("v=0\no=- 1 1 IN IP5 0.0.0.0\n", SdpErrorKind.InvalidOrigin, 2)]
    [InlineData("v=0\no=- 1 1 IN IP4 0.0.0.0\n", SdpErrorKind.MissingSessionName, 3)]
    [InlineData("v=0\no=- 1 1 IN IP4 0.0.0.0\nt=0 0\n", SdpErrorKind.MissingSessionName, 3)]
    [InlineData(Head + "x=1\n", SdpErrorKind.UnexpectedLine, 5)]
    [InlineData(Head + "v=0\n", SdpErrorKind.UnexpectedLine, 5)]
    [InlineData(Video + "t=0 0\n", SdpErrorKind.UnexpectedLine, 6)]
    [InlineData(Head + "nonsense\n", SdpErrorKind.InvalidLine, 5)]
    [InlineData(Head + "\na=sendrecv\n", SdpErrorKind.InvalidLine, 5)]
    [InlineData(Head + "a=\n", SdpErrorKind.InvalidLine, 5)]
    [InlineData(Head + "a=b\0c\n", SdpErrorKind.InvalidCharacter, 5)]
    [InlineData(Head + "a=b\rc\n", SdpErrorKind.InvalidCharacter, 5)]
    [InlineData(Head + "c=IN IP4\n", SdpErrorKind.InvalidConnection, 5)]
    [InlineData(Head + "m=video\n", SdpErrorKind.InvalidMedia, 5)]
    [InlineData(Head + "m=video 65536 UDP/TLS/RTP/SAVPF 96\n", SdpErrorKind.InvalidMedia, 5)]
    [InlineData(Head + "m=video -1 UDP/TLS/RTP/SAVPF 96\n", SdpErrorKind.InvalidMedia, 5)]
    [InlineData(Head + "m=video 9 UDP/TLS/RTP/SAVPF\n", SdpErrorKind.InvalidMedia, 5)]
    [InlineData(Head + "m=video 9 UDP/TLS/RTP/SAVPF 128\n", SdpErrorKind.InvalidMedia, 5)]
    [InlineData(Head + "m=video 9 UDP/TLS/RTP/SAVPF x\n", SdpErrorKind.InvalidMedia, 5)]
    [InlineData(Head + "a=group:\n", SdpErrorKind.InvalidGroup, 5)]
    [InlineData(Video + "b=AS\n", SdpErrorKind.InvalidBandwidth, 6)]
    [InlineData(Video + "b=AS:99999999999999999999\n", SdpErrorKind.InvalidBandwidth, 6)]
    [InlineData(Video + "a=mid:\n", SdpErrorKind.InvalidMid, 6)]
    [InlineData(Video + "a=mid:a b\n", SdpErrorKind.InvalidMid, 6)]
    [InlineData(Video + "a=mid:0\nm=audio 9 UDP/TLS/RTP/SAVPF 0\na=mid:0\n", SdpErrorKind.DuplicateMid, 7)]
    [InlineData(Video + "a=ice-ufrag:abc\n", SdpErrorKind.InvalidIceCredentials, 6)]
    [InlineData(Video + "a=ice-ufrag:ab:cd\n", SdpErrorKind.InvalidIceCredentials, 6)]
    [InlineData(Video + "a=ice-pwd:short\n", SdpErrorKind.InvalidIceCredentials, 6)]
    [InlineData(Video + "a=ice-ufrag:abcd\n", SdpErrorKind.IncompleteIceCredentials, 5)]
    [InlineData(Video + "a=ice-pwd:0123456789012345678901\n", SdpErrorKind.IncompleteIceCredentials, 5)]
    [InlineData(Video + "a=candidate:1 1 udp 1 192.0.2.1\n", SdpErrorKind.InvalidCandidate, 6)]
    [InlineData(Video + "a=fingerprint:sha-256 " + Hash + "\n", SdpErrorKind.InvalidFingerprint, 6)]
    [InlineData(Video + "a=fingerprint:sha-1 " + Hash + "0\n", SdpErrorKind.InvalidFingerprint, 6)]
    [InlineData(Video + "a=fingerprint:sha-1\n", SdpErrorKind.InvalidFingerprint, 6)]
    [InlineData(Video + "a=fingerprint:sha-1 00112233\n", SdpErrorKind.InvalidFingerprint, 6)]
    [InlineData(Video + "a=setup:both\n", SdpErrorKind.InvalidSetup, 6)]
    [InlineData(Video + "a=extmap:0 urn:x\n", SdpErrorKind.InvalidHeaderExtension, 6)]
    [InlineData(Video + "a=extmap:256 urn:x\n", SdpErrorKind.InvalidHeaderExtension, 6)]
    [InlineData(Video + "a=extmap:1/up urn:x\n", SdpErrorKind.InvalidHeaderExtension, 6)]
    [InlineData(Video + "a=extmap:1\n", SdpErrorKind.InvalidHeaderExtension, 6)]
    [InlineData(Video + "a=rtpmap:96 VP8\n", SdpErrorKind.InvalidRtpMap, 6)]
    [InlineData(Video + "a=rtpmap:96 VP8/0\n", SdpErrorKind.InvalidRtpMap, 6)]
    [InlineData(Video + "a=rtpmap:128 VP8/90000\n", SdpErrorKind.InvalidRtpMap, 6)]
    [InlineData(Video + "a=rtpmap:96 opus/48000/0\n", SdpErrorKind.InvalidRtpMap, 6)]
    [InlineData(Video + "a=fmtp:x apt=96\n", SdpErrorKind.InvalidFormatParameters, 6)]
    [InlineData(Video + "a=rtcp-fb:96\n", SdpErrorKind.InvalidRtcpFeedback, 6)]
    [InlineData(Video + "a=rid:q up\n", SdpErrorKind.InvalidRid, 6)]
    [InlineData(Video + "a=rid:q/ send\n", SdpErrorKind.InvalidRid, 6)]
    [InlineData(Video + "a=simulcast:\n", SdpErrorKind.InvalidSimulcast, 6)]
    [InlineData(Video + "a=simulcast:send q;;h\n", SdpErrorKind.InvalidSimulcast, 6)]
    [InlineData(Video + "a=simulcast:send q send h\n", SdpErrorKind.InvalidSimulcast, 6)]
    [InlineData(Video + "a=ssrc:4294967296 cname:x\n", SdpErrorKind.InvalidSsrc, 6)]
    [InlineData(Video + "a=ssrc-group:FID 1 x\n", SdpErrorKind.InvalidSsrcGroup, 6)]
    [InlineData(Video + "a=msid:\n", SdpErrorKind.InvalidMsid, 6)]
    [InlineData(Video + "a=msid:a b c\n", SdpErrorKind.InvalidMsid, 6)]
    [InlineData(Video + "a=sctp-port:70000\n", SdpErrorKind.InvalidSctp, 6)]
    public void Every_malformed_line_has_its_named_error(string text, SdpErrorKind kind, int line)
    {
        Assert.False(SessionDescription.TryParse(text, out var description, out var error));
        Assert.Null(description);
        Assert.Equal(new SdpError(kind, line), error);
    }

    [Fact]
    public void Everything_is_bounded()
    {
        static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
        static SdpErrorKind Parse(string text) => SessionDescription.TryParse(text, out _, out var error) ? SdpErrorKind.None : error.Kind;
        Assert.Equal(SdpErrorKind.TooLong, Parse(Head + new string('x', SessionDescription.MaxLength)));
        Assert.Equal(SdpErrorKind.TooManyLines, Parse(Head + Repeat("i=x\n", SessionDescription.MaxLines)));
        Assert.Equal(SdpErrorKind.LineTooLong, Parse(Head + "a=" + new string('x', SessionDescription.MaxLineLength)));
        Assert.Equal(SdpErrorKind.None, Parse(Head + Repeat("m=audio 9 RTP/SAVPF 0\n", SessionDescription.MaxMediaSections)));
        Assert.Equal(SdpErrorKind.TooManyMediaSections, Parse(Head + Repeat("m=audio 9 RTP/SAVPF 0\n", SessionDescription.MaxMediaSections + 1)));
        Assert.Equal(SdpErrorKind.TooManyAttributes, Parse(Head + Repeat("a=x\n", SessionDescription.MaxAttributes + 1)));
        Assert.Equal(SdpErrorKind.TooManyAttributes, Parse(Video + Repeat("a=x\n", SessionDescription.MaxAttributes + 1)));
        Assert.Equal(SdpErrorKind.TooMuchFeedback, Parse(Video + string.Concat(Enumerable.Range(0, 33).Select(i => $"a=rtcp-fb:* x{i}\n"))));
    }
}
