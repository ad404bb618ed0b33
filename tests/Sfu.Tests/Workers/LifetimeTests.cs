using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>How sessions come, replace each other and go, and that nothing of them stays.</summary>
public sealed class LifetimeTests : IAsyncDisposable
{
    private readonly WorkerRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task A_newer_session_of_a_participant_replaces_the_older_once_it_is_connected()
    {
        var old = _rig.Open("ann", PublishPolicy.Everything, "ann-1", Slot("0", TrackSource.Microphone, 1000)).Connect();
        var young = _rig.Open("ann", PublishPolicy.Everything, "ann-2", Slot("0", TrackSource.Microphone, 1000));
        _rig.Turn();
        await _rig.SettleAsync();
        Assert.Null(old.Events.Reason);
        Assert.Equal(2, _rig.Rooms.Last!.Participants.Single().Sessions);

        young.Connect();
        await _rig.SettleAsync();
        Assert.Equal(SessionEnd.Replaced, old.Events.Reason);
        Assert.True(young.Events.IsConnected);
        Assert.Equal(1, _rig.Worker.Tally.Sessions);
    }

    [Fact]
    public async Task Without_consent_a_session_ends()
    {
        var ann = _rig.Connect("ann", Slot("0", TrackSource.Microphone, 1000));
        _rig.Pass(20_000);
        ann.Check();
        _rig.Pass(25_000);
        await _rig.SettleAsync();
        Assert.Null(ann.Events.Reason);
        _rig.Pass(10_000);
        await _rig.SettleAsync();
        Assert.Equal(SessionEnd.ConsentExpired, ann.Events.Reason);
    }

    [Fact]
    public async Task Who_never_connects_goes()
    {
        var ann = _rig.Open("ann", Slot("0", TrackSource.Microphone, 1000));
        _rig.Pass(32_000);
        await _rig.SettleAsync();
        Assert.Equal(SessionEnd.ConsentExpired, ann.Events.Reason);
        Assert.Equal(-1, _rig.Worker.Turn()); // nothing waits, so nothing ticks
    }

    [Fact]
    public async Task A_failed_handshake_ends_the_session_by_name()
    {
        var ann = _rig.Open("ann", Slot("0", TrackSource.Microphone, 1000));
        ann.Check();
        _rig.SinkOf(ann.Media.LocalUfrag).OnFailed(DtlsFailure.FingerprintMismatch, "test");
        _rig.Turn();
        await _rig.SettleAsync();
        Assert.Equal(SessionEnd.DtlsFailed, ann.Events.Reason);
        Assert.Equal(0, _rig.Worker.Tally.Sessions);
    }

    [Fact]
    public void A_session_id_or_user_fragment_in_use_is_refused()
    {
        var ann = _rig.Open("ann", Slot("0", TrackSource.Microphone, 1000));
        Assert.False(_rig.Worker.TryOpen(new SessionSpec("room", "eve", "ann", ann.Media, PublishPolicy.Everything), ann.Events));
        Assert.False(_rig.Worker.TryOpen(new SessionSpec("room", "eve", "eve", ann.Media, PublishPolicy.Everything), ann.Events));
        Assert.Equal(1, _rig.Worker.Tally.Sessions);
    }

    [Fact]
    public void Media_follows_the_path_that_the_client_nominates()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000));
        var moved = _rig.Open("other", Slot("0", TrackSource.Microphone, 1000)).Path;
        bob.Path = moved;
        bob.Check();
        ann.Send(Audio("0", 11, 1, 30));
        Assert.Single(bob.Read().Rtp);
    }

    [Fact]
    public void Ice_restarts_while_media_goes_on()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000));
        Assert.True(_rig.Worker.RestartIce("bob", "newlocal", "a new password of some length", "newremote"));
        ann.Send(Audio("0", 11, 1, 30));
        Assert.Single(bob.Read().Rtp);
        Assert.False(_rig.Worker.RestartIce("bob", ann.Media.LocalUfrag, "x", "y"));
    }

    [Fact]
    public async Task When_everybody_has_gone_nothing_is_held()
    {
        for (var round = 0; round < 3; round++)
        {
            var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera, "f", "q"));
            var viewers = Enumerable.Range(0, 5).Select(i => _rig.Connect($"v{i}", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000))).ToList();
            for (ushort i = 1; i < 100; i++)
            {
                ann.Put(Audio("0", 11, i, 30));
                ann.Put(Video("1", 22, i, i * 3000u, key: i == 1, rid: "f"));
                ann.Put(Video("1", 23, i, i * 3000u, key: i == 1, rid: "q"));
            }
            _rig.Turn();
            Assert.True(_rig.Worker.PacketsHeld > 100);
            _rig.Worker.Close("ann", SessionEnd.Deleted);
            Assert.Equal(0, _rig.Worker.PacketsHeld);
            foreach (var viewer in viewers) _rig.Worker.Close(viewer.SessionId, SessionEnd.Deleted);
            await _rig.SettleAsync();
            Assert.Equal(0, _rig.Worker.Tally.Sessions);
            Assert.Empty(_rig.Rooms.Last!.Participants);
            Assert.Null(_rig.Worker.Dump("room", 0));
            Assert.All(viewers, v => Assert.Equal(SessionEnd.Deleted, v.Events.Reason));
        }
        Assert.Equal(-1, _rig.Worker.Turn());
    }

    [Fact]
    public async Task The_room_tells_who_publishes_and_when_it_falls_silent()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        ann.Send(Audio("0", 11, 1, 30), Video("1", 22, 1, 0, key: true));
        await _rig.SettleAsync();
        Assert.Equal([TrackSource.Microphone, TrackSource.Camera], _rig.Rooms.Last!.Participants.Single().Publishing.AsEnumerable());
        ushort next = 1;
        _rig.Pass(3_000, passed => { if (passed % 20 == 0) ann.Put(Audio("0", 11, ++next, 30)); });
        await _rig.SettleAsync();
        Assert.Equal([TrackSource.Microphone], _rig.Rooms.Last!.Participants.Single().Publishing.AsEnumerable());
    }

    [Fact]
    public async Task Speakers_are_told_with_the_active_one_marked()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000));
        ushort next = 0;
        _rig.Pass(1_000, passed => { if (passed % 20 == 0) ann.Put(Audio("0", 11, ++next, 30)); });
        await _rig.SettleAsync();
        var told = Assert.Single(bob.Events.Speakers.Last());
        Assert.Equal(("ann", true), (told.ParticipantId, told.Active));
        Assert.InRange(told.Level, 85, 97);
        Assert.True(bob.Events.Speakers.Count <= 11);
    }
}
