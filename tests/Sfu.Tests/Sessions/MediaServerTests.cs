using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.Sfu.Tests.Sessions;

/// <summary>The whole server over loopback: real sockets, real handshakes, real keys.</summary>
public sealed class MediaServerTests
{
    [Fact]
    public async Task Sound_and_picture_of_one_session_reach_the_slots_of_another()
    {
        var rooms = new RoomEvents();
        await using var server = MediaServer.Start(new MediaServerOptions { FirstPort = 0, BindAddress = IPAddress.Loopback }, rooms);
        using var placement = server.Place("room");
        var (ann, bob) = (new Events(), new Events());
        using var publisher = new MediaClient();
        publisher.Open(placement.Endpoints[0], MediaSamples.Session("ann", publisher.Fingerprint,
            MediaSamples.Sends("0", TrackSource.Microphone), MediaSamples.Sends("1", TrackSource.Camera)), server.Fingerprint);
        using var receiver = new MediaClient();
        receiver.Open(placement.Endpoints[0], MediaSamples.Session("bob", receiver.Fingerprint,
            MediaSamples.Slot("0", TrackSource.Microphone, 1000), MediaSamples.Slot("1", TrackSource.Camera, 2000)), server.Fingerprint);
        await server.OpenAsync(new SessionSpec("room", "ann", "s1", publisher.Media, PublishPolicy.Everything), ann);
        await server.OpenAsync(new SessionSpec("room", "bob", "s2", receiver.Media, PublishPolicy.Everything), bob);
        await Task.WhenAll(publisher.ConnectAsync(), receiver.ConnectAsync());
        await Eventually(() => ann.IsConnected && bob.IsConnected);

        for (ushort i = 0; i < 20; i++)
        {
            publisher.Send(MediaSamples.Audio("0", 11, i, level: 20), i);
            publisher.Send(MediaSamples.Video("1", 22, i, i * 3000u, key: i % 5 == 0, pictureId: i), i);
            await Task.Delay(5);
        }

        await Eventually(() => Ssrcs(receiver).Contains(1000u) && Ssrcs(receiver).Contains(2000u));
        await Eventually(() => bob.Slots.LastOrDefault() is { IsDefault: false } slots && slots.All(s => s is { State: SlotState.Live, ParticipantId: "ann" }));
        await Eventually(() => rooms.Last is { } room && room.Participants.Any(p => p.ParticipantId == "ann" && p.Publishing.Length == 2));

        await server.CloseAsync("s1", SessionEnd.Deleted);
        await Eventually(() => ann.Reason == SessionEnd.Deleted && bob.Slots.Last().All(s => s.State == SlotState.Empty));
        Assert.Equal(1, server.Load.Sessions);
    }

    private static uint[] Ssrcs(MediaClient client) =>
        [.. client.Received.Select(p => RtpHeader.TryParse(p, out var header) ? header.Ssrc : 0).Distinct()];

    internal static async Task Eventually(Func<bool> condition)
    {
        for (var i = 0; i < 500 && !condition(); i++) await Task.Delay(20);
        Assert.True(condition());
    }

    internal sealed class Events : ISessionEvents
    {
        public bool IsConnected { get; private set; }
        public SessionEnd? Reason { get; private set; }
        public ConcurrentQueue<ImmutableArray<SlotContent>> Slots { get; } = new();
        public ConcurrentQueue<ImmutableArray<SpeakerLevel>> Speakers { get; } = new();

        public void Connected() => IsConnected = true;

        public void SlotsChanged(ImmutableArray<SlotContent> slots) => Slots.Enqueue(slots);

        public void SpeakersChanged(ImmutableArray<SpeakerLevel> speakers) => Speakers.Enqueue(speakers);

        public ConcurrentQueue<ImmutableArray<PublicationWants>> Wants { get; } = new();

        public void WantsChanged(ImmutableArray<PublicationWants> wants) => Wants.Enqueue(wants);

        public void Ended(SessionEnd reason) => Reason = reason;
    }

    internal sealed class RoomEvents : IMediaRoomEvents
    {
        public MediaRoomState? Last { get; private set; }

        public void RoomChanged(MediaRoomState room) => Last = room;
    }
}
