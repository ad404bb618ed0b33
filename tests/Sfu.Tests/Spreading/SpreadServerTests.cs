using System.Net;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Wire.Rtp;
using Conference.Sfu.Tests.Sessions;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Spreading;

/// <summary>A room over two workers of a whole server: real sockets, handshakes and threads.</summary>
public sealed class SpreadServerTests : IAsyncDisposable
{
    private readonly MediaServerTests.RoomEvents _rooms = new();
    private readonly MediaServer _server;

    public SpreadServerTests() => _server = MediaServer.Start(new MediaServerOptions
    {
        Workers = 2,
        FirstPort = 0,
        BindAddress = IPAddress.Loopback,
        // One session fills a worker, so that the second goes to another.
        Spreading = new SpreadLimits { Session = 1, QuietSession = 1 },
    }, _rooms);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task People_on_two_workers_hear_and_see_each_other_and_the_host_knows_one_room()
    {
        using var ann = await ConnectAsync("ann");
        using var bob = await ConnectAsync("bob");
        Assert.NotEqual(ann.Handle.Worker, bob.Handle.Worker);

        using var ending = new CancellationTokenSource();
        var sending = SendAsync([ann, bob], ending.Token);
        foreach (var (viewer, name) in ((Person, string)[])[(ann, "bob"), (bob, "ann")])
        {
            await MediaServerTests.Eventually(() => viewer.Events.Slots.LastOrDefault() is { IsDefault: false } slots && slots.All(s => s is { State: SlotState.Live } && s.ParticipantId == name));
            await MediaServerTests.Eventually(() => Packets(viewer, 1000).Count > 10 && Packets(viewer, 2000).Count > 10);
        }
        await MediaServerTests.Eventually(() => _rooms.Last is { Participants.Length: 2 } room && room.Participants.All(p => p is { Connected: true, Publishing.Length: 2 }));
        Assert.Equal(2, (await _server.RoomsAsync()).Single().Participants.Length);
        var dump = (await _server.DumpRoomAsync("room"))!;
        Assert.Equal(["ann", "bob"], dump.Sessions.Select(s => s.ParticipantId).Order());
        Assert.Equal([ann.Handle.Worker, bob.Handle.Worker], dump.Parts.Select(p => p.Worker));
        Assert.All(dump.Parts, part => Assert.Equal(2, part.Images.Length));
        Assert.All(_server.Counters, c => Assert.True(c.Crossings is { Sent: > 0, Taken: > 0 }));

        // A policy holds on every worker: nothing of a muted voice arrives any more.
        _server.ApplyPolicy("room", "ann", PublishPolicy.Everything with { Muted = [TrackSource.Microphone] });
        await MediaServerTests.Eventually(() => bob.Events.Slots.Last()[0].State == SlotState.Empty);
        var (heard, seen) = (Packets(bob, 1000).Count, Packets(bob, 2000).Count);
        await MediaServerTests.Eventually(() => Packets(bob, 2000).Count > seen + 10);
        Assert.Equal(heard, Packets(bob, 1000).Count);

        await ending.CancelAsync();
        await sending;
        AssertContinuous(Packets(ann, 1000));
        AssertContinuous(Packets(bob, 1000));
    }

    [Fact]
    public async Task Who_comes_again_comes_to_the_same_worker_and_replaces_the_older_session()
    {
        using var ann = await ConnectAsync("ann");
        using var bob = await ConnectAsync("bob");
        using (var place = _server.Place("room", "bob")) Assert.Equal(bob.Handle.Worker, place.Worker);
        using (var place = _server.PlaceOf("bob-1")!) Assert.Equal(bob.Handle.Worker, place.Worker);
        using var again = await ConnectAsync("bob", 2);
        Assert.Equal(bob.Handle.Worker, again.Handle.Worker);
        await MediaServerTests.Eventually(() => bob.Events.Reason == SessionEnd.Replaced);
        Assert.Null(_server.PlaceOf("bob-1"));
    }

    [Fact]
    public async Task A_worker_that_nobody_of_the_room_is_left_on_hears_no_more_of_it_and_an_empty_room_is_told_once_empty()
    {
        using var ann = await ConnectAsync("ann");
        using var bob = await ConnectAsync("bob");
        using var ending = new CancellationTokenSource();
        var sending = SendAsync([ann, bob], ending.Token);
        await MediaServerTests.Eventually(() => Packets(bob, 2000).Count > 10);

        await _server.CloseAsync("bob-1", SessionEnd.Removed);
        await MediaServerTests.Eventually(() => _rooms.Last is { Participants.Length: 1 });
        await MediaServerTests.Eventually(() => ann.Events.Slots.Last().All(s => s.State == SlotState.Empty));
        await EventuallyAsync(async () => (await _server.DumpRoomAsync("room"))!.Parts.Length == 1);
        Assert.Empty((await _server.DumpRoomAsync("room"))!.Parts[0].Images);

        // Home is left alone, with nobody on it.
        using var eve = await ConnectAsync("eve");
        Assert.Equal(bob.Handle.Worker, eve.Handle.Worker);
        await MediaServerTests.Eventually(() => Packets(eve, 2000).Count > 10);
        await _server.CloseAsync("ann-1", SessionEnd.Removed);
        await MediaServerTests.Eventually(() => _rooms.Last is { } room && room.Participants is [{ ParticipantId: "eve" }]);
        Assert.Equal(2, (await _server.DumpRoomAsync("room"))!.Parts.Length);
        await _server.CloseAsync("eve-1", SessionEnd.Removed);
        await MediaServerTests.Eventually(() => _rooms.Last is { Participants.IsEmpty: true });
        await EventuallyAsync(async () => await _server.DumpRoomAsync("room") is null);
        Assert.Empty(await _server.RoomsAsync());
        await ending.CancelAsync();
        await sending;
        Assert.All(_server.Counters, c => Assert.Equal((0, null), (c.Faults, c.LastFault)));
    }

    [Fact]
    public async Task People_come_and_go_on_both_workers_while_others_talk_and_nothing_breaks_or_stays()
    {
        var random = new Random(5);
        using var ann = await ConnectAsync("ann");
        using var bob = await ConnectAsync("bob");
        using var ending = new CancellationTokenSource();
        var sending = SendAsync([ann, bob], ending.Token);
        var guests = new Queue<Person>();
        for (var i = 0; i < 30; i++)
        {
            var guest = await ConnectAsync($"guest{i}");
            guests.Enqueue(guest);
            for (ushort number = 0; number < 5; number++) guest.Client.Send(Video("1", 22, number, number * 3000u, key: number == 0, pictureId: number), number);
            while (guests.Count > random.Next(6)) await LeaveAsync(guests.Dequeue());
        }
        while (guests.Count > 0) await LeaveAsync(guests.Dequeue());
        var (heardByAnn, heardByBob) = (Packets(ann, 1000).Count, Packets(bob, 1000).Count);
        await MediaServerTests.Eventually(() => Packets(ann, 1000).Count > heardByAnn + 10 && Packets(bob, 1000).Count > heardByBob + 10);
        await EventuallyAsync(async () => (await _server.DumpRoomAsync("room"))!.Parts.All(p => p is { Sessions: 1, Images.Length: 2 }));
        await ending.CancelAsync();
        await sending;
        Assert.All(_server.Counters, c => Assert.Equal((0, null), (c.Faults, c.LastFault)));

        async Task LeaveAsync(Person guest)
        {
            await _server.CloseAsync(guest.Client.Media.LocalUfrag["local".Length..], SessionEnd.Deleted);
            guest.Dispose();
        }
    }

    private async Task<Person> ConnectAsync(string name, int number = 1)
    {
        using var place = _server.Place("room", name);
        var (client, events, session) = (new MediaClient(), new MediaServerTests.Events(), $"{name}-{number}");
        client.Open(place.Endpoints[0], Session(session, client.Fingerprint,
            Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera), Slot("2", TrackSource.Microphone, 1000), Slot("3", TrackSource.Camera, 2000)), _server.Fingerprint);
        var handle = await _server.OpenAsync(new SessionSpec("room", name, session, client.Media, PublishPolicy.Everything), events);
        Assert.Equal(place.Worker, handle!.Worker);
        await client.ConnectAsync();
        await MediaServerTests.Eventually(() => events.IsConnected);
        return new Person(client, handle, events);
    }

    private static async Task SendAsync(Person[] people, CancellationToken cancellation)
    {
        for (ushort i = 0; !cancellation.IsCancellationRequested; i++)
        {
            foreach (var person in people)
            {
                person.Client.Send(Audio("0", 11, i, level: 20), i);
                person.Client.Send(Video("1", 22, i, i * 900u, key: i % 10 == 0, pictureId: i), i);
            }
            await Task.Delay(10, CancellationToken.None);
        }
    }

    private static async Task EventuallyAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; i < 500 && !await condition(); i++) await Task.Delay(20);
        Assert.True(await condition());
    }

    private static List<ushort> Packets(Person person, uint ssrc) =>
        [.. person.Client.Received.Where(p => RtpHeader.TryParse(p, out var header) && header.Ssrc == ssrc).Select(p => (ushort)(p[2] << 8 | p[3]))];

    private static void AssertContinuous(List<ushort> numbers)
    {
        for (var i = 1; i < numbers.Count; i++) Assert.Equal((ushort)(numbers[i - 1] + 1), numbers[i]);
    }

    private sealed record Person(MediaClient Client, SessionHandle Handle, MediaServerTests.Events Events) : IDisposable
    {
        public void Dispose() => Client.Dispose();
    }
}
