using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Globalization;
using Conference.MediaPod.Host.Sessions;
using Conference.MediaPod.Sfu;
using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Transports;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Host.Telemetry;

/// <summary>The media server's counters as instruments, read when somebody scrapes.</summary>
internal sealed class PodMetrics : IDisposable
{
    /// <summary>The pod's one meter.</summary>
    public const string MeterName = "Conference.MediaPod";

    private readonly Meter _meter;
    private readonly MediaServer _server;

    /// <summary>Makes the instruments.</summary>
    public PodMetrics(IMeterFactory meters, MediaSessions sessions)
    {
        _server = sessions.Server;
        _meter = meters.Create(MeterName);
        _meter.CreateObservableUpDownCounter("media.sessions", () => (long)sessions.Count, "{session}", "Open media sessions.");
        _meter.CreateObservableUpDownCounter("media.rooms", () => (long)sessions.Rooms.Count, "{room}", "Media rooms with somebody in them.");
        Total("media.datagrams.received", "{datagram}", "UDP datagrams received.", c => c.DatagramsIn);
        Total("media.bytes.received", "By", "UDP payload bytes received.", c => c.BytesIn);
        Total("media.datagrams.sent", "{datagram}", "UDP datagrams handed to the kernel.", c => c.DatagramsOut);
        Total("media.bytes.sent", "By", "UDP payload bytes sent.", c => c.BytesOut);
        Total("media.packets.forwarded", "{packet}", "Media packets sent to receivers, retransmissions not counted.", c => c.PacketsForwarded);
        Total("media.crossings.sent", "{packet}", "Packets copied for other workers of their room, once for each.", c => c.Crossings.Sent);
        Total("media.crossings.taken", "{packet}", "Packets that came from other workers.", c => c.Crossings.Taken);
        Total("media.packets.retransmitted", "{packet}", "Packets sent again because a receiver missed them.", c => c.Retransmissions);
        Total("media.packets.requested", "{packet}", "Missing packets that publishers were asked for.", c => c.Repairs.Requested);
        Total("media.packets.missed", "{packet}", "Packets that receivers asked for again.", c => c.Repairs.Missed);
        Total("media.redundancy.added", "{packet}", "Packets of sound sent with more redundancy than they came with.", c => c.Repairs.RedundancyAdded);
        Total("media.redundancy.removed", "{packet}", "Packets of sound sent with less redundancy than they came with.", c => c.Repairs.RedundancyRemoved);
        Total("media.redundancy.recovered", "{packet}", "Packets of sound that never came and were found in later ones.", c => c.Repairs.RedundancyRecovered);
        _meter.CreateObservableUpDownCounter("media.receivers", Receivers, "{receiver}", "Connected receivers, by what their path is estimated to carry.");
        Total("media.probes", "{probe}", "Probes for more bandwidth.", c => c.Paths.Probes);
        Total("media.probe.bytes", "By", "Padding sent by probes.", c => c.Paths.ProbeBytes);
        Total("media.packets.paced", "{packet}", "Packets that were not sent at once because they exceed a burst.", c => c.Paths.PacketsPaced);
        _meter.CreateObservableUpDownCounter("media.pacer.packets", () => _server.Counters.Select(c => new Measurement<long>(c.Paths.PacketsWaiting, Worker(c))), "{packet}", "Packets that wait in receivers' pacers.");
        Total("media.keyframes.requested", "{request}", "Key frame requests sent to publishers.", c => c.KeyFrameRequests);
        _meter.CreateObservableCounter("media.layer.switches", () => ByReason(c => c.LayerSwitches, reason => ((SwitchReason)reason).ToString()), "{switch}", "Changes of a slot's layer, by reason.");
        _meter.CreateObservableCounter("media.layer.gaps", Gaps, "{gap}", "Times in which a slot showed nothing new while it went over to a smaller encoding, by upper bound in milliseconds (cumulative).");
        Level("media.allocation.allocated", "bit/s", "What receivers are to be sent.", c => c.Allocations.AllocatedBitsPerSecond);
        Level("media.allocation.demanded", "bit/s", "What receivers would be sent if their connections carried it.", c => c.Allocations.DemandedBitsPerSecond);
        Level("media.slots.paused", "{slot}", "Slots that are paused because their receiver's connection does not carry them.", c => c.Allocations.PausedSlots);
        _meter.CreateObservableCounter("media.worker.cpu", () => _server.Counters.Select(c => new Measurement<double>(c.CpuNanoseconds / 1e9, Worker(c))), "s", "CPU time of each worker's thread.");
        _meter.CreateObservableUpDownCounter("media.packet.memory", () => _server.Counters.Select(c => new Measurement<long>(c.PacketMemoryBytes, Worker(c))), "By", "Native memory taken for packets.");
        _meter.CreateObservableCounter("media.drops", Drops, "{datagram}", "Datagrams and packets dropped, by named reason.");
        _meter.CreateObservableCounter("media.transit", Transit, "{packet}", "Packets by kind and by the time that they were in the worker: at most le seconds, or more (+Inf). Sound is counted by copy, until it has left.");
        _meter.CreateObservableUpDownCounter("media.overload", () => _server.Counters.Select(c => new Measurement<long>((long)c.Load.Overload, Worker(c))), "{level}", "What each worker leaves out of pictures because it has more to do than it can: 0 nothing, 1 frames, 2 lines, 3 all but prominent ones.");
        Total("media.overloads", "{raise}", "How often a worker left out more than before.", c => c.Load.Raises);
        _meter.CreateObservableUpDownCounter("media.handshakes", () => (long)_server.Handshakes.UnderWay, "{handshake}", "DTLS handshakes under way.");
        _meter.CreateObservableCounter("media.handshakes.deferred", () => _server.Handshakes.Deferred, "{datagram}", "First datagrams dropped because as many handshakes as allowed were under way.");
        _meter.CreateObservableCounter("media.handshakes.failed", HandshakeFailures, "{handshake}", "DTLS handshakes that failed, by named reason.");
        Total("media.worker.faults", "{fault}", "Faults of the program that a worker survived; the last one of each stands in /debug/workers.", c => c.Faults);
        _meter.CreateObservableCounter("media.listener.faults", () => _server.ListenerFailures, "{fault}", "Faults of the program in what hears of sessions and rooms.");
    }

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private void Total(string name, string unit, string description, Func<WorkerCounters, long> value) =>
        _meter.CreateObservableCounter(name, () => _server.Counters.Select(c => new Measurement<long>(value(c), Worker(c))), unit, description);

    private void Level(string name, string unit, string description, Func<WorkerCounters, long> value) =>
        _meter.CreateObservableUpDownCounter(name, () => _server.Counters.Select(c => new Measurement<long>(value(c), Worker(c))), unit, description);

    private IEnumerable<Measurement<long>> Gaps()
    {
        foreach (var counters in _server.Counters)
        {
            var sum = 0L;
            for (var i = 0; i < counters.SwitchGaps.Length; i++)
            {
                sum += counters.SwitchGaps[i];
                var bound = i < WorkerTally.GapBounds.Length ? WorkerTally.GapBounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                yield return new(sum, Worker(counters), new("bound", bound));
            }
        }
    }

    // As a histogram of Prometheus is: each range holds those below it as well.
    private IEnumerable<Measurement<long>> Transit()
    {
        foreach (var counters in _server.Counters)
        {
            foreach (var (kind, counts) in new[] { ("sound", counters.Load.SoundTransit), ("picture", counters.Load.PictureTransit) })
            {
                var sum = 0L;
                for (var i = 0; i < counts.Length; i++)
                {
                    sum += counts[i];
                    var le = i < TransitTimes.Bounds.Length ? (TransitTimes.Bounds[i] / 1e6).ToString(CultureInfo.InvariantCulture) : "+Inf";
                    yield return new(sum, Worker(counters), new("kind", kind), new("le", le));
                }
            }
        }
    }

    private IEnumerable<Measurement<long>> Drops() => ByReason(c => c.Drops, reason => ((DropReason)reason).ToString());

    private IEnumerable<Measurement<long>> HandshakeFailures() => ByReason(c => c.HandshakeFailures, reason => ((DtlsFailure)reason).ToString());

    private IEnumerable<Measurement<long>> Receivers()
    {
        foreach (var counters in _server.Counters)
        {
            var receivers = counters.Paths.Receivers;
            for (var i = 0; i < receivers.Length; i++) yield return new(receivers[i], Worker(counters), new("estimate", EstimateLabel(i)));
        }
    }

    // Such as below_500k: what a dashboard stacks.
    private static string EstimateLabel(int place) =>
        place == 0 ? "unknown" : place > PathCounters.Bounds.Length ? "more" : $"below_{(PathCounters.Bounds[place - 1] / 1000).ToString(CultureInfo.InvariantCulture)}k";

    private IEnumerable<Measurement<long>> ByReason(Func<WorkerCounters, ImmutableArray<long>> values, Func<int, string> name)
    {
        foreach (var counters in _server.Counters)
        {
            var counts = values(counters);
            for (var reason = 0; reason < counts.Length; reason++)
                if (counts[reason] > 0) yield return new(counts[reason], Worker(counters), new("reason", name(reason)));
        }
    }

    private static KeyValuePair<string, object?> Worker(WorkerCounters counters) => new("worker", counters.Worker);
}
