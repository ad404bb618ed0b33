using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Rtp;
using Conference.Sfu.Tests.Sessions;
using Conference.Sfu.Tests.Workers;
using Conference.Wire.Tests.Fuzz;

namespace Conference.Benchmarks.Fuzz;

/// <summary>
/// Damaged datagrams into the worker's own loop, with sessions that send and receive: raw ones, and ones that were damaged before they were protected, so that they pass authentication and reach everything
/// behind it. Owned by one thread.
/// </summary>
internal sealed class IngressFuzz(int seed)
{
    private const int PerRig = 50_000, PerTurn = 64;
    private const int LeastRtp = 12, LeastRtcp = 8;

    private readonly Random _random = new(seed);
    private readonly Mutator _mutator = new(seed, 1280);
    private readonly Dictionary<uint, ushort> _sequences = [];

    private static readonly byte[][] Media =
    [
        MediaSamples.Audio("0", 11, 1, 30), MediaSamples.Video("1", 22, 1, 0), .. FuzzSeeds.Rtp,
    ];

    /// <summary>Feeds it; throws where the worker does.</summary>
    public async Task RunAsync(long inputs)
    {
        for (var done = 0L; done < inputs; done += PerRig)
        {
            await using var rig = new WorkerRig();
            rig.Port.Keeps = false;
            var sender = rig.Connect("ann", MediaSamples.Sends("0", TrackSource.Microphone), MediaSamples.Sends("1", TrackSource.Camera));
            var simulcast = rig.Connect("cyd", MediaSamples.Sends("0", TrackSource.Microphone), MediaSamples.Sends("1", TrackSource.Camera, "q", "h", "f"));
            var receiver = rig.Connect("bob", MediaSamples.Slot("0", TrackSource.Microphone, 1000), MediaSamples.Slot("1", TrackSource.Camera, 2000));
            _sequences.Clear();
            for (var i = 0; i < Math.Min(PerRig, inputs - done); i++)
            {
                Put(rig, _random.Next(3) switch { 0 => sender, 1 => simulcast, _ => receiver });
                if (i % PerTurn != 0) continue;
                rig.Time.Advance(TimeSpan.FromMilliseconds(1));
                rig.Turn();
            }
            rig.Turn();
            if (rig.Worker.Tally.Faults > 0) throw new InvalidOperationException($"the worker survived a fault of its own: {rig.Worker.Tally.LastFault}");
        }
    }

    private void Put(WorkerRig rig, RigClient client)
    {
        switch (_random.Next(6))
        {
            case 0:
                rig.Port.Put(_mutator.Next([.. FuzzSeeds.Stun, client.CheckBytes(client.Media.LocalPassword)]).ToArray(), client.Path);
                break;
            case 1:
                rig.Port.Put(_mutator.Next(Media).ToArray(), client.Path);
                break;
            case 2 or 3:
                PutProtected(client, _mutator.Next(Media).ToArray());
                break;
            default:
                var control = _mutator.Next(FuzzSeeds.Rtcp).ToArray();
                if (control.Length >= LeastRtcp) client.PutRtcp(control);
                break;
        }
    }

    // Sequence numbers go on, as the index of a protected packet has to.
    private void PutProtected(RigClient client, byte[] packet)
    {
        if (packet.Length < LeastRtp || !RtpHeader.TryParseProtected(packet, out _)) return;
        var ssrc = BinaryPrimitives.ReadUInt32BigEndian(packet.AsSpan(8));
        ref var sequence = ref CollectionsMarshal.GetValueRefOrAddDefault(_sequences, ssrc, out _);
        sequence += (ushort)(1 + (_random.Next(10) == 0 ? _random.Next(300) : 0));
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(2), sequence);
        client.Put(packet);
    }
}
