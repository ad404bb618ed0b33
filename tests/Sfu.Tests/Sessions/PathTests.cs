using System.Net;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Workers;
using static Conference.Sfu.Tests.Sessions.MediaServerTests;

namespace Conference.Sfu.Tests.Sessions;

/// <summary>The whole server with clients over TCP, and clients whose way changes while sound flows.</summary>
public sealed class PathTests : IAsyncLifetime
{
    private readonly MediaServer _server = MediaServer.Start(new MediaServerOptions { FirstPort = 0, BindAddress = IPAddress.Loopback }, new RoomEvents());
    private readonly Events _annEvents = new();
    private readonly Events _bobEvents = new();
    private MediaPlacement _placement = null!;
    private ushort _next;

    public Task InitializeAsync()
    {
        _placement = _server.Place("room");
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        Assert.Equal(0, _server.Counters.Sum(c => c.Faults));
        _placement.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Sound_and_picture_flow_over_tcp(bool publishesByTcp, bool playsByTcp)
    {
        using var ann = new MediaClient(publishesByTcp ? new TcpWire() : null);
        using var bob = new MediaClient(playsByTcp ? new TcpWire() : null);
        await OpenAsync(ann, bob, publishesByTcp, playsByTcp);
        await FlowsAsync(ann, bob);
        for (ushort i = 0; i < 100; i++) ann.Send(MediaSamples.Video("1", 22, i, i * 3000u, key: i % 5 == 0, pictureId: i), i);
        await Eventually(() => bob.Received.Count(p => p.Length > 900) > 50);
        Assert.Equal(0, Dropped(DropReason.TcpQueueFull));
        await _server.CloseAsync("s2", SessionEnd.Deleted);
        await Eventually(() => _bobEvents.Reason == SessionEnd.Deleted);
    }

    [Fact]
    public async Task The_tcp_port_has_the_number_of_the_udp_port()
    {
        Assert.Equal(_placement.Endpoints.Single(), _placement.TcpEndpoints.Single());
        Assert.Empty(_server.WithoutTcp);
        await using var without = MediaServer.Start(new MediaServerOptions { FirstPort = 0, FirstTcpPort = null, BindAddress = IPAddress.Loopback }, new RoomEvents());
        using var place = without.Place("room");
        Assert.Empty(place.TcpEndpoints);
        Assert.Empty(without.WithoutTcp);
    }

    [Fact]
    public async Task A_port_that_another_program_has_is_done_without_unless_it_was_asked_for()
    {
        var taken = _placement.TcpEndpoints[0].Port;
        var free = UdpPort.Open(IPAddress.Parse("127.0.0.2"), 0);
        var number = free.LocalAddress.Port;
        free.Dispose();
        var options = new MediaServerOptions { BindAddress = IPAddress.Loopback, FirstPort = 0, FirstTcpPort = taken };
        Assert.Equal(MediaStartRefusal.PortTaken, Assert.Throws<MediaStartException>(() => MediaServer.Start(options, new RoomEvents())).Reason);

        using var blocker = StreamPort.Open(IPAddress.Parse("127.0.0.2"), number, isIPv6: false);
        await using var server = MediaServer.Start(options with { BindAddress = IPAddress.Parse("127.0.0.2"), FirstPort = number, FirstTcpPort = 0 }, new RoomEvents());
        Assert.Equal(0, Assert.Single(server.WithoutTcp));
    }

    [Fact]
    public async Task A_client_whose_tcp_connection_breaks_goes_on_by_another()
    {
        var wire = new TcpWire();
        using var ann = new MediaClient();
        using var bob = new MediaClient(wire);
        await OpenAsync(ann, bob, publishesByTcp: false, playsByTcp: true);
        await FlowsAsync(ann, bob);

        wire.Reconnect();
        bob.Check();
        await FlowsAsync(ann, bob);
        Assert.Null(_bobEvents.Reason);
        Assert.Equal(2, _server.Load.Sessions);
    }

    [Fact]
    public async Task Who_reads_nothing_does_not_disturb_who_reads()
    {
        var stuck = new TcpWire();
        using var ann = new MediaClient();
        using var bob = new MediaClient();
        await OpenAsync(ann, bob, publishesByTcp: false, playsByTcp: false);
        var eve = new MediaClient(stuck);
        await OpenOneAsync(eve, "eve", byTcp: true, "s3", new Events(), MediaSamples.Slot("0", TrackSource.Microphone, 3000), MediaSamples.Slot("1", TrackSource.Camera, 4000));
        await FlowsAsync(ann, bob);
        stuck.StopReading();

        for (ushort i = 0; Dropped(DropReason.TcpQueueFull) == 0; i++)
        {
            Assert.True(i < 10_000, "the queue of who reads nothing never fills");
            ann.Send(MediaSamples.Video("1", 22, i, i * 3000u, key: i % 50 == 0, pictureId: i), i);
            if (i % 20 == 0) await FlowsAsync(ann, bob);
        }
        await FlowsAsync(ann, bob);
    }

    [Fact]
    public async Task A_client_whose_address_changes_keeps_its_sound_both_ways()
    {
        var (annWire, bobWire) = (new UdpWire(), new UdpWire());
        using var ann = new MediaClient(annWire);
        using var bob = new MediaClient(bobWire);
        await OpenAsync(ann, bob, publishesByTcp: false, playsByTcp: false);
        await FlowsAsync(ann, bob);

        bobWire.Move();
        bob.Check();
        await FlowsAsync(ann, bob);
        annWire.Move();
        // Nothing of hers passes until a check came from there (RFC 7675: consent is for an address).
        ann.Send(MediaSamples.Audio("0", 11, ++_next, 20), _next);
        await Eventually(() => Dropped(DropReason.UnknownAddress) > 0);
        ann.Check();
        await FlowsAsync(ann, bob);
        Assert.Null(_annEvents.Reason);
        Assert.Null(_bobEvents.Reason);
    }

    [Fact]
    public async Task From_tcp_to_udp_and_back()
    {
        using var ann = new MediaClient();
        using var bob = new MediaClient(new EitherWire(_placement.TcpEndpoints[0]));
        await OpenAsync(ann, bob, publishesByTcp: false, playsByTcp: false);
        await FlowsAsync(ann, bob);
        var wire = (EitherWire)bob.Wire;
        foreach (var byTcp in new[] { true, false, true })
        {
            wire.ByTcp = byTcp;
            bob.Check();
            // Two nominations of what was just left look like an aggressive client; what is stale by then wins.
            await Eventually(() => wire.ReceivedByTcp == byTcp || Nudge(ann, bob));
            await FlowsAsync(ann, bob);
        }
    }

    private bool Nudge(MediaClient ann, MediaClient bob)
    {
        bob.Check();
        ann.Send(MediaSamples.Audio("0", 11, ++_next, 20), _next);
        return false;
    }

    private long Dropped(DropReason reason) => _server.Counters.Sum(c => c.Drops[(int)reason]);

    private async Task OpenAsync(MediaClient ann, MediaClient bob, bool publishesByTcp, bool playsByTcp)
    {
        await OpenOneAsync(ann, "ann", publishesByTcp, "s1", _annEvents, MediaSamples.Sends("0", TrackSource.Microphone), MediaSamples.Sends("1", TrackSource.Camera));
        await OpenOneAsync(bob, "bob", playsByTcp, "s2", _bobEvents, MediaSamples.Slot("0", TrackSource.Microphone, 1000), MediaSamples.Slot("1", TrackSource.Camera, 2000));
    }

    private async Task OpenOneAsync(MediaClient client, string name, bool byTcp, string id, Events events, params NegotiatedMedia[] media)
    {
        var agreed = MediaSamples.Session(name, client.Fingerprint, media);
        await _server.OpenAsync(new SessionSpec("room", name, id, agreed, PublishPolicy.Everything), events);
        client.Open(byTcp ? _placement.TcpEndpoints[0] : _placement.Endpoints[0], agreed, _server.Fingerprint);
        await client.ConnectAsync();
    }

    private async Task FlowsAsync(MediaClient ann, MediaClient bob)
    {
        var heard = bob.Received.Count(p => p.Length < 200);
        await Eventually(() =>
        {
            ann.Send(MediaSamples.Audio("0", 11, ++_next, 20), _next);
            return bob.Received.Count(p => p.Length < 200) > heard + 2;
        });
    }
}
