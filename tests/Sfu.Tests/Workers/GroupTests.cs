using Conference.MediaPod.Sfu.Sessions;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>Breakout rooms: one media room, in which only those of a group hear and see each other.</summary>
public sealed class GroupTests : IAsyncDisposable
{
    private readonly WorkerRig _rig = new();

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    [Fact]
    public void Sound_and_pictures_stay_in_the_group_and_follow_into_another()
    {
        var ann = _rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        var bob = _rig.Connect("bob", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        Assert.Equal(2, Arrived(1));
        _rig.Worker.ApplyPolicy("room", "bob", PublishPolicy.Everything with { Group = "1" });
        Assert.Equal(0, Arrived(2));
        _rig.Worker.ApplyPolicy("room", "ann", PublishPolicy.Everything with { Group = "1" });
        Assert.Equal(2, Arrived(3));
        _rig.Worker.ApplyPolicy("room", "bob", PublishPolicy.Everything);
        Assert.Equal(0, Arrived(4));
        _rig.Worker.ApplyPolicy("room", "ann", PublishPolicy.Everything);
        Assert.Equal(2, Arrived(5));

        int Arrived(int number)
        {
            _rig.Pass(20);
            ann.Send(Audio("0", 11, (ushort)number, 10), Video("1", 22, (ushort)(100 + number), (uint)(9000 * number), key: true, pictureId: (ushort)number));
            return bob.Read().Rtp.Count;
        }
    }
}
