using Conference.MediaPod.Wire.Sdp;

namespace Conference.Wire.Tests.Sdp;

public sealed class SdpFragmentTests
{
    // The example of RFC 9725 section 4.3.2, shortened.
    private const string Trickle = """
        a=group:BUNDLE 0 1
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        a=mid:0
        a=ice-ufrag:EsAw
        a=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1
        a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1
        a=candidate:3471623853 1 udp 2122194687 198.51.100.2 61765 typ host generation 0 ufrag EsAw network-id 2
        a=end-of-candidates

        """;

    [Fact]
    public void Candidates_of_a_section()
    {
        Assert.True(SdpFragment.TryParse(Trickle, out var fragment, out var error), error.ToString());
        var section = Assert.Single(fragment.Sections);
        Assert.Equal(("0", "audio", true), (section.Mid, section.Media, section.EndOfCandidates));
        Assert.Equal(2, section.Candidates.Count);
        Assert.Equal("EsAw", fragment.Ice!.UsernameFragment);
        Assert.Equal(new SdpFragmentSection(Mid: null), fragment.Session);
        Assert.True(SdpFragment.TryParse(fragment.ToString(), out var again, out _));
        Assert.Equal(fragment, again);
    }

    [Fact]
    public void Credentials_in_front_and_no_section()
    {
        const string text = "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\na=mid:0\r\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\r\n";
        Assert.True(SdpFragment.TryParse(text, out var fragment, out _));
        Assert.Empty(fragment.Sections);
        Assert.Equal("abcd", fragment.Ice!.UsernameFragment);
        Assert.Single(fragment.Session.Candidates);
        Assert.True(SdpFragment.TryParse(fragment.ToString(), out var again, out _));
        Assert.Equal(fragment, again);
    }

    [Fact]
    public void Two_sections_keep_their_candidates_apart()
    {
        const string text = "a=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\nm=audio 9 RTP/AVP 0\na=mid:0\na=candidate:1 1 udp 1 192.0.2.1 1 typ host\n"
            + "m=video 9 RTP/AVP 0\na=mid:1\na=end-of-candidates\n";
        Assert.True(SdpFragment.TryParse(text, out var fragment, out _));
        Assert.Equal([("0", 1, false), ("1", 0, true)], fragment.Sections.Select(s => (s.Mid!, s.Candidates.Count, s.EndOfCandidates)));
    }

    [Theory]
    [InlineData("nonsense", SdpErrorKind.InvalidLine, 1)]
    [InlineData("a=candidate:1", SdpErrorKind.InvalidCandidate, 1)]
    [InlineData("a=ice-pwd:x", SdpErrorKind.InvalidIceCredentials, 1)]
    [InlineData("a=ice-ufrag:abcd", SdpErrorKind.IncompleteIceCredentials, 0)]
    [InlineData("m=/\n", SdpErrorKind.InvalidMedia, 1)]
    [InlineData("m=audio 9 RTP/AVP 0\na=mid: \n", SdpErrorKind.InvalidMid, 2)]
    public void Malformed_fragments_have_their_named_error(string text, SdpErrorKind kind, int line)
    {
        Assert.False(SdpFragment.TryParse(text, out _, out var error));
        Assert.Equal(new SdpError(kind, line), error);
    }

    [Fact]
    public void An_empty_fragment_says_nothing()
    {
        Assert.True(SdpFragment.TryParse("", out var fragment, out _));
        Assert.Null(fragment.Ice);
        Assert.Empty(fragment.Sections);
    }
}
