using System.Net;
using System.Net.Sockets;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Tests.Support;
using Conference.MediaPod.Wire.Sdp;
using Conference.Sfu.Tests.Sessions;
using Conference.Support;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.MediaPod.Tests.Transports;

/// <summary>What comes over TCP and is not as it should be, through a whole pod: each has one name that <c>/metrics</c> counts, and Ann's sound goes on to Bob, who is on TCP.</summary>
public sealed class HostileStreamTests : IAsyncLifetime
{
    private readonly List<Socket> _sockets = [];
    private PodRig _pod = null!;
    private PodMediaClient _ann = null!;
    private PodMediaClient _bob = null!;
    private ushort _next;

    public async Task InitializeAsync()
    {
        _pod = await PodRig.StartAsync();
        _ann = await PodMediaClient.OpenAsync(_pod, "ann", print => Offers.Publisher(print));
        _bob = await PodMediaClient.OpenAsync(_pod, "bob", print => Offers.Receiver(print), wire: new TcpWire());
        await AssertSoundFlowsAsync();
    }

    public async Task DisposeAsync()
    {
        await AssertSoundFlowsAsync();
        Assert.Equal(2, await _pod.SessionsAsync());
        Assert.Equal(0, await _pod.CountAsync("media_worker_faults_total"));
        _sockets.ForEach(s => s.Dispose());
        _ann.Dispose();
        _bob.Dispose();
        await _pod.DisposeAsync();
    }

    [Fact]
    public void The_answer_names_tcp_after_udp()
    {
        Assert.True(SessionDescription.TryParse(_bob.Session.Answer, out var answer, out _));
        var candidates = answer.Media[0].Candidates;
        var udp = candidates.TakeWhile(c => !c.IsTcp).ToList();
        var tcp = candidates.Skip(udp.Count).ToList();
        Assert.NotEmpty(udp);
        Assert.Equal(udp.Select(c => (c.Address, c.Port)), tcp.Select(c => (c.Address, c.Port)));
        Assert.All(tcp, c => Assert.Equal((true, TcpCandidateType.Passive, CandidateType.Host), (c.IsTcp, c.TcpType!.Value, c.Type)));
        Assert.Equal(candidates.Select(c => c.Priority).OrderDescending(), candidates.Select(c => c.Priority));
        Assert.Equal(candidates.Count, candidates.Select(c => c.Foundation).Distinct().Count());
    }

    [Fact]
    public async Task Media_handshakes_and_rubbish_before_a_check()
    {
        Send([0, 12, 128, 96, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
        Send([0, 14, 22, 254, 253, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0]);
        Send([0, 4, 0, 1, 2, 3]);
        Send("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await DroppedAsync(DropReason.TcpBeforeIce, 3);
        await DroppedAsync(DropReason.TcpFrameTooLarge);
    }

    [Fact]
    public async Task Checks_with_the_wrong_password_or_for_nobody()
    {
        using var eve = await PodMediaClient.OpenAsync(_pod, "eve", print => Offers.Receiver(print), connect: false, new TcpWire());
        eve.Media.Check(password: "not the password of this session");
        await DroppedAsync(DropReason.StunIntegrity);
        await DroppedAsync(DropReason.TcpBeforeIce);
        ((TcpWire)eve.Media.Wire).Reconnect();
        await _pod.SendAsync(HttpMethod.Delete, eve.Session.Location, eve.Session.Ticket);
        eve.Media.Check();
        await DroppedAsync(DropReason.StunUnknownUser);
        await DroppedAsync(DropReason.TcpBeforeIce, 2);
    }

    [Fact]
    public async Task Connections_that_say_nothing_or_go_on_too_slowly()
    {
        Send([]);
        Send([0, 100, 0, 1]);
        await _pod.PassUntilAsync(async () => await _pod.CountAsync("media_drops_total", nameof(DropReason.TcpNoCheck)) >= 2, "silent connections stay");
    }

    [Fact]
    public async Task Hundreds_of_connections_do_not_keep_others_out()
    {
        for (var i = 0; i < 400; i++) Send([]);
        await DroppedAsync(DropReason.TcpTooMany, 400 - 128);
        using var eve = await PodMediaClient.OpenAsync(_pod, "eve", print => Offers.Receiver(print), wire: new TcpWire());
        await _pod.SendAsync(HttpMethod.Delete, eve.Session.Location, eve.Session.Ticket);
    }

    [Fact]
    public async Task Streams_that_were_changed_on_their_way()
    {
        var random = new Random(5);
        for (var i = 0; i < 200; i++)
        {
            var stream = new byte[random.Next(1, 3000)];
            random.NextBytes(stream);
            stream[0] = 0;
            if (stream.Length > 2) stream[2] = (byte)random.Next(4);
            Send(stream);
        }
        await _pod.PassUntilAsync(async () => await _pod.CountAsync("media_drops_total", nameof(DropReason.TcpNoCheck)) + await _pod.CountAsync("media_drops_total", nameof(DropReason.TcpBeforeIce))
            + await _pod.CountAsync("media_drops_total", nameof(DropReason.TcpTooMany)) + await _pod.CountAsync("media_drops_total", nameof(DropReason.TcpFrameTooLarge)) == 200, "some connections stay");
    }

    private void Send(byte[] stream)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets.Add(socket);
        socket.Connect((IPEndPoint)_bob.Media.Server);
        try
        {
            if (stream.Length > 0) socket.Send(stream);
        }
        catch (SocketException)
        {
            // closed already: another took its place
        }
    }

    private async Task AssertSoundFlowsAsync()
    {
        var heard = _bob.Media.Received.Count;
        await Eventually.True(
            () =>
            {
                _next++;
                _ann.Media.Send(Audio("0", 11, _next, 20), _next);
                return Task.FromResult(_bob.Media.Received.Count > heard);
            },
            "Bob does not hear Ann");
    }

    private Task DroppedAsync(DropReason reason, int times = 1) => _pod.CountedAsync("media_drops_total", reason.ToString(), times);
}
