using System.Diagnostics;
using Conference.Contracts.Meetings;
using Conference.Contracts.Signaling;
using Conference.Hosting.Tracing;
using Conference.Silo.Telemetry;

namespace Conference.Silo.Signaling;

/// <summary>Takes down how long a join took: a figure per step, and the span that ties the trace together (docs/tracing.md T4).</summary>
internal sealed class JoinTimesHandler(SiloMetrics metrics, TimeProvider time) : ISignalHandler
{
    private const int Longest = 600_000;

    public Type Message => typeof(JoinTimes);

    public Task HandleAsync(SignalSession session, ClientMessage message)
    {
        var steps = Steps((JoinTimes)message).Where(s => s.After is not null).Select(s => (s.Name, After: s.After!.Value)).ToList();
        if (steps.Any(s => s.After is < 0 or > Longest)) session.Outbox.Send(new Refused(CommandRefusal.Malformed));
        else if (session.TakesTimes()) Take(session, steps);
        return Task.CompletedTask;
    }

    private static IEnumerable<(string Name, int? After)> Steps(JoinTimes times) =>
        [("joined", times.Joined), ("signaling", times.Signaling), ("answer", times.Answer), ("ice", times.Ice), ("dtls", times.Dtls), ("first-frame", times.FirstFrame)];

    private void Take(SignalSession session, List<(string Name, int After)> steps)
    {
        foreach (var (name, after) in steps) metrics.Joined(name, TimeSpan.FromMilliseconds(after));
        if (session.Trace.TraceId == default) return;
        // The client tells durations, not times: its clock is its own. The last step is now.
        var end = time.GetUtcNow();
        var click = end - TimeSpan.FromMilliseconds(steps.Max(s => s.After));
        using var span = ServiceTracing.Source.StartActivity("join", ActivityKind.Internal, session.Trace, startTime: click);
        foreach (var (name, after) in steps) span?.AddEvent(new ActivityEvent(name, click + TimeSpan.FromMilliseconds(after)));
        span?.SetEndTime(end.UtcDateTime);
    }
}
