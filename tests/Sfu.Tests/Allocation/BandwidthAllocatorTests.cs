using Conference.MediaPod.Sfu.Allocation;
using static Conference.Sfu.Tests.Allocation.LayerLadderTests;

namespace Conference.Sfu.Tests.Allocation;

public sealed class BandwidthAllocatorTests
{
    /// <summary>Three encodings without temporal layers.</summary>
    private static readonly LayerOption[] Plain = [new(0, 0, 0, 180, 30, 150_000), new(1, 0, 0, 360, 30, 500_000), new(2, 0, 0, 720, 30, 1_500_000)];

    private static readonly LayerOption[] Text = [new(0, 0, 0, 1080, 4, 300_000), new(0, 0, 1, 1080, 8, 700_000), new(0, 0, 2, 1080, 15, 2_000_000)];

    [Fact]
    public void B1_a_receiver_of_which_nothing_is_known_gets_all_it_demands()
    {
        var bench = new AllocationBench().Add(Camera, PictureRank.Prominent).Add(Camera).Add(Text, PictureRank.Screen, ContentHint.Detail, height: 1080);
        Assert.Equal([720, 720, 1080], bench.Decide(null));
        Assert.Equal(0, bench.Last.UsefulBitsPerSecond);
        Assert.Equal(1_500_000 * 2 + 2_000_000 + bench.Sound, bench.Last.AllocatedBitsPerSecond);
    }

    [Fact]
    public void B1_sound_is_taken_off_before_any_picture()
    {
        var bench = new AllocationBench { Sound = 300_000 }.Add(Plain, PictureRank.Prominent);
        Assert.Equal([0], bench.Decide(400_000));
        Assert.Equal(300_000, bench.Last.AllocatedBitsPerSecond);
        Assert.Equal(AllocationLimit.Bandwidth, bench.Slots[0].Limit);
        Assert.Equal([0], bench.Decide(100_000));
        Assert.Equal([180], new AllocationBench { Sound = 0 }.Add(Plain).Decide(400_000));
    }

    [Fact]
    public void B2_text_is_legible_before_anybody_is_seen_and_smooth_after_the_speaker()
    {
        AllocationBench New() => new AllocationBench { Sound = 0 }.Add(Plain, PictureRank.Prominent).Add(Plain).Add(Text, PictureRank.Screen, ContentHint.Detail, height: 1080);
        Assert.Equal([0, 0, 1080], New().Decide(450_000));
        Assert.Equal([180, 0, 1080], New().Decide(650_000));
        Assert.Equal([180, 180, 1080], New().Decide(750_000));
        var bench = New();
        Assert.Equal([720, 180, 1080], bench.Decide(2_400_000));
        Assert.Equal(4, bench.Option(2).FramesPerSecond);
        Assert.Equal([720, 180, 1080], bench.Decide(4_400_000, isNew: true));
        Assert.Equal(15, bench.Option(2).FramesPerSecond);
    }

    [Fact]
    public void B2_a_film_keeps_its_frames()
    {
        var bench = new AllocationBench { Sound = 0 }.Add(Camera, PictureRank.Screen, ContentHint.Motion);
        Assert.Equal([360], bench.Decide(700_000));
        Assert.Equal(30, bench.Option(0).FramesPerSecond);
    }

    [Fact]
    public void B3_B4_everybody_is_seen_small_before_the_speaker_is_large()
    {
        var bench = new AllocationBench { Sound = 0 }.Add(Plain, priority: 11).Add(Plain, PictureRank.Prominent, priority: 12).Add(Plain, priority: 10);
        Assert.Equal([180, 180, 180], bench.Decide(600_000));
        Assert.Equal([180, 360, 180], bench.Decide(1_000_000, isNew: true));
        Assert.Equal([0, 180, 180], bench.Decide(400_000, isNew: true));
        Assert.Equal([0, 180, 0], bench.Decide(200_000, isNew: true));
    }

    [Fact]
    public void B4_one_dear_publication_keeps_nobody_else_out()
    {
        LayerOption[] studio = [new(0, 0, 0, 1080, 30, 6_000_000)];
        var bench = new AllocationBench().Add(studio, PictureRank.Prominent).Add(Plain).Add(Plain);
        Assert.Equal([0, 360, 360], bench.Decide(1_300_000));
        Assert.Equal(AllocationLimit.Bandwidth, bench.Slots[0].Limit);
    }

    [Fact]
    public void B6_the_others_climb_one_step_each_in_turn_by_priority()
    {
        var bench = new AllocationBench { Sound = 0 }.Add(Plain, priority: 30).Add(Plain, priority: 20).Add(Plain, priority: 25);
        Assert.Equal([180, 360, 180], bench.Decide(1_000_000));
        Assert.Equal([180, 360, 360], bench.Decide(1_400_000, isNew: true));
        Assert.Equal([360, 360, 360], bench.Decide(1_800_000, isNew: true));
        Assert.Equal([360, 720, 360], bench.Decide(3_000_000, isNew: true));
    }

    [Fact]
    public void What_is_switched_off_at_the_publisher_is_wanted_but_not_chosen()
    {
        var bench = new AllocationBench().Add([Plain[0], Plain[1], Plain[2] with { Available = false }], PictureRank.Prominent);
        Assert.Equal([360], bench.Decide(null));
        Assert.Equal(AllocationLimit.Publisher, bench.Slots[0].Limit);
        Assert.Equal(1_500_000 + bench.Sound, bench.Last.DemandedBitsPerSecond);
    }

    [Fact]
    public void H1_a_raise_needs_room_to_spare_and_what_is_sent_stays_while_it_fits()
    {
        var bench = new AllocationBench { Sound = 0 }.Add(Plain, PictureRank.Prominent);
        Assert.Equal([180], bench.Decide(580_000));
        bench.Now += 60_000;
        Assert.Equal([360], bench.Decide(590_000));
        Assert.Equal([360], bench.Decide(505_000));
        Assert.Equal([180], bench.Decide(495_000));
        Assert.True(bench.Last.Lowered);
        Assert.True(bench.Last.UsefulBitsPerSecond > 1_500_000 / 0.86);
    }

    [Fact]
    public void H2_nothing_is_raised_for_three_seconds_after_something_was_lowered()
    {
        var bench = new AllocationBench { Sound = 0 }.Add(Plain, PictureRank.Prominent);
        bench.Decide(3_000_000);
        Assert.Equal([360], bench.Decide(600_000));
        bench.Now += 2_999;
        Assert.Equal([360], bench.Decide(3_000_000));
        Assert.Equal(AllocationLimit.Hold, bench.Slots[0].Limit);
        bench.Now += 1;
        Assert.Equal([720], bench.Decide(3_000_000));
    }

    [Fact]
    public void H3_what_is_demanded_anew_does_not_wait()
    {
        var bench = new AllocationBench { Sound = 0 }.Add(Plain, PictureRank.Prominent);
        bench.Decide(3_000_000);
        bench.Decide(600_000);
        Assert.Equal([720], bench.Decide(3_000_000, isNew: true));
    }

    [Fact]
    public void H4_a_raise_that_is_taken_back_doubles_the_hold()
    {
        var bench = new AllocationBench { Sound = 0 }.Add(Plain, PictureRank.Prominent);
        bench.Decide(2_700_000);
        foreach (var hold in new[] { 3_000, 6_000, 12_000, 24_000, 24_000 })
        {
            Assert.Equal([360], bench.Decide(1_400_000));
            bench.Now += hold - 1;
            Assert.Equal([360], bench.Decide(2_700_000));
            bench.Now += 1;
            Assert.Equal([720], bench.Decide(2_700_000));
            bench.Now += 2_000;
        }
        bench.Now += 10_000;
        Assert.Equal([360], bench.Decide(1_400_000));
        bench.Now += 3_000;
        Assert.Equal([720], bench.Decide(2_700_000));
    }

    // The next hold would be of 24 s.
    private static AllocationBench AfterThreeRaisesInVain()
    {
        var bench = new AllocationBench { Sound = 0 }.Add(Plain, PictureRank.Prominent);
        bench.Decide(2_700_000);
        foreach (var hold in new[] { 3_000, 6_000, 12_000 })
        {
            Assert.Equal([360], bench.Decide(1_400_000));
            bench.Now += hold;
            Assert.Equal([720], bench.Decide(2_700_000));
            bench.Now += 2_000;
        }
        return bench;
    }

    [Fact]
    public void H5_what_is_paused_comes_back_after_five_seconds_however_long_the_hold()
    {
        var bench = AfterThreeRaisesInVain();
        Assert.Equal([0], bench.Decide(100_000));
        bench.Now += 4_999;
        Assert.Equal([0], bench.Decide(190_000));
        Assert.Equal(AllocationLimit.Hold, bench.Slots[0].Limit);
        bench.Now += 1;
        Assert.Equal([180], bench.Decide(190_000)); // and no more, until the rest of the hold is over
    }

    [Fact]
    public void H6_an_estimate_twice_as_large_is_another_path_and_waits_no_longer_than_three_seconds()
    {
        var bench = AfterThreeRaisesInVain();
        Assert.Equal([360], bench.Decide(1_400_000)); // a hold of 24 s
        bench.Now += 2_000;
        Assert.Equal([360], bench.Decide(1_000_000)); // the lowest counts
        bench.Now += 999;
        Assert.Equal([360], bench.Decide(2_100_000));
        bench.Now += 1;
        Assert.Equal([360], bench.Decide(1_999_000));
        Assert.Equal([720], bench.Decide(2_100_000));
        bench.Now += 100;
        Assert.Equal([720], bench.Decide(2_100_000));
    }

    [Fact]
    public void A_fall_and_a_return_are_one_way_down_and_one_way_up()
    {
        var bench = new AllocationBench().Add(Camera, PictureRank.Prominent);
        var heights = new List<int>();
        for (var ms = 0; ms < 60_000; ms += 500)
        {
            bench.Now += 500;
            // A line of 3 Mbps, 500 kbps from 20 s to 40 s, as an estimator follows it: down at once, up by 8 % a second and by probes.
            var estimate = ms < 20_000 ? 2_800_000 : ms < 40_000 ? 450_000 : Math.Min(2_800_000, 450_000 + (ms - 40_000) * 300);
            var height = bench.Decide(estimate)[0];
            if (heights.Count == 0 || heights[^1] != height) heights.Add(height);
            if (ms >= 52_000) Assert.Equal(720, height);
        }
        Assert.Equal([720, 360, 720], heights);
    }
}
