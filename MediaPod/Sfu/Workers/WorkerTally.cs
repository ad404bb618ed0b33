using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.MediaPod.Sfu.Workers;

/// <summary>A worker's counters. Written by the worker alone, without locks; others read whole 64-bit values.</summary>
public sealed class WorkerTally
{
    private readonly long[] _drops = new long[DropReasons.Count];
    private readonly int[] _receivers = new int[PathCounters.Bounds.Length + 2];
    private readonly long[] _switches = new long[Enum.GetValues<SwitchReason>().Length];
    private readonly long[] _gaps = new long[GapBounds.Length + 1];
    private readonly long[] _handshakeFailures = new long[Enum.GetValues<DtlsFailure>().Length];

    /// <summary>Open sessions.</summary>
    public int Sessions { get; internal set; }

    /// <summary>Datagrams received.</summary>
    public long DatagramsIn { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long BytesIn { get; internal set; }

    /// <summary>Datagrams handed to the kernel.</summary>
    public long DatagramsOut { get; internal set; }

    /// <summary>Their bytes.</summary>
    public long BytesOut { get; internal set; }

    /// <summary>Media packets sent to receivers, retransmissions not counted.</summary>
    public long Forwarded { get; internal set; }

    /// <summary>Packets sent again on a NACK.</summary>
    public long Retransmitted { get; internal set; }

    /// <summary>Of them, packets of sound.</summary>
    public long SoundForwarded { get; internal set; }

    /// <summary>Packets copied for other workers of their room, once for each.</summary>
    public long Crossed { get; internal set; }

    /// <summary>Packets that came from other workers.</summary>
    public long TakenOver { get; internal set; }

    /// <summary>How long sound was in the worker: from when it was received to when all its copies were handed to the kernel. Counted by copy.</summary>
    public TransitTimes Sound { get; } = new();

    /// <summary>How long pictures were in the worker: from when a packet was received to when its last copy was written. Counted by packet; what the pacer holds back is not in it.</summary>
    public TransitTimes Pictures { get; } = new();

    /// <summary>What is left out of pictures at present.</summary>
    public OverloadLevel Overload { get; internal set; }

    /// <summary>How often more was left out.</summary>
    public long Overloads { get; internal set; }

    /// <summary>Missing packets that publishers were asked for.</summary>
    public long Requested { get; internal set; }

    /// <summary>Packets that receivers asked for again.</summary>
    public long Missed { get; internal set; }

    /// <summary>Packets of sound sent with more redundancy than they came with.</summary>
    public long RedundancyAdded { get; internal set; }

    /// <summary>Packets of sound sent with less redundancy than they came with.</summary>
    public long RedundancyRemoved { get; internal set; }

    /// <summary>Packets that were lost on the way from their publisher and found in later ones.</summary>
    public long RedundancyRecovered { get; internal set; }
    /// <summary>How often slots changed their layer, by <see cref="SwitchReason"/>.</summary>
    internal void LayerSwitched(SwitchReason reason) => _switches[(int)reason]++;

    /// <summary>A slot showed nothing new for so long, between the stop of one encoding and the key frame of another.</summary>
    internal void SwitchGap(long microseconds)
    {
        var bucket = 0;
        while (bucket < GapBounds.Length && microseconds > GapBounds[bucket] * 1000L) bucket++;
        _gaps[bucket]++;
    }

    /// <summary>Upper bounds of the gaps that are counted apart, in milliseconds; the last count is of all above.</summary>
    public static ImmutableArray<int> GapBounds { get; } = [50, 100, 150, 200, 250, 300, 500, 1000, 2000];

    /// <summary>What allocations last came to, over all receivers.</summary>
    internal AllocationTotals Allocations { get; set; }

    /// <summary>Key frame requests sent.</summary>
    public long KeyFrameRequests { get; internal set; }

    /// <summary>CPU time of the thread in nanoseconds.</summary>
    public long CpuNanoseconds { get; internal set; }

    /// <summary>Native memory for packets.</summary>
    public long PacketMemoryBytes { get; internal set; }

    /// <summary>Faults of ours that were survived; 0 in a sound program.</summary>
    public long Faults { get; private set; }

    /// <summary>The last of them, for <c>/debug</c>.</summary>
    public string? LastFault { get; private set; }

    /// <summary>Probes sent.</summary>
    public long Probes { get; internal set; }

    /// <summary>Padding sent.</summary>
    public long ProbeBytes { get; internal set; }

    /// <summary>Packets that waited in a pacer.</summary>
    public long Paced { get; internal set; }

    /// <summary>Packets that wait in pacers, as of the last second.</summary>
    public int Waiting { get; private set; }

    /// <summary>How often a reason applied.</summary>
    public long this[DropReason reason] => Volatile.Read(ref _drops[(int)reason]);

    /// <summary>Counts a drop; <see cref="DropReason.None"/> counts nothing that anybody reads.</summary>
    internal void Drop(DropReason reason) => _drops[(int)reason]++;

    internal void Drop(DropReason reason, long times) => _drops[(int)reason] += times;

    /// <summary>Counts receivers by what their paths carry. Once a second.</summary>
    internal void CountPaths(List<MediaSession> sessions)
    {
        Span<int> receivers = stackalloc int[_receivers.Length];
        receivers.Clear();
        var waiting = 0;
        foreach (var session in sessions)
        {
            if (!session.Connected || session.Slots.Count == 0) continue;
            receivers[PathCounters.Place(session.Transport.Bandwidth.BitsPerSecond)]++;
            waiting += session.Transport.Pacer.Packets;
        }
        receivers.CopyTo(_receivers);
        Waiting = waiting;
    }

    internal void Fault(Exception fault)
    {
        Faults++;
        LastFault = fault.ToString();
    }

    internal void HandshakeFailed(DtlsFailure failure) => _handshakeFailures[(int)failure]++;

    /// <summary>All counters as they are now.</summary>
    /// <param name="worker">The index to report.</param>
    public WorkerCounters Read(int worker)
    {
        var drops = ImmutableArray.CreateBuilder<long>(_drops.Length);
        drops.Add(0);
        for (var i = 1; i < _drops.Length; i++) drops.Add(Volatile.Read(ref _drops[i]));
        return new WorkerCounters(
            worker, Sessions, DatagramsIn, BytesIn, DatagramsOut, BytesOut, Forwarded, Retransmitted, KeyFrameRequests, CpuNanoseconds, PacketMemoryBytes, drops.MoveToImmutable(),
            [.. _handshakeFailures], Faults, LastFault,
            new RepairCounters(Requested, Missed, RedundancyAdded, RedundancyRemoved, RedundancyRecovered),
            new PathCounters([.. _receivers], Probes, ProbeBytes, Paced, Waiting), [.. _switches], [.. _gaps], Allocations,
            new LoadCounters(Sound.Read(), Pictures.Read(), Overload, Overloads), new CrossingCounters(Crossed, TakenOver));
    }
}
