using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Workers;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>Cases O1 to O8 of docs/overload.md.</summary>
public sealed class OverloadTests
{
    private readonly Overload _overload = new();
    private long _now;

    [Fact]
    public void O1_pictures_that_are_late_for_a_while_raise_the_level_step_by_step()
    {
        Wait(30_000, intervals: 2);
        Assert.Equal(OverloadLevel.None, _overload.Level);
        Wait(30_000, intervals: 1);
        Assert.Equal(OverloadLevel.Temporal, _overload.Level);
        Wait(30_000, intervals: 3);
        Assert.Equal(OverloadLevel.Spatial, _overload.Level);
        Wait(30_000, intervals: 30);
        Assert.Equal((OverloadLevel.LastN, 3L), (_overload.Level, _overload.Raises));
    }

    [Fact]
    public void O1_one_late_moment_changes_nothing()
    {
        for (var i = 0; i < 50; i++)
        {
            Wait(90_000, intervals: 1);
            Wait(0, intervals: 2);
        }
        Assert.Equal(OverloadLevel.None, _overload.Level);
    }

    [Fact]
    public void O2_far_too_late_raises_at_once_and_then_waits_for_what_that_brings()
    {
        Wait(150_000, intervals: 1);
        Assert.Equal(OverloadLevel.Temporal, _overload.Level);
        Wait(150_000, intervals: 2);
        Assert.Equal(OverloadLevel.Temporal, _overload.Level);
        Wait(150_000, intervals: 1);
        Assert.Equal(OverloadLevel.Spatial, _overload.Level);
    }

    [Fact]
    public void O3_after_five_seconds_in_which_all_was_fine_it_is_lowered_by_one()
    {
        Wait(150_000, intervals: 4);
        Wait(10_000, intervals: 100); // not late, and not fine
        Assert.Equal(OverloadLevel.Spatial, _overload.Level);
        Wait(0, intervals: 50);
        Assert.Equal(OverloadLevel.Spatial, _overload.Level);
        Wait(0, intervals: 1);
        Assert.Equal(OverloadLevel.Temporal, _overload.Level);
        Wait(0, intervals: 50);
        Assert.Equal(OverloadLevel.None, _overload.Level);
    }

    [Fact]
    public void O4_what_had_to_be_taken_back_is_tried_again_later_each_time()
    {
        var lowered = new List<long>();
        // A load that only the first level bears.
        for (var i = 0; i < 3_000; i++)
        {
            var before = _overload.Level;
            Wait(before == OverloadLevel.None ? 30_000 : 0, intervals: 1);
            if (_overload.Level < before) lowered.Add(_now);
        }
        Assert.InRange(lowered.Count, 4, 9);
        Assert.True(lowered[^1] - lowered[^2] >= Overload.LongestCalmMicroseconds);
    }

    [Fact]
    public void O6_frames_go_first()
    {
        LayerOption[] ladder = [Option(0, 0, 180), Option(0, 1, 180), Option(1, 0, 360), Option(1, 1, 360), Option(2, 1, 720), Option(2, 2, 720)];
        var left = Thinning.Trim(ladder, OverloadLevel.Temporal);
        Assert.Equal([Option(0, 0, 180), Option(1, 0, 360), Option(2, 1, 720)], ladder[..left]);
    }

    [Theory]
    [InlineData(OverloadLevel.Spatial)]
    [InlineData(OverloadLevel.LastN)]
    public void O7_then_lines(OverloadLevel level)
    {
        LayerOption[] ladder = [Option(0, 0, 180), Option(0, 1, 180), Option(1, 0, 360), Option(2, 0, 720)];
        Assert.Equal(1, Thinning.Trim(ladder, level));
        Assert.Equal(Option(0, 0, 180), ladder[0]);
    }

    [Fact]
    public void O7_what_has_but_one_form_keeps_it()
    {
        LayerOption[] ladder = [Option(0, 2, 720)];
        Assert.Equal(1, Thinning.Trim(ladder, OverloadLevel.LastN));
        Assert.Equal(0, Thinning.Trim([], OverloadLevel.LastN));
        LayerOption[] whole = [Option(0, 0, 180), Option(0, 1, 180)];
        Assert.Equal(2, Thinning.Trim(whole, OverloadLevel.None));
    }

    [Fact]
    public void O8_last_go_the_pictures_of_those_who_neither_speak_nor_are_pinned()
    {
        Assert.All(Enum.GetValues<PictureRank>(), rank => Assert.True(Thinning.Keeps(rank, OverloadLevel.Spatial)));
        Assert.Equal([PictureRank.Screen, PictureRank.Prominent], Enum.GetValues<PictureRank>().Where(rank => Thinning.Keeps(rank, OverloadLevel.LastN)));
    }

    [Fact]
    public async Task A_worker_that_is_too_slow_finds_itself_overloaded_and_loses_no_sound()
    {
        var time = new SlowTime();
        await using var rig = new WorkerRig(time);
        var ann = rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        var listeners = Enumerable.Range(0, 20).Select(i => rig.Connect($"v{i}", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000))).ToList();
        ann.Send(Audio("0", 11, 0, 30), Video("1", 22, 0, 0, key: true));
        rig.Turn();
        // Each look at the clock takes 400 microseconds: 20 receivers are 8 ms a packet, and one comes every 5.
        time.PerLook = TimeSpan.FromMicroseconds(400);
        for (ushort i = 1; i <= 300; i++)
        {
            time.Now += TimeSpan.FromMilliseconds(1);
            ann.Put(Video("1", 22, i, i * 450u, pictureId: i));
            if (i % 4 == 0) ann.Put(Audio("0", 11, (ushort)(i / 4), 30));
            rig.Worker.Turn(); // one turn, not until all is done
        }
        Assert.NotEqual(OverloadLevel.None, rig.Worker.Tally.Overload);
        foreach (var listener in listeners) Assert.Equal(76, listener.Read().Rtp.Count(p => RigClient.Header(p).PayloadType == OpusType));
        Assert.Equal(20 * 76, rig.Worker.Tally.Sound.Read().Sum());

        time.PerLook = TimeSpan.Zero;
        for (var i = 0; i < 1_000; i++)
        {
            time.Now += TimeSpan.FromMilliseconds(20);
            rig.Turn();
        }
        Assert.Equal(OverloadLevel.None, rig.Worker.Tally.Overload);
    }

    private static LayerOption Option(byte stream, byte temporal, int height) => new(stream, 0, temporal, height, 30, 100_000);

    private void Wait(long microseconds, int intervals)
    {
        for (var i = 0; i < intervals; i++)
        {
            _now += Overload.IntervalMicroseconds;
            _overload.Note(microseconds);
            _overload.Decide(_now);
        }
    }
}
