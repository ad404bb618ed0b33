using System.Globalization;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Native;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Workers;
using Conference.MediaPod.Wire.Rtcp;
using static Conference.Sfu.Tests.Sessions.MediaSamples;

namespace Conference.Sfu.Tests.Workers;

/// <summary>What a worker does between two looks at its socket is bounded, and sound does not wait for it (docs/overload.md, "On the way through a worker").</summary>
public sealed class SoundFirstTests
{
    private const int LargePacket = 900;

    private readonly SlowTime _time = new();

    [Fact]
    public async Task Sound_leaves_before_the_socket_is_looked_at_again()
    {
        await using var rig = new WorkerRig(_time);
        var ann = Meet(rig, receivers: 20, out _);
        rig.Port.Forget();
        ann.Put(Audio("0", 11, 1, 30));
        for (ushort i = 1; i < 100; i++) ann.Put(Video("1", 22, i, 3000, start: i == 1, marker: i == 99, pictureId: 1));
        rig.Worker.Turn();
        Assert.Equal([$"received {ReceiveBatch.Capacity}", "sound 20", $"received {100 - ReceiveBatch.Capacity}"], rig.Port.Calls.Take(3));
        Assert.DoesNotContain(rig.Port.Calls.Skip(3), call => call.StartsWith("sound", StringComparison.Ordinal)); // there was no more
    }

    [Fact]
    public async Task What_pacers_hold_is_sent_in_slices_between_which_sound_passes()
    {
        await using var rig = new WorkerRig(_time);
        var ann = Meet(rig, receivers: 20, out var listeners);
        LargeFrame(ann, rig);
        _time.Now += TimeSpan.FromMilliseconds(12);
        _time.PerLook = TimeSpan.FromMicroseconds(100);
        ann.Put(Audio("0", 11, 1, 30));
        rig.Port.Forget();

        Assert.Equal(0, rig.Worker.Turn()); // there is more to do at once
        Assert.All(rig.Port.Out.Take(20), sent => Assert.True(sent.Datagram.Length < LargePacket));
        Assert.InRange(Served(rig).Count, 1, 3);

        // And everybody has their turn, one slice after the other.
        for (var turns = 0; turns < 40 && Served(rig).Count < 20; turns++) rig.Worker.Turn();
        Assert.Equal(20, Served(rig).Count);
        Assert.All(listeners, listener => Assert.Contains(listener.Path, Served(rig)));
    }

    [Fact]
    public async Task Receivers_who_are_owed_more_than_there_is_memory_for_take_none_from_what_comes_in()
    {
        await using var rig = new WorkerRig(_time, limits: new MediaLimits { PacketMemoryPerWorker = 8 << 20 });
        var ann = Meet(rig, receivers: 30, out var listeners);
        LargeFrame(ann, rig);
        Assert.NotEqual(0, rig.Drops(DropReason.NoBuffer));
        Assert.InRange(rig.Worker.PacketsHeld, 1_000, 3_000);
        foreach (var listener in listeners) listener.Read();
        for (ushort i = 1; i <= 50; i++) ann.Put(Audio("0", 11, i, 30));
        rig.Worker.Turn();
        foreach (var listener in listeners) Assert.Equal(50, listener.Read().Rtp.Count(p => RigClient.Header(p).PayloadType == OpusType));
    }

    [Fact]
    public async Task A_workers_thread_is_urgent_where_the_process_may_make_it_so()
    {
        const int mayBeNice = 23; // CAP_SYS_NICE
        await using var rig = new WorkerRig();
        await using var control = new ControlQueue();
        var port = new WorkerPort(UdpPort.Open(System.Net.IPAddress.Loopback, 0), null);
        using var worker = new MediaWorker(new MediaWorkerOptions
        {
            Port = port, Limits = new MediaLimits(), Control = control, RoomEvents = rig.Rooms, Handshakes = rig, Random = new Random(1), Time = TimeProvider.System,
        });
        using var thread = new WorkerThread(0, worker, port);
        await thread.StopAsync();
        var status = await File.ReadAllLinesAsync("/proc/self/status");
        var capabilities = ulong.Parse(status.Single(l => l.StartsWith("CapEff:", StringComparison.Ordinal))[7..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        if ((capabilities >> mayBeNice & 1) == 1) Assert.Equal(-10, thread.Niceness);
        else Assert.InRange(thread.Niceness, -10, 19);
    }

    private static HashSet<TransportPath> Served(WorkerRig rig) => [.. rig.Port.Out.Where(o => o.Datagram.Length >= LargePacket).Select(o => o.Path)];

    // Everybody gets sound and picture of one, over paths of 5 Mbps.
    private static RigClient Meet(WorkerRig rig, int receivers, out List<RigClient> listeners)
    {
        var ann = rig.Connect("ann", Sends("0", TrackSource.Microphone), Sends("1", TrackSource.Camera));
        listeners = [.. Enumerable.Range(0, receivers).Select(i => rig.Connect($"v{i}", Slot("0", TrackSource.Microphone, 1000), Slot("1", TrackSource.Camera, 2000)))];
        ann.Send(Audio("0", 11, 0, 30), Video("1", 22, 0, 0, key: true));
        foreach (var listener in listeners) listener.SendRtcp((ref RtcpWriter w) => w.TryAddReceiverEstimate(1, 5_000_000, [2000u]));
        rig.Turn();
        foreach (var listener in listeners) Assert.Equal(2, listener.Read().Rtp.Count);
        return ann;
    }

    // Of which ten packets leave at once.
    private static void LargeFrame(RigClient ann, WorkerRig rig)
    {
        for (ushort i = 1; i <= 200; i++) ann.Put(Video("1", 22, i, 3000, start: i == 1, marker: i == 200, pictureId: 1));
        rig.Turn();
    }
}
