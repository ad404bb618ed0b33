using Conference.MediaPod.Host.Agent;
using Conference.MediaPod.Host.Plans;
using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Tests;

public sealed class RoomReportTests
{
    [Fact]
    public void The_same_room_has_the_same_hash_whatever_the_order()
    {
        MediaParticipantState ann = new("ann", 1, true, [TrackSource.Microphone, TrackSource.Camera]), bob = new("bob", 1, false, []);
        var one = RoomReports.Of(new("m1", [ann, bob]));
        var two = RoomReports.Of(new("m1", [bob, ann with { Publishing = [TrackSource.Camera, TrackSource.Microphone] }]));
        Assert.Equal(one.Hash, two.Hash);
        Assert.NotEqual(one.Hash, RoomReports.Of(new("m1", [ann, bob with { Connected = true }])).Hash);
        Assert.NotEqual(one.Hash, RoomReports.Of(new("m1", [ann])).Hash);
    }

    [Theory]
    [InlineData(250, 0, 0, 0.5)]
    [InlineData(0, 900e6, 0.1, 0.9)]
    [InlineData(100, 100e6, 0.7, 0.7)]
    [InlineData(1000, 5e9, 1.2, 1)]
    public void Load_is_the_largest_of_its_inputs(int sessions, double egress, double cpu, double expected) =>
        Assert.Equal(expected, PodLoads.Of(new MediaLoad(sessions, 0, egress, 1, cpu), new(500, 1000)).Value, 6);
}
