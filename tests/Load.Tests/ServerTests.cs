using System.Net;
using System.Net.Sockets;
using Conference.Load.Media;
using Conference.Load.Servers;
using Conference.MediaPod.Sfu.Sessions;
using MediaKind = Conference.MediaPod.Wire.Sdp.MediaKind;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Wire.Sdp;
using Conference.Support;
using Conference.Support.Media;

namespace Conference.Load.Tests;

/// <summary>Descriptions of servers that offer themselves, and ways that lead through something in between.</summary>
public sealed class ServerTests
{
    private static readonly IceParameters Own = IceCredentials.Generate();
    private static readonly CertificateFingerprint Print = new("sha-256", [.. new byte[32]]);

    [Fact]
    public void An_offer_of_a_server_is_answered_section_by_section()
    {
        var (answer, content, problem) = Offers.Answer(Sample("janus-offer-to-subscriber.txt"), Own, Print);
        Assert.Equal("", problem);
        Assert.Equal(["0", "1"], answer!.Media.Select(m => m.Mid!));
        Assert.Equal([MediaDirection.RecvOnly, MediaDirection.RecvOnly], answer.Media.Select(m => m.Direction));
        Assert.Equal([Offers.Types.Audio, Offers.Types.Video], answer.Media.Select(m => m.Codecs.Single().PayloadType));
        Assert.All(answer.Media, m => Assert.Equal((Own, SetupRole.Active), (m.Ice!, m.Setup!.Value)));
        // No retransmissions, so that every loss is seen.
        Assert.DoesNotContain(answer.Media.SelectMany(m => m.Codecs).SelectMany(c => c.Feedback), f => f is { Type: "nack", Parameter: null } or { Type: "transport-cc" });
        Assert.Equal((DtlsRole.Client, false), (content!.Role, content.IsControlled)); // ICE-lite: we nominate
        Assert.True(SessionDescription.TryParse(answer.ToString(), out _, out _));
    }

    [Fact]
    public void A_full_agent_that_offers_nominates()
    {
        var (_, content, _) = Offers.Answer(Sample("janus-offer-to-subscriber.txt").Replace("a=ice-lite\r\n", "").Replace("a=ice-lite\n", ""), Own, Print);
        Assert.True(content!.IsControlled);
    }

    [Fact]
    public void An_offer_without_our_codecs_is_refused() =>
        Assert.NotEqual("", Offers.Answer(Sample("janus-offer-to-subscriber.txt").Replace(" 96 97", " 98 97").Replace(":96 ", ":98 "), Own, Print).Problem);

    [Fact]
    public void Encodings_are_offered_by_name()
    {
        var offer = Offers.Make(new(Own, Print, 1, 2, 0, 0) { Rids = ["q", "h", "f"] });
        Assert.True(SessionDescription.TryParse(offer.ToString(), out var parsed, out _));
        var video = parsed.Media.Single(m => m.Kind == MediaKind.Video);
        Assert.Equal(["q", "h", "f"], video.Rids.Select(r => r.Id));
        Assert.Equal(3, video.Simulcast!.Send.Count);
        Assert.Empty(video.Ssrcs);
        Assert.Equal(video.Mid, Offers.VideoMid(parsed));
        Assert.Equal(Offers.RidExtension, video.HeaderExtension(HeaderExtensionUriOf("rtp-stream-id"))!.Id);
    }

    [Fact]
    public async Task Through_a_relay_a_peer_knows_the_relay_alone_and_the_server_no_candidate()
    {
        const string description = "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=candidate:1 1 udp 2 fd00::1 5000 typ host\r\na=candidate:2 1 tcp 2 10.0.0.2 5001 typ host tcptype passive\r\n"
            + "a=candidate:3 1 udp 1 10.0.0.2 5002 typ host\r\na=end-of-candidates\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\na=candidate:3 1 udp 1 10.0.0.2 5002 typ host\r\n";
        var peer = new RecordedPeer("v=0\r\nm=audio 9\r\na=candidate:1 1 udp 2 192.0.2.9 7 typ host\r\na=mid:0\r\n");
        IPEndPoint? server = null;
        var relayed = new RelayedPeer(peer, found =>
        {
            server = found;
            return new IPEndPoint(IPAddress.Parse("10.9.9.9"), 999);
        });
        Assert.Equal("v=0\r\nm=audio 9\r\na=mid:0\r\n", await relayed.OfferAsync());
        await relayed.AcceptAsync(description);
        Assert.Equal(new IPEndPoint(IPAddress.Parse("10.0.0.2"), 5002), server);
        Assert.Equal(
            "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=candidate:1 1 udp 2130706431 10.9.9.9 999 typ host\r\na=end-of-candidates\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
            + "a=candidate:1 1 udp 2130706431 10.9.9.9 999 typ host\r\n", peer.Given);
        Assert.Throws<LoadException>(() => relayed.Replace("v=0\r\na=candidate:1 1 udp 2 fd00::1 5000 typ host\r\n"));
    }

    [Fact]
    public void A_check_of_the_other_end_is_answered_when_it_knows_our_password()
    {
        var (check, reply) = (new byte[ConnectivityCheck.MaxLength], new byte[ConnectivityCheck.MaxLength]);
        var source = Conference.MediaPod.Wire.Stun.StunAddress.Create(new IPEndPoint(IPAddress.Loopback, 9));
        ReadOnlySpan<byte> transaction = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
        var length = ConnectivityCheck.Write(check, Own, "them", transaction, isControlled: true);
        var answered = ConnectivityCheck.Answer(check.AsSpan(0, length), source, Own, reply);
        Assert.True(ConnectivityCheck.IsAnswer(reply.AsSpan(0, answered), Own, transaction[..8]));
        Assert.Equal(0, ConnectivityCheck.Answer(check.AsSpan(0, length), source, IceCredentials.Generate(), reply));
        Assert.Equal(0, ConnectivityCheck.Answer(reply.AsSpan(0, answered), source, Own, reply));
    }

    [Fact]
    public async Task Two_generated_peers_of_a_meeting_hear_and_see_each_other_through_a_relay()
    {
        using var folder = new TemporaryFolder();
        await using var standalone = await StandaloneProcess.StartAsync(folder.Path, "--open-creation", "--unlimited", "127.0.0.0/8", "--public-address", "127.0.0.1");
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var meeting = await ConferenceMeeting.CreateAsync(standalone.Url, bound.Token);
        using var handshaker = new DtlsHandshaker(DtlsCertificate.Generate(TimeProvider.System));
        var clock = new MonotonicClock(TimeProvider.System);
        using var thread = new MediaThread(clock, "test");
        var rig = new PeerRig(handshaker, clock, thread, new Random(1));
        using var publisher = new LoadPeer(rig, new PeerPlan
        {
            Audio = s => new AudioSource(s.Stream, s.Ssrc, s.PayloadType, Offers.LevelExtension, s.BeginMicroseconds),
            Video = [("q", s => new VideoSource(s.Stream, s.Ssrc, s.PayloadType, s.BeginMicroseconds, 150, new Random(1)) { Extensions = s.Extensions })],
        });
        using var viewer = new LoadPeer(rig, new PeerPlan { AudioSlots = 1, VideoSlots = 1 });
        using var deaf = new LoadPeer(rig, new PeerPlan { AudioSlots = 1, VideoSlots = 1, DropsVideo = true });

        await using var sending = await meeting.PublishAsync(publisher, bound.Token);
        await publisher.EstablishedAsync(bound.Token);
        await publisher.BeginAsync();
        Support.Media.Impairment.ImpairmentRelay? relay = null;
        await using var viewing = await meeting.WatchAsync(new RelayedPeer(viewer, server => (relay = Support.Media.Impairment.ImpairmentRelay.Start(new(IPAddress.Loopback, server, 1))).Address), bound.Token);
        await using var hearing = await meeting.WatchAsync(deaf, bound.Token);
        using (relay)
        {
            await viewer.EstablishedAsync(bound.Token);
            await Eventually.True(() => thread.AskAsync(() => viewer.Peer.Check.VideoDelays.Count > 50 && deaf.Peer.Check.AudioDelays.Count > 50), "nothing comes");
            Assert.True(relay!.Down.Left > 100, $"{relay.Down.Left}");
            Assert.Equal(0, await thread.AskAsync(() => deaf.Peer.Check.VideoDelays.Count));

            // What is paused does not come, and what goes on does.
            await publisher.PauseAsync();
            var seen = -1L;
            await Eventually.True(async () => seen == (seen = await thread.AskAsync(() => (long)viewer.Peer.Check.VideoDelays.Count)), () => Task.FromResult("what is paused still comes"), every: TimeSpan.FromMilliseconds(300));
            await publisher.ResumeAsync();
            await Eventually.True(() => thread.AskAsync(() => viewer.Peer.Check.VideoDelays.Count > seen + 20), "it does not go on");
            relay.Change(down: new() { LossPercent = 100 });
            await Eventually.True(() => Task.FromResult(relay.Down[Support.Media.Impairment.LinkFate.Lost] > 20), "nothing is lost");
        }
    }

    [Fact]
    public async Task What_is_published_by_WHIP_is_received_by_WHEP()
    {
        using var folder = new TemporaryFolder();
        await using var standalone = await StandaloneProcess.StartAsync(folder.Path, "--open-creation", "--unlimited", "127.0.0.0/8", "--public-address", "127.0.0.1");
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await using var meeting = await StreamLinkMeeting.CreateAsync(standalone.Url, bound.Token);
        using var handshaker = new DtlsHandshaker(DtlsCertificate.Generate(TimeProvider.System));
        var clock = new MonotonicClock(TimeProvider.System);
        using var thread = new MediaThread(clock, "test");
        var rig = new PeerRig(handshaker, clock, thread, new Random(1));
        using var publisher = new LoadPeer(rig, new PeerPlan { Video = [("", s => new VideoSource(s.Stream, s.Ssrc, s.PayloadType, s.BeginMicroseconds, 150, new Random(1)))] });
        using var viewer = new LoadPeer(rig, new PeerPlan { AudioSlots = 1, VideoSlots = 1 });
        await using var sending = await meeting.PublishAsync(publisher, bound.Token);
        await publisher.EstablishedAsync(bound.Token);
        await publisher.BeginAsync();
        await using var viewing = await meeting.WatchAsync(viewer, bound.Token);
        await viewer.EstablishedAsync(bound.Token);
        await Eventually.True(() => thread.AskAsync(() => viewer.Peer.Check.VideoDelays.Count > 20), "nothing comes");
        Assert.Equal(0, (await thread.AskAsync(() => viewer.Peer.Check.Counts)).Damaged);
    }

    private static string HeaderExtensionUriOf(string end) => $"urn:ietf:params:rtp-hdrext:sdes:{end}";

    private static string Sample(string name) => File.ReadAllText(Path.Combine(Checkout.Folder, "tests/data/sdp", name));

    private sealed class RecordedPeer(string offer) : ISdpPeer
    {
        public string Given { get; private set; } = "";

        public Task<string> OfferAsync() => Task.FromResult(offer);

        public Task AcceptAsync(string answer)
        {
            Given = answer;
            return Task.CompletedTask;
        }

        public Task<string> AnswerAsync(string description) => Task.FromResult(offer);
    }
}
