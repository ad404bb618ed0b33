using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Sfu.Negotiation;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.Sfu.Tests.Negotiation;

/// <summary>Answers to offers that real clients made (tests/data/sdp) and to broken ones.</summary>
public sealed class OfferAnswerTests
{
    private static readonly string Folder = FindFolder();

    public static TheoryData<string> RealOffers() => new(Directory.EnumerateFiles(Folder, "*offer*.txt").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(RealOffers))]
    public void Every_real_offer_gets_an_answer_that_parses(string file)
    {
        var offer = Read(file);
        var (answer, session, refusal) = Negotiate(offer);
        Assert.Null(refusal);
        Assert.True(SessionDescription.TryParse(answer!.ToString(), out var parsed, out var error), error.ToString());
        Assert.Equal(offer.Media.Count, parsed.Media.Count);
        Assert.True(parsed.IceLite);
        Assert.Equal(offer.Media.Select(m => m.Mid), parsed.Media.Select(m => m.Mid));
        Assert.Equal(offer.Media.Select(m => m.Media), parsed.Media.Select(m => m.Media));
        foreach (var (asked, given) in offer.Media.Zip(parsed.Media).Where(x => !x.Second.IsRejected))
        {
            Assert.Subset(asked.Codecs.Select(c => c.PayloadType).ToHashSet(), given.Codecs.Select(c => c.PayloadType).ToHashSet());
            Assert.Subset(asked.HeaderExtensions.Select(e => (e.Id, e.Uri)).ToHashSet(), given.HeaderExtensions.Select(e => (e.Id, e.Uri)).ToHashSet());
            Assert.Equal(MediaDirection.Inactive, given.Direction & ~asked.Direction.Reversed());
            Assert.True(given.RtcpMux);
            Assert.NotEqual(SetupRole.ActPass, given.Setup);
        }
        Assert.Equal(session!.Media.Where(m => !m.Rejected).Select(m => m.Mid), parsed.BundledMids.Count > 0 ? parsed.BundledMids : session.Media.Where(m => !m.Rejected).Select(m => m.Mid));
    }

    [Fact]
    public void Simulcast_is_accepted_with_the_offers_rids()
    {
        var (answer, session, _) = Negotiate(Read("offer-sendonly-audio-simulcast-video.txt"));
        var video = Assert.Single(session!.Media, m => m.Kind == Conference.MediaPod.Sfu.Sessions.MediaKind.Video);
        Assert.Equal("q;h;f", string.Join(';', video.Rids));
        Assert.Equal(CodecKind.Vp8, video.Codecs[0].Codec);
        Assert.NotNull(video.Codecs[0].RtxPayloadType);
        Assert.True(video.Codecs[0] is { Nack: true, Pli: true, Fir: true, TransportCc: true });
        Assert.Contains("a=simulcast:recv q;h;f", answer!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Redundancy_comes_first_for_who_sends_sound_and_last_for_who_only_hears_it()
    {
        var (sending, _, _) = Negotiate(Read("offer-sendonly-audio-simulcast-video.txt"));
        Assert.Equal(["red", "opus"], sending!.Media.First(m => m.Kind == Conference.MediaPod.Wire.Sdp.MediaKind.Audio).Codecs.Select(c => c.Name));
        var offer = Read("offer-sendonly-audio-simulcast-video.txt");
        var (hearing, _, _) = Negotiate(offer with { Media = [.. offer.Media.Select(m => m with { Direction = MediaDirection.RecvOnly, Rids = [], Simulcast = null })] });
        Assert.Equal(["opus", "red"], hearing!.Media.First(m => m.Kind == Conference.MediaPod.Wire.Sdp.MediaKind.Audio).Codecs.Select(c => c.Name));
    }

    [Fact]
    public void Screen_and_screen_audio_are_told_by_their_content()
    {
        var text = File.ReadAllText(Path.Combine(Folder, "offer-sendonly-with-screenshare.txt"));
        var offer = Parse(text);
        var marked = offer with { Media = [.. offer.Media.Select((m, i) => i >= offer.Media.Count - 2 ? m with { Content = ["slides"] } : m)] };
        var (_, session, _) = Negotiate(marked);
        Assert.Equal([TrackSource.Microphone, TrackSource.Camera], session!.Media.Take(2).Select(m => m.Source));
        Assert.All(session.Media.Skip(2), m => Assert.Contains(m.Source, new[] { TrackSource.Screen, TrackSource.ScreenAudio }));
    }

    [Fact]
    public void Slots_get_ssrcs_that_a_re_offer_keeps()
    {
        var offer = Read("offer-recvonly.txt");
        var (answer, first, _) = Negotiate(offer);
        Assert.All(first!.Media.Where(m => m.IsSlot), m => Assert.NotEqual(0u, m.SlotSsrc));
        Assert.All(answer!.Media.Where(m => !m.IsRejected), m => Assert.NotEmpty(m.Ssrcs));
        var larger = offer with { Media = [.. offer.Media, offer.Media[^1] with { Mid = "added" }], Groups = [new SdpGroup(SdpGroup.Bundle, [.. offer.BundledMids, "added"])] };
        var (_, second, refusal) = Negotiate(larger, c => c with { Previous = first, Version = 2 });
        Assert.Null(refusal);
        Assert.Equal(first.Media.Select(m => (m.SlotSsrc, m.SlotRtxSsrc)), second!.Media.Take(first.Media.Length).Select(m => (m.SlotSsrc, m.SlotRtxSsrc)));
        Assert.DoesNotContain(second.Media[^1].SlotSsrc, first.Media.Select(m => m.SlotSsrc));
    }

    [Fact]
    public void One_voice_and_one_face_are_played_in_step_and_several_are_not()
    {
        var offer = Read("offer-recvonly.txt");
        var one = Negotiate(offer).Answer!.Media;
        Assert.Equal(["slots"], one.SelectMany(m => m.Msids).Select(m => m.StreamId).Distinct());
        Assert.Equal(one.Count, one.SelectMany(m => m.Msids).Select(m => m.TrackId).Distinct().Count());
        var two = offer with { Media = [.. offer.Media, offer.Media[^1] with { Mid = "added" }], Groups = [new SdpGroup(SdpGroup.Bundle, [.. offer.BundledMids, "added"])] };
        Assert.Equal(3, Negotiate(two).Answer!.Media.SelectMany(m => m.Msids).Select(m => m.StreamId).Distinct().Count());
        Assert.All(Negotiate(two).Answer!.Media.SelectMany(m => m.Ssrcs), s => Assert.Equal(one[0].Ssrcs[0].Attributes, s.Attributes)); // one clock: one name
    }

    [Fact]
    public void A_re_offer_that_drops_or_reorders_sections_is_refused()
    {
        var offer = Read("offer-recvonly.txt");
        var (_, first, _) = Negotiate(offer);
        var fewer = offer with { Media = [.. offer.Media.Take(offer.Media.Count - 1)] };
        Assert.Equal(OfferRefusal.SectionsChanged, Negotiate(fewer, c => c with { Previous = first }).Refusal);
        if (offer.Media.Count > 1)
            Assert.Equal(OfferRefusal.SectionsChanged, Negotiate(offer with { Media = [.. offer.Media.Reverse()] }, c => c with { Previous = first }).Refusal);
    }

    [Fact]
    public void The_dtls_role_is_the_other_one()
    {
        var offer = Read("offer-recvonly.txt");
        Assert.Equal(DtlsRole.Server, Negotiate(offer).Session!.LocalDtlsRole);
        var passive = offer with { Media = [.. offer.Media.Select(m => m with { Setup = SetupRole.Passive })] };
        var (answer, session, _) = Negotiate(passive);
        Assert.Equal(DtlsRole.Client, session!.LocalDtlsRole);
        Assert.Equal(SetupRole.Active, answer!.Media.First(m => !m.IsRejected).Setup);
    }

    [Fact]
    public void Whip_only_sends_and_whep_only_receives()
    {
        var offer = Read("offer-sendrecv-datachannel-maxbundle.txt");
        var whip = Negotiate(offer, c => c with { ClientMay = MediaDirection.SendOnly }).Session!;
        Assert.All(whip.Media.Where(m => !m.Rejected), m => Assert.True(m is { Publishes: true, IsSlot: false }));
        var whep = Negotiate(offer, c => c with { ClientMay = MediaDirection.RecvOnly }).Session!;
        Assert.All(whep.Media.Where(m => !m.Rejected), m => Assert.True(m is { Publishes: false, IsSlot: true }));
        Assert.Contains(whep.Media, m => m.Rejected);
    }

    [Fact]
    public void H264_is_agreed_once_and_as_constrained_baseline()
    {
        var (_, session, _) = Negotiate(Read("offer-sendonly-single-L1T3.txt"));
        var h264 = Assert.Single(session!.Media.Single(m => m.Kind == Conference.MediaPod.Sfu.Sessions.MediaKind.Video).Codecs, c => c.Codec == CodecKind.H264);
        Assert.Contains("42e01f", h264.Parameters, StringComparison.Ordinal);
        Assert.Contains("packetization-mode=1", h264.Parameters, StringComparison.Ordinal);
    }

    [Fact]
    public void X12_and_X13_sealed_frames_are_agreed_as_VP8_VP9_and_plain_Opus_alone()
    {
        var (answer, session, _) = Negotiate(Read("offer-sendonly-audio-simulcast-video.txt"), c => c with { Sealed = true });
        Assert.Equal([CodecKind.Opus, CodecKind.Vp8, CodecKind.Vp9], session!.Media.SelectMany(m => m.Codecs).Select(c => c.Codec).Distinct().Order());
        Assert.All(session.Media.SelectMany(m => m.Codecs), c => Assert.Null(c.RedPayloadType));
        Assert.DoesNotContain("red/", answer!.ToString(), StringComparison.OrdinalIgnoreCase);
        var offer = Read("offer-sendonly-single-L1T3.txt");
        var h264 = offer with { Media = [.. offer.Media.Select(m => m with { Codecs = [.. m.Codecs.Where(c => c.Is("H264"))] })] };
        Assert.Equal(OfferRefusal.NoCommonCodec, Negotiate(h264, c => c with { Sealed = true }).Refusal);
        Assert.Null(Negotiate(h264).Refusal);
    }

    [Fact]
    public void What_an_ice_lite_answer_cannot_do_without_is_refused_by_name()
    {
        var offer = Read("offer-sendonly-audio-simulcast-video.txt");
        SessionDescription With(Func<MediaSection, MediaSection> change) => offer with { Media = [.. offer.Media.Select(change)] };
        Assert.Equal(OfferRefusal.NoFingerprint, Negotiate(With(m => m with { Fingerprints = [] })).Refusal);
        Assert.Equal(OfferRefusal.NoFingerprint, Negotiate(With(m => m with { Fingerprints = [Fingerprint.Create("sha-1", new byte[20])] })).Refusal);
        Assert.Equal(OfferRefusal.NoIceCredentials, Negotiate(With(m => m with { Ice = null })).Refusal);
        Assert.Equal(OfferRefusal.NoDtlsRole, Negotiate(With(m => m with { Setup = SetupRole.HoldConn })).Refusal);
        Assert.Equal(OfferRefusal.NoMedia, Negotiate(With(m => m with { RtcpMux = false })).Refusal);
        Assert.Equal(OfferRefusal.NoMedia, Negotiate(With(m => m with { Protocol = "RTP/AVP" })).Refusal);
        Assert.Equal(OfferRefusal.NoMedia, Negotiate(offer with { Media = [] }).Refusal);
        Assert.Equal(OfferRefusal.NoCommonCodec, Negotiate(With(m => m with { Codecs = [new SdpCodec(100, "telephone-event", 8000)], Simulcast = null })).Refusal);
    }

    [Fact]
    public void Candidates_are_ours_best_first()
    {
        var (answer, _, _) = Negotiate(Read("offer-recvonly.txt"));
        var candidates = answer!.Media[0].Candidates;
        Assert.Equal([("192.0.2.7", 40000), ("2001:db8::7", 40000)], candidates.Select(c => (c.Address, (int)c.Port)));
        Assert.True(candidates[0].Priority > candidates[1].Priority);
    }

    [Fact]
    public void An_extension_id_means_one_thing_in_a_bundle()
    {
        // aiortc numbers each section anew: 2 is the level of the sound, and the send time of the picture.
        var offer = Read("aiortc-offer-recvonly.txt");
        var (answer, session, _) = Negotiate(offer);
        Assert.Equal(2, offer.Media[0].HeaderExtension(HeaderExtensionUri.AudioLevel)!.Id);
        Assert.Equal(2, offer.Media[1].HeaderExtension(HeaderExtensionUri.AbsoluteSendTime)!.Id);
        Assert.Equal(2, session!.Media[0].Extensions.AudioLevel);
        Assert.Equal(0, session.Media[1].Extensions.AbsSendTime);
        Assert.Equal([HeaderExtensionUri.Mid], answer!.Media[1].HeaderExtensions.Select(e => e.Uri));
    }

    private readonly Random _random = new(7);

    private OfferResult Negotiate(SessionDescription offer, Func<AnswerContext, AnswerContext>? change = null)
    {
        var context = new AnswerContext
        {
            Ice = new IceParameters("podfragment", "0123456789abcdefghijklmn"),
            Fingerprint = new CertificateFingerprint("sha-256", [.. Enumerable.Range(0, 32).Select(i => (byte)i)]),
            Endpoints = [new IPEndPoint(IPAddress.Parse("192.0.2.7"), 40000), new IPEndPoint(IPAddress.Parse("2001:db8::7"), 40000)],
            CName = "pod",
            NewSsrc = () => (uint)_random.Next(1, int.MaxValue),
        };
        return OfferAnswer.Answer(offer, change is null ? context : change(context));
    }

    private static SessionDescription Read(string file) => Parse(File.ReadAllText(Path.Combine(Folder, file)));

    private static SessionDescription Parse(string text)
    {
        Assert.True(SessionDescription.TryParse(text, out var offer, out var error), error.ToString());
        return offer;
    }

    private static string FindFolder()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Directory.Exists(Path.Combine(folder.FullName, "tests/data/sdp"))) return Path.Combine(folder.FullName, "tests/data/sdp");
        throw new InvalidOperationException("tests/data/sdp is missing");
    }
}
