using System.Net;
using System.Net.Sockets;
using Conference.Contracts.Media;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Tests.Support;
using Conference.Support;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.MediaPod.Tests.Transports;

/// <summary>
/// What comes over UDP and is not as it should be, through a whole pod: each has one name that <c>/metrics</c> counts, and Ann's sound goes on to Bob.
/// </summary>
public sealed class HostileMediaTests : IAsyncLifetime
{
    private PodRig _pod = null!;
    private PodMediaClient _ann = null!;
    private PodMediaClient _bob = null!;
    private ushort _next;

    public async Task InitializeAsync()
    {
        _pod = await PodRig.StartAsync();
        _ann = await PodMediaClient.OpenAsync(_pod, "ann", print => Offers.Publisher(print));
        _bob = await PodMediaClient.OpenAsync(_pod, "bob", print => Offers.Receiver(print));
        await AssertSoundFlowsAsync();
    }

    public async Task DisposeAsync()
    {
        await AssertSoundFlowsAsync();
        Assert.Equal(2, await _pod.SessionsAsync());
        Assert.Equal(0, await _pod.CountAsync("media_worker_faults_total"));
        Assert.Equal(0, await _pod.CountAsync("media_listener_faults_total"));
        _ann.Dispose();
        _bob.Dispose();
        await _pod.DisposeAsync();
    }

    [Fact]
    public async Task A_certificate_other_than_the_offers()
    {
        using var eve = await PodMediaClient.OpenAsync(_pod, "eve", _ => Offers.Publisher(), connect: false);
        using var channel = await ChannelClient.OpenAsync(_pod, eve.Session);
        var connecting = eve.Media.ConnectAsync();
        Assert.Equal(SessionEndReason.DtlsFailed, await channel.ClosedAsync());
        Assert.Equal(1, await _pod.CountAsync("media_handshakes_failed_total", nameof(DtlsFailure.FingerprintMismatch)));
        Assert.Equal(1, await _pod.CountAsync("media_sessions_ended_total", nameof(SessionEndReason.DtlsFailed)));
        Assert.False(connecting.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Dtls_from_an_address_without_a_check()
    {
        SendFromElsewhere([22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        await DroppedAsync(DropReason.DtlsBeforeIce);
        Assert.Equal(0, await _pod.CountAsync("media_handshakes"));
    }

    [Fact]
    public async Task Media_and_rubbish_from_an_address_without_a_check()
    {
        SendFromElsewhere([128, 96, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        SendFromElsewhere([100, 1, 2, 3]);
        SendFromElsewhere([0, 1, 2, 3]);
        await DroppedAsync(DropReason.UnknownAddress);
        await DroppedAsync(DropReason.UnknownPacketKind);
        await DroppedAsync(DropReason.StunMalformed);
    }

    [Fact]
    public async Task Dtls_that_is_garbage_does_not_keep_the_client_out()
    {
        using var eve = await PodMediaClient.OpenAsync(_pod, "eve", print => Offers.Receiver(print), connect: false);
        eve.Media.Check();
        await Eventually.True(() => Task.FromResult(eve.Media.Answered.IsCompleted), "no answer to the check");
        var random = new Random(3);
        for (var i = 0; i < 50; i++)
        {
            var garbage = new byte[random.Next(1, 400)];
            random.NextBytes(garbage);
            garbage[0] = (byte)random.Next(20, 64);
            eve.Media.SendRaw(garbage);
        }
        eve.Media.SendRaw([22, 254, 253]);
        await eve.Media.ConnectAsync();
        await DroppedAsync(DropReason.DtlsMalformed);
        await EndAsync(eve);
    }

    [Fact]
    public async Task A_check_with_the_wrong_password_or_for_nobody()
    {
        using var eve = await PodMediaClient.OpenAsync(_pod, "eve", print => Offers.Receiver(print), connect: false);
        eve.Media.Check(password: "not the password of this session");
        await DroppedAsync(DropReason.StunIntegrity);
        Assert.False(eve.Media.Answered.IsCompleted);
        await EndAsync(eve);
        eve.Media.Check();
        await DroppedAsync(DropReason.StunUnknownUser);
        Assert.False(eve.Media.Answered.IsCompleted);
    }

    [Fact]
    public async Task Packets_of_an_unknown_ssrc()
    {
        for (uint i = 0; i < 300; i++) _ann.Media.Send(Video("nobody", 9_000 + i, 1, 0, payload: 60), 1);
        await DroppedAsync(DropReason.RtpUnknownSsrc, 250);
        Assert.Equal(0, await _pod.CountAsync("media_drops_total", nameof(DropReason.SrtpTooManyStreams)));
    }

    [Fact]
    public async Task Packets_that_are_replayed_or_changed()
    {
        var heard = _bob.Media.Received.Count;
        var datagram = SendSound();
        await Eventually.True(() => Task.FromResult(_bob.Media.Received.Count > heard), "the packet did not arrive");
        heard = _bob.Media.Received.Count;
        for (var i = 0; i < 10; i++) _ann.Media.SendRaw(datagram);
        await DroppedAsync(DropReason.SrtpReplay, 10);
        var changed = _ann.Media.Protect(Audio("0", 11, (ushort)(_next + 1), 20), _next + 1u);
        changed[^1] ^= 1;
        _ann.Media.SendRaw(changed);
        await DroppedAsync(DropReason.SrtpAuthentication);
        Assert.Equal(heard, _bob.Media.Received.Count);
    }

    [Fact]
    public async Task A_publisher_of_50_megabits_per_second()
    {
        // One second's worth of 50 Mbit/s while the pod's clock stands still: only the burst of its bound may pass.
        ushort sequence = 0;
        for (var i = 0; i < 5_200; i++)
        {
            _ann.Media.Send(Video("1", 22, sequence, (uint)(sequence * 100), key: sequence == 0, payload: 1180), sequence);
            sequence++;
            if (i % 100 == 99) await SettledAsync();
        }
        await DroppedAsync(DropReason.PublisherPoliced, 4_000);
        var bound = new MediaLimits().VideoBitsPerSecond / 8 / 4 / 1180;
        Assert.InRange(_bob.Media.Received.Count(p => p.Length > 1000), 1, bound + 1);
    }

    private async Task AssertSoundFlowsAsync()
    {
        var heard = _bob.Media.Received.Count;
        await Eventually.True(
            () =>
            {
                SendSound();
                return Task.FromResult(_bob.Media.Received.Skip(heard).Any(packet => packet.Length < 200));
            },
            "Bob does not hear Ann");
    }

    private byte[] SendSound()
    {
        _next++;
        return _ann.Media.Send(Audio("0", 11, _next, 20), _next);
    }

    /// <summary>The worker has read what was sent so far, so that the kernel's buffer never overflows.</summary>
    private async Task SettledAsync()
    {
        var before = await _pod.CountAsync("media_datagrams_received_total");
        SendSound();
        await _pod.CountedAsync("media_datagrams_received_total", null, before + 1);
    }

    private void SendFromElsewhere(byte[] datagram)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SendTo(datagram, _ann.Media.Server);
    }

    private async Task EndAsync(PodMediaClient client)
    {
        Assert.Equal(HttpStatusCode.OK, (await _pod.SendAsync(HttpMethod.Delete, client.Session.Location, client.Session.Ticket)).StatusCode);
        await _pod.CountedAsync("media_sessions_ended_total", nameof(SessionEndReason.Deleted));
    }

    private Task DroppedAsync(DropReason reason, int times = 1) => _pod.CountedAsync("media_drops_total", reason.ToString(), times);
}
