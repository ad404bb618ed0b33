using System.Net;
using System.Security.Cryptography;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.Sfu.Tests.Sessions;

/// <summary>What stands in the way of a start, where rooms live, and how a server ends.</summary>
public sealed class MediaServerStartTests
{
    private static readonly MediaServerOptions Loopback = new() { FirstPort = 0, BindAddress = IPAddress.Loopback };

    [Fact]
    public async Task A_taken_port_is_named()
    {
        await using var first = MediaServer.Start(Loopback, new MediaServerTests.RoomEvents());
        using var place = first.Place("room");
        var port = place.Endpoints[0].Port;
        var refusal = Refused(Loopback with { FirstPort = port });
        Assert.Equal(MediaStartRefusal.PortTaken, refusal.Reason);
        Assert.Contains($"{port}", refusal.Message);
    }

    [Fact]
    public void An_address_of_another_machine_is_named() =>
        Assert.Equal(MediaStartRefusal.AddressUnavailable, Refused(Loopback with { BindAddress = IPAddress.Parse("192.0.2.1") }).Reason);

    [Theory]
    [InlineData(0, 40_000)]
    [InlineData(257, 40_000)]
    [InlineData(2, 65_535)]
    [InlineData(1, -1)]
    public void Options_out_of_range_are_named(int workers, int port) =>
        Assert.Equal(MediaStartRefusal.Invalid, Refused(Loopback with { Workers = workers, FirstPort = port }).Reason);

    [Fact]
    public async Task A_room_stays_on_its_worker_while_it_is_held_and_new_rooms_go_to_the_least_loaded()
    {
        await using var server = MediaServer.Start(Loopback with { Workers = 2 }, new MediaServerTests.RoomEvents());
        using var one = server.Place("one");
        await OpenAsync(server, "one", "s1");
        using var two = server.Place("two");
        using var again = server.Place("one");
        Assert.NotEqual(one.Worker, two.Worker);
        Assert.Equal(one.Worker, again.Worker);
        Assert.NotEqual(one.Endpoints[0].Port, two.Endpoints[0].Port);
    }

    [Fact]
    public async Task A_stopping_server_ends_its_sessions_by_name()
    {
        var server = MediaServer.Start(Loopback, new MediaServerTests.RoomEvents());
        var events = await OpenAsync(server, "room", "s1");
        await server.DisposeAsync();
        Assert.Equal(SessionEnd.PodStopping, events.Reason);
        Assert.False(await server.UpdateAsync("s1", Session("s1")));
    }

    [Fact]
    public async Task A_session_id_is_free_again_after_its_session_ended()
    {
        await using var server = MediaServer.Start(Loopback, new MediaServerTests.RoomEvents());
        var events = await OpenAsync(server, "room", "s1");
        await Assert.ThrowsAsync<InvalidOperationException>(() => OpenAsync(server, "room", "s1"));
        await server.CloseAsync("s1", SessionEnd.Removed);
        await MediaServerTests.Eventually(() => events.Reason == SessionEnd.Removed);
        await OpenAsync(server, "room", "s1");
        Assert.Single((await server.RoomsAsync()).Single().Participants);
    }

    [Fact]
    public async Task A_wrong_fingerprint_ends_the_session_and_is_counted()
    {
        await using var server = MediaServer.Start(Loopback, new MediaServerTests.RoomEvents());
        using var place = server.Place("room");
        using var client = new MediaClient().Open(place.Endpoints[0], Session("ann"), server.Fingerprint);
        var events = new MediaServerTests.Events();
        await server.OpenAsync(new SessionSpec("room", "ann", "ann", client.Media, PublishPolicy.Everything), events);
        _ = client.ConnectAsync(); // never completes: the server sends no last flight
        await MediaServerTests.Eventually(() => events.Reason == SessionEnd.DtlsFailed);
        Assert.Equal(1, server.Counters[0].HandshakeFailures[(int)DtlsFailure.FingerprintMismatch]);
    }

    private static NegotiatedSession Session(string name) =>
        MediaSamples.Session(name, new CertificateFingerprint("sha-256", [.. RandomNumberGenerator.GetBytes(32)]), MediaSamples.Sends("0", TrackSource.Microphone));

    private static async Task<MediaServerTests.Events> OpenAsync(MediaServer server, string room, string session)
    {
        var events = new MediaServerTests.Events();
        await server.OpenAsync(new SessionSpec(room, session, session, Session(session), PublishPolicy.Everything), events);
        return events;
    }

    private static MediaStartException Refused(MediaServerOptions options) =>
        Assert.Throws<MediaStartException>(() => MediaServer.Start(options, new MediaServerTests.RoomEvents()));
}
