using System.Diagnostics.Metrics;
using Conference.Silo.Grains.Meetings;
using Conference.Silo.Journal;
using Conference.Silo.Meetings;

namespace Conference.Silo.Telemetry;

/// <summary>What a silo counts. Names are lower case with dots; every refusal is counted under its own name.</summary>
public sealed class SiloMetrics
{
    private readonly Counter<long> _commands;
    private readonly Counter<long> _appendFailures;
    private readonly Counter<long> _refusals;
    private readonly Counter<long> _socketsClosed;
    private readonly UpDownCounter<long> _sockets;
    private readonly Counter<long> _fanOut;
    private readonly Counter<long> _resyncs;
    private readonly Histogram<double> _joins;

    /// <summary>Makes the instruments.</summary>
    public SiloMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Conference.Silo");
        _commands = meter.CreateCounter<long>("conference.silo.commands", description: "Commands of meetings, by kind and outcome");
        _appendFailures = meter.CreateCounter<long>("conference.silo.append.failures", description: "Appends that failed and dropped their meeting's activation, by result");
        _refusals = meter.CreateCounter<long>("conference.silo.refusals", description: "Requests refused, by reason");
        _socketsClosed = meter.CreateCounter<long>("conference.silo.signal.closed", description: "Signaling sockets that the silo closed, by reason");
        _sockets = meter.CreateUpDownCounter<long>("conference.silo.signal.sockets", description: "Open signaling sockets");
        _fanOut = meter.CreateCounter<long>("conference.silo.signal.sent", description: "Events queued to signaling sockets");
        _resyncs = meter.CreateCounter<long>("conference.silo.signal.resyncs", description: "Sockets that got a new snapshot, by cause");
        _joins = meter.CreateHistogram("conference.silo.join.duration", "s", "Time of a join from the click to each step, as clients tell it", tags: null,
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 2, 5, 10, 30] });
    }

    /// <summary>A client told when its join reached a step.</summary>
    public void Joined(string step, TimeSpan after) => _joins.Record(after.TotalSeconds, new KeyValuePair<string, object?>("step", step));

    /// <summary>A command was answered.</summary>
    public void Commanded(MeetingCommand command, Decision decision)
    {
        if (!_commands.Enabled) return;
        var kind = command is FromClient c ? c.Message.GetType().Name : command.GetType().Name;
        var outcome = decision.Answer switch
        {
            Refused r => r.Reason.ToString(),
            JoinRefused r => r.Reason.ToString(),
            StreamRefused r => r.Reason.ToString(),
            MeetingRefused r => r.Reason.ToString(),
            _ => "Done",
        };
        _commands.Add(1, new KeyValuePair<string, object?>("kind", kind), new KeyValuePair<string, object?>("outcome", outcome));
    }

    /// <summary>An append failed.</summary>
    public void AppendFailed(AppendResult result) => _appendFailures.Add(1, new KeyValuePair<string, object?>("result", result.GetType().Name));

    /// <summary>A request was refused before it was a command.</summary>
    public void RequestRefused(string reason) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", reason));

    /// <summary>A signaling socket was opened.</summary>
    public void SocketOpened() => _sockets.Add(1);

    /// <summary>A signaling socket is gone; null: its client closed it.</summary>
    public void SocketClosed(string? reason)
    {
        _sockets.Add(-1);
        if (reason is not null) _socketsClosed.Add(1, new KeyValuePair<string, object?>("reason", reason));
    }

    /// <summary>Events were queued to sockets.</summary>
    public void FannedOut(int count) => _fanOut.Add(count);

    /// <summary>A socket got a snapshot.</summary>
    public void Resynced(string cause) => _resyncs.Add(1, new KeyValuePair<string, object?>("cause", cause));
}
