using Conference.MediaPod.Sfu.Sessions;
using Conference.Sfu.Tests.Workers;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Spreading;

/// <summary>Who speaks is decided at a room's home and is the same on every worker (docs/workers.md, cases H1 to H3).</summary>
public sealed class SpreadSpeakerTests : IAsyncDisposable
{
    private readonly SpreadRig _rig = new SpreadRig().Spread();
    private ushort _number;

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public async Task H1_both_workers_name_the_same_speakers_whichever_worker_they_are_on()
    {
        var (ann, cat) = (Speaker(_rig.Home, "ann"), Speaker(_rig.Other, "cat"));
        Talk((ann, 90), (cat, 100));
        Talk((ann, 90), (cat, 20));
        await AssertActiveAsync("cat", ann, cat);
        Talk((ann, 20), (cat, 90));
        await AssertActiveAsync("ann", ann, cat);
        Talk((ann, 90), (cat, 20));
        await AssertActiveAsync("cat", ann, cat);
        _rig.Other.Worker.Close("cat", SessionEnd.Deleted);
        Talk((ann, 20));
        await AssertActiveAsync("ann", ann);
    }

    [Fact]
    public async Task H2_who_shows_the_active_speaker_shows_the_same_on_both()
    {
        var (ann, cat) = (Speaker(_rig.Home, "ann"), Speaker(_rig.Other, "cat"));
        var (bob, dan) = (_rig.Home.Connect("bob", Slot("0", TrackSource.Camera, 2000)), _rig.Other.Connect("dan", Slot("0", TrackSource.Camera, 2000)));
        foreach (var (name, loud, quiet) in ((string, RigClient, RigClient)[])[("cat", cat, ann), ("ann", ann, cat)])
        {
            Talk((quiet, 90), (loud, 20));
            await _rig.Home.SettleAsync();
            await _rig.Other.SettleAsync();
            Assert.Equal((name, name), (bob.Events.Slots.Last()[0].ParticipantId, dan.Events.Slots.Last()[0].ParticipantId));
        }
    }

    [Fact]
    public async Task H3_a_home_that_nobody_is_left_on_goes_on_to_decide()
    {
        var (ann, cat, dan) = (Speaker(_rig.Home, "ann"), Speaker(_rig.Other, "cat"), Speaker(_rig.Other, "dan"));
        Talk((ann, 20), (cat, 90), (dan, 90));
        await AssertActiveAsync("ann", ann, cat, dan);
        _rig.Home.Worker.Close("ann", SessionEnd.Deleted);
        Talk((cat, 90), (dan, 20));
        await AssertActiveAsync("dan", cat, dan);
        Talk((cat, 20), (dan, 90));
        await AssertActiveAsync("cat", cat, dan);
    }

    [Fact]
    public async Task S9_groups_have_speakers_of_their_own_wherever_their_people_are()
    {
        var (ann, bob, cat, dan) = (Speaker(_rig.Home, "ann"), Speaker(_rig.Home, "bob"), Speaker(_rig.Other, "cat"), Speaker(_rig.Other, "dan"));
        Into("1", (_rig.Home, "ann"), (_rig.Other, "dan"));
        Talk((ann, 20), (bob, 90), (cat, 30), (dan, 90));
        await AssertToldAsync(("ann", ann), ("ann", dan), ("cat", bob), ("cat", cat));
        Talk((ann, 90), (bob, 30), (cat, 90), (dan, 20));
        await AssertToldAsync(("dan", ann), ("dan", dan), ("bob", bob), ("bob", cat));

        // Only those of the other worker are left in the group, and its voice has gone.
        Into("", (_rig.Home, "ann"));
        Into("2", (_rig.Other, "dan"));
        Into("1", (_rig.Other, "cat"));
        Talk((ann, 20), (bob, 90), (cat, 90), (dan, 90));
        await AssertToldAsync(("ann", ann), ("ann", bob));
        Assert.DoesNotContain(cat.Events.Speakers.Last(), s => s.ParticipantId != "cat");
        Assert.DoesNotContain(dan.Events.Speakers.Last(), s => s.ParticipantId != "dan");

        async Task AssertToldAsync(params (string Name, RigClient Who)[] expected)
        {
            await _rig.Home.SettleAsync();
            await _rig.Other.SettleAsync();
            Assert.All(expected, e => Assert.Equal(e.Name, e.Who.Events.Speakers.Last().Single(s => s.Active).ParticipantId));
        }
    }

    private static void Into(string group, params (WorkerRig Side, string Name)[] who)
    {
        foreach (var (side, name) in who) side.Worker.ApplyPolicy("room", name, PublishPolicy.Everything with { Group = group });
    }

    private static RigClient Speaker(WorkerRig side, string name) =>
        side.Connect(name, Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera), Slot("2", TrackSource.Microphone, 1000));

    // For two seconds: long enough for anybody to become active, and for whoever was to have paused.
    private void Talk(params (RigClient Who, byte Level)[] speakers) => _rig.Pass(2_000, passed =>
    {
        if (passed % 20 != 0) return;
        _number++;
        foreach (var (who, level) in speakers)
        {
            // A pause now and then, as in speech: a constant level is no voice.
            who.Put(Audio("0", 11, _number, passed % 300 < 60 ? (byte)100 : level));
            if (passed % 100 == 0) who.Put(Video("1", 22, _number, _number * 90u * 20, key: true, pictureId: _number));
        }
    });

    private async Task AssertActiveAsync(string name, params RigClient[] everybody)
    {
        await _rig.Home.SettleAsync();
        await _rig.Other.SettleAsync();
        Assert.Equal(name, _rig.Home.Worker.Dump("room", 0)!.ActiveSpeaker);
        Assert.Equal(name, _rig.Other.Worker.Dump("room", 1)!.ActiveSpeaker);
        Assert.All(everybody, who => Assert.Equal(name, who.Events.Speakers.Last().Single(s => s.Active).ParticipantId));
        Assert.Single(everybody.Select(who => string.Join(',', who.Events.Speakers.Last().Select(s => $"{s.ParticipantId}:{s.Level}"))).Distinct());
    }
}
