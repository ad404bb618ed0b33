using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Slots;

namespace Conference.Sfu.Tests.Slots;

/// <summary>Cases V1 to V5 of docs/slots.md.</summary>
public sealed class VideoSlotAssignmentTests
{
    private const int Empty = AudioSlotAssignment.Empty;

    [Fact]
    public void V1_what_is_wanted_twice_takes_one_slot_at_the_larger_height()
    {
        var slots = Cameras(Empty, Empty);
        Assert.True(VideoSlotAssignment.Assign([Wants(7, 180, 5), Wants(7, 720, 1)], slots));
        Assert.Equal([7, Empty], Contents(slots));
        Assert.Equal(720, slots[0].MaxHeight);
    }

    [Fact]
    public void V2_a_demand_that_continues_keeps_its_slot_and_takes_over_the_height()
    {
        var slots = Cameras(1, 2, 3);
        Assert.False(VideoSlotAssignment.Assign([Wants(3, 90), Wants(1, 720), Wants(2, 180)], slots));
        Assert.Equal([1, 2, 3], Contents(slots));
        Assert.Equal([720, 180, 90], slots.Select(s => s.MaxHeight));
    }

    [Fact]
    public void V2_a_demand_that_ended_leaves_its_slot() => Expect(Cameras(1, 2, 3), [Wants(1), Wants(3)], [1, Empty, 3]);

    [Fact]
    public void V3_new_demands_take_free_slots_by_priority() => Expect(Cameras(1, Empty, Empty), [Wants(5, priority: 9), Wants(6, priority: 2), Wants(1)], [1, 6, 5]);

    [Fact]
    public void V4_with_too_few_slots_the_last_priorities_go_without() => Expect(Cameras(1, 2), [Wants(1, priority: 9), Wants(2, priority: 1), Wants(3, priority: 0)], [3, 2]);

    [Fact]
    public void V5_screens_go_to_screen_slots_and_cameras_never_do()
    {
        VideoSlot[] slots = [new(TrackSource.Camera, Empty, 0), new(TrackSource.Screen, Empty, 0)];
        VideoSlotAssignment.Assign([Wants(1), Wants(2), new(9, TrackSource.Screen, 1080, 50)], slots);
        Assert.Equal([1, 9], Contents(slots));
    }

    [Fact]
    public void V5_without_a_screen_slot_a_screen_takes_a_camera_slot() =>
        Expect(Cameras(1, 2), [new(9, TrackSource.Screen, 1080, 0), Wants(1, priority: 1), Wants(2, priority: 2)], [1, 9]);

    private static void Expect(VideoSlot[] slots, WantedPicture[] wanted, int[] expected)
    {
        VideoSlotAssignment.Assign(wanted, slots);
        Assert.Equal(expected, Contents(slots));
        Assert.False(VideoSlotAssignment.Assign(wanted, slots)); // the decision is stable
    }

    private static VideoSlot[] Cameras(params int[] contents) => [.. contents.Select(c => new VideoSlot(TrackSource.Camera, c, 360))];

    private static int[] Contents(VideoSlot[] slots) => [.. slots.Select(s => s.PublicationId)];

    private static WantedPicture Wants(int id, int height = 360, int priority = 0) => new(id, TrackSource.Camera, height, priority);
}
