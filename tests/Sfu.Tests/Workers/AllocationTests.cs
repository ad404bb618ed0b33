using Conference.MediaPod.Sfu.Sessions;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

public sealed class AllocationTests
{
    [Fact]
    public async Task Nothing_is_allocated_for_forwarded_packets()
    {
        var time = new SteppingTime();
        await using var rig = new WorkerRig(time);
        var ann = rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        for (var i = 0; i < 10; i++) rig.Connect($"v{i}", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000));
        rig.Port.Keeps = false;
        // Two rounds: the first warms up code, pools and the receive windows.
        var warm = Datagrams(0);
        var measured = Datagrams(3_000);
        Run(rig, time, ann, warm);
        var (forwarded, before) = (rig.Worker.Tally.Forwarded, GC.GetAllocatedBytesForCurrentThread());
        Run(rig, time, ann, measured);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(3_000L * 2 * 10, rig.Worker.Tally.Forwarded - forwarded);
        Assert.Equal(0, allocated);

        List<byte[]> Datagrams(int from)
        {
            var list = new List<byte[]>();
            for (var i = from; i < from + 3_000; i++)
            {
                list.Add(ann.Protect(Audio("0", 11, (ushort)i, 30)));
                list.Add(ann.Protect(Video("1", 22, (ushort)i, (uint)i * 3000, key: i == 0, pictureId: (ushort)i, transportSequence: (ushort)i)));
            }
            return list;
        }
    }

    private static void Run(WorkerRig rig, SteppingTime time, RigClient ann, List<byte[]> datagrams)
    {
        for (var i = 0; i < datagrams.Count; i++)
        {
            rig.Port.Put(datagrams[i], ann.Path);
            if (i % 8 != 7) continue;
            time.Ticks += TimeSpan.TicksPerMillisecond * 15;
            rig.Turn();
        }
        rig.Turn();
    }

    /// <summary>A clock that allocates nothing when it moves.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        public long Ticks { get; set; } = TimeSpan.TicksPerDay * 700_000;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;

        public override DateTimeOffset GetUtcNow() => new(Ticks, TimeSpan.Zero);
    }
}
