using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Allocation;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>How busy the workers are, over the last whole second.</summary>
/// <param name="Sessions">Open sessions.</param>
/// <param name="PacketsPerSecond">Media packets sent to receivers.</param>
/// <param name="EgressBitsPerSecond">Bits sent in UDP payloads.</param>
/// <param name="BusiestWorker">The busiest worker's CPU time as a share of the second, 0 to 1.</param>
/// <param name="AverageWorker">The same of all workers together: who comes is placed where there is room.</param>
public sealed record MediaLoad(int Sessions, double PacketsPerSecond, double EgressBitsPerSecond, double BusiestWorker, double AverageWorker);

/// <summary>The DTLS handshakes of all workers.</summary>
/// <param name="UnderWay">Handshakes that are neither done nor given up.</param>
/// <param name="Associations">Associations open, handshakes included.</param>
/// <param name="Deferred">First datagrams dropped because as many handshakes as allowed were under way; the clients sent them again.</param>
public sealed record HandshakeCounters(int UnderWay, int Associations, long Deferred);

/// <summary>One worker's counters since its start. Written by the worker alone; reading takes no lock.</summary>
/// <param name="Worker">Its index.</param>
/// <param name="Sessions">Open sessions.</param>
/// <param name="DatagramsIn">UDP datagrams received.</param>
/// <param name="BytesIn">Their payload bytes.</param>
/// <param name="DatagramsOut">UDP datagrams handed to the kernel.</param>
/// <param name="BytesOut">Their payload bytes.</param>
/// <param name="PacketsForwarded">Media packets sent to receivers, retransmissions not counted.</param>
/// <param name="Retransmissions">Packets sent again on a receiver's NACK.</param>
/// <param name="KeyFrameRequests">Key frame requests sent to publishers.</param>
/// <param name="CpuNanoseconds">CPU time of the worker's thread.</param>
/// <param name="PacketMemoryBytes">Native memory taken for packets and rings.</param>
/// <param name="Drops">Drops by <see cref="DropReason"/> value.</param>
/// <param name="HandshakeFailures">Failed handshakes by <see cref="Transports.DtlsFailure"/> value.</param>
/// <param name="Faults">Faults of the program that the worker survived; 0 in a sound one.</param>
/// <param name="LastFault">The last of them.</param>
/// <param name="Repairs">What was done about loss.</param>
/// <param name="Paths">What receivers' paths carry.</param>
/// <param name="LayerSwitches">How often slots changed their layer, by <see cref="SwitchReason"/> value.</param>
/// <param name="SwitchGaps">Gaps between the stop of one encoding and the key frame of another, by the bounds of <see cref="Workers.WorkerTally.GapBounds"/>; not cumulative.</param>
/// <param name="Allocations">What all receivers' allocations come to now.</param>
/// <param name="Load">How long packets were here, and what was left out.</param>
/// <param name="Crossings">What went to and came from other workers.</param>
public sealed record WorkerCounters(
    int Worker, int Sessions, long DatagramsIn, long BytesIn, long DatagramsOut, long BytesOut, long PacketsForwarded, long Retransmissions,
    long KeyFrameRequests, long CpuNanoseconds, long PacketMemoryBytes, ImmutableArray<long> Drops, ImmutableArray<long> HandshakeFailures, long Faults, string? LastFault,
    RepairCounters Repairs, PathCounters Paths, ImmutableArray<long> LayerSwitches, ImmutableArray<long> SwitchGaps, AllocationTotals Allocations, LoadCounters Load,
    CrossingCounters Crossings);

/// <summary>Packets of rooms that live on several workers (docs/workers.md).</summary>
/// <param name="Sent">Packets copied for other workers, once for each.</param>
/// <param name="Taken">Packets that came from other workers.</param>
public sealed record CrossingCounters(long Sent, long Taken);

/// <summary>Whether one worker keeps up (docs/overload.md).</summary>
/// <param name="SoundTransit">Copies of sound by the time that they were in the worker, in the ranges of <see cref="Workers.TransitTimes.Bounds"/>.</param>
/// <param name="PictureTransit">Packets of pictures likewise.</param>
/// <param name="Overload">What is left out of pictures because there is more to do than can be done.</param>
/// <param name="Raises">How often more was left out.</param>
public sealed record LoadCounters(ImmutableArray<long> SoundTransit, ImmutableArray<long> PictureTransit, Workers.OverloadLevel Overload, long Raises);

/// <summary>What one worker did about lost packets, since its start (docs/repair.md).</summary>
/// <param name="Requested">Missing packets that publishers were asked for.</param>
/// <param name="Missed">Packets that receivers asked for again.</param>
/// <param name="RedundancyAdded">Packets of sound sent with more redundancy than they came with.</param>
/// <param name="RedundancyRemoved">Packets of sound sent with less.</param>
/// <param name="RedundancyRecovered">Packets that never came and were found in later ones.</param>
public sealed record RepairCounters(long Requested, long Missed, long RedundancyAdded, long RedundancyRemoved, long RedundancyRecovered);
