using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.Wire.Tests.Sdp;

public sealed class SessionDescriptionTests
{
    public static TheoryData<string> Names => SdpSamples.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Descriptions_of_real_clients_parse_and_go_there_and_back(string name)
    {
        var text = SdpSamples.Read(name);
        Assert.True(SessionDescription.TryParse(text, out var description, out var error), error.ToString());
        Assert.Equal(text.Split('\n').Count(line => line.StartsWith("m=")), description.Media.Count);
        var written = description.ToString();
        Assert.True(SessionDescription.TryParse(written, out var again, out error), error.ToString());
        Assert.Equal(description, again);
        Assert.Equal(written, again.ToString());
        AssertNothingLost(text, written);
    }

    // Every line of the original must be in what is written, apart from spelling and from what moved from the session into the sections.
    private static void AssertNothingLost(string text, string written)
    {
        static string Normal(string line) => line.Trim().Replace(" UDP ", " udp ").Replace(" TCP ", " tcp ").Replace("; ", ";");
        var lines = written.Split("\r\n").Select(Normal).ToHashSet();
        var session = true;
        foreach (var line in text.Split('\n').Select(Normal))
        {
            session &= !line.StartsWith("m=");
            // A mono clock may be written with its "/1"; a session's direction holds only for sections without their own.
            var expected = line.StartsWith("a=rtpmap") && line.EndsWith("/1") ? line[..^2] : line;
            if (session && line is "a=sendrecv") continue;
            Assert.True(line.Length == 0 || lines.Contains(expected), line);
        }
    }

    [Fact]
    public void A_simulcast_offer_of_Chromium_is_understood()
    {
        Assert.True(SessionDescription.TryParse(SdpSamples.Read("offer-sendonly-with-screenshare.txt"), out var offer, out _));
        Assert.Equal(["0", "1", "2", "3"], offer.BundledMids);
        Assert.True(offer.ExtmapAllowMixed);
        Assert.False(offer.IceLite);
        var audio = offer.Media[0];
        Assert.Equal((MediaKind.Audio, "0", (ushort)46260), (audio.Kind, audio.Mid, audio.Port));
        Assert.Equal(MediaDirection.SendOnly, audio.Direction);
        Assert.Equal(SetupRole.ActPass, audio.Setup);
        Assert.Equal("K1r2", audio.Ice!.UsernameFragment);
        Assert.Equal(["trickle"], audio.IceOptions);
        Assert.Equal(32, audio.Fingerprints[0].ToBytes().Length);
        var opus = audio.Codec(111)!;
        Assert.Equal(("opus", 48000u, 2u), (opus.Name, opus.ClockRate, opus.Channels));
        Assert.Equal(1, opus.NumberParameter("useinbandfec"));
        Assert.True(opus.HasFeedback("transport-cc"));
        Assert.Equal("111/111", audio.Codec(63)!.Parameters[0].Name);
        Assert.Equal("iTO1FtKD7K+nYDxe", audio.Ssrcs[0].CName);
        Assert.Equal(1, audio.HeaderExtension(HeaderExtensionUri.AudioLevel)!.Id);

        var video = offer.FindMedia("1")!;
        Assert.Equal(23, video.Codecs.Count);
        Assert.True(video.RtcpMux && video.RtcpReducedSize);
        Assert.Equal((byte)96, video.Codec(97)!.RepairedPayloadType);
        Assert.True(video.Codec(96)!.HasFeedback("nack", "pli"));
        Assert.Equal("42e01f", video.Codec(108)!.Parameter("profile-level-id"));
        Assert.Equal(["q", "h", "f"], video.Rids.Select(rid => rid.Id));
        Assert.Equal(["q", "h", "f"], video.Simulcast!.Send.Select(stream => stream[0].Rid));
        Assert.Equal("89822a9c-22a8-4020-91b3-34c3f8af6d3a", video.Msids[0].TrackId);
        var candidate = video.Candidates[3];
        Assert.Equal((true, "fd00::2", (ushort)9, TcpCandidateType.Active), (candidate.IsTcp, candidate.Address, candidate.Port, candidate.TcpType));
        Assert.Equal(new SsrcGroup("FID", [3898662302, 679703161]), offer.Media[2].SsrcGroups[0]);
    }

    [Fact]
    public void What_the_session_says_holds_for_its_sections()
    {
        Assert.True(SessionDescription.TryParse(SdpSamples.Read("firefox-offer-simulcast.txt"), out var firefox, out _));
        Assert.All(firefox.Media, section => Assert.Equal("sha-256", section.Fingerprints[0].Algorithm));
        Assert.All(firefox.Media, section => Assert.Equal(["trickle"], section.IceOptions));
        Assert.All(firefox.Media, section => Assert.Equal(MediaDirection.SendOnly, section.Direction));
        Assert.Equal(MediaDirection.RecvOnly, firefox.Media[0].HeaderExtension("urn:ietf:params:rtp-hdrext:csrc-audio-level")!.Direction);

        const string text = "v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\na=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\na=setup:passive\na=recvonly\n"
            + "c=IN IP6 ::1\nm=audio 9 RTP/SAVPF 0\nm=video 9 RTP/SAVPF 96\na=sendonly\na=setup:active\na=ice-ufrag:efgh\na=ice-pwd:abcdefghijklmnopqrstuv\n";
        Assert.True(SessionDescription.TryParse(text, out var description, out var error), error.ToString());
        var (first, second) = (description.Media[0], description.Media[1]);
        Assert.Equal((MediaDirection.RecvOnly, SetupRole.Passive, "abcd"), (first.Direction, first.Setup, first.Ice!.UsernameFragment));
        Assert.Equal((MediaDirection.SendOnly, SetupRole.Active, "efgh"), (second.Direction, second.Setup, second.Ice!.UsernameFragment));
        Assert.Equal(new SdpConnection("IP6", "::1"), second.Connection);
        Assert.Equal(("PCMU", 8000u), (first.Codec(0)!.Name, first.Codec(0)!.ClockRate));
        Assert.Equal("", second.Codec(96)!.Name);
    }

    [Fact]
    public void A_data_channel_section_is_understood()
    {
        Assert.True(SessionDescription.TryParse(SdpSamples.Read("offer-sendrecv-datachannel-maxbundle.txt"), out var offer, out _));
        var data = offer.Media[^1];
        Assert.Equal((MediaKind.Application, false, (ushort?)5000, (ulong?)262144), (data.Kind, data.IsRtp, data.SctpPort, data.MaxMessageSize));
        Assert.Equal(["webrtc-datachannel"], data.Formats);
    }

    [Fact]
    public void A_feedback_wildcard_is_spread_over_the_payload_types()
    {
        var section = ParseSection("m=video 9 UDP/TLS/RTP/SAVPF 96 97\na=rtcp-fb:* nack pli\na=rtpmap:96 VP8/90000\na=rtcp-fb:96 nack pli\na=rtcp-fb:98 nack\n");
        Assert.All(section.Codecs, codec => Assert.Equal([new RtcpFeedback("nack", "pli")], codec.Feedback));
    }

    [Fact]
    public void Content_bandwidth_and_simulcast_alternatives_are_understood()
    {
        var section = ParseSection("m=video 9 UDP/TLS/RTP/SAVPF 96\nb=AS:500\nb=TIAS:480000\na=content:slides, main\na=rid:a send pt=96;max-width=1280\n"
            + "a=simulcast:recv 1;~2,3 send a\na=extmap:3/sendonly urn:x vad=on\n");
        Assert.Equal([new SdpBandwidth("AS", 500), new SdpBandwidth("TIAS", 480000)], section.Bandwidths);
        Assert.Equal(["slides", "main"], section.Content);
        Assert.Equal([new SdpParameter("pt", "96"), new SdpParameter("max-width", "1280")], section.Rids[0].Restrictions);
        Assert.Equal([new SimulcastAlternative("2", true), new SimulcastAlternative("3")], section.Simulcast!.Receive[1]);
        Assert.Equal("send a recv 1;~2,3", section.Simulcast.ToString());
        Assert.Equal(new HeaderExtensionMap(3, "urn:x") { Direction = MediaDirection.SendOnly, Attributes = "vad=on" }, section.HeaderExtensions[0]);
    }

    [Fact]
    public void A_rejected_section_without_codecs_is_still_valid()
    {
        var section = new MediaSection { Media = "video", Port = 0, Mid = "1", Direction = MediaDirection.Inactive };
        var text = new SessionDescription { Origin = new SdpOrigin("-", "1", "1"), Media = [section] }.ToString();
        Assert.True(SessionDescription.TryParse(text, out var description, out var error), error.ToString());
        Assert.True(description.Media[0].IsRejected);
    }

    [Fact]
    public void A_line_end_in_a_value_is_never_written()
    {
        var forged = new SessionDescription { Origin = new SdpOrigin("-", "1", "1"), SessionName = "x\r\na=ice-lite" };
        Assert.Throws<InvalidOperationException>(() => forged.ToString());
    }

    [Theory]
    [InlineData(MediaDirection.SendOnly, MediaDirection.RecvOnly)]
    [InlineData(MediaDirection.RecvOnly, MediaDirection.SendOnly)]
    [InlineData(MediaDirection.SendRecv, MediaDirection.SendRecv)]
    [InlineData(MediaDirection.Inactive, MediaDirection.Inactive)]
    public void Directions_turn_round(MediaDirection direction, MediaDirection reversed) => Assert.Equal(reversed, direction.Reversed());

    private static MediaSection ParseSection(string text)
    {
        Assert.True(SessionDescription.TryParse($"v=0\no=- 1 1 IN IP4 0.0.0.0\ns=-\nt=0 0\n{text}", out var description, out var error), error.ToString());
        Assert.True(SessionDescription.TryParse(description.ToString(), out var again, out _));
        Assert.Equal(description, again);
        return Assert.Single(description.Media);
    }
}
