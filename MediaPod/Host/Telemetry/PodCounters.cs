using System.Diagnostics.Metrics;
using Conference.Contracts.Media;

namespace Conference.MediaPod.Host.Telemetry;

/// <summary>Counts every refusal and every end of the HTTP side under its one name.</summary>
internal sealed class PodCounters
{
    private readonly Counter<long> _refused;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _channels;

    /// <summary>Makes the instruments.</summary>
    public PodCounters(IMeterFactory meters)
    {
        var meter = meters.Create(PodMetrics.MeterName);
        _refused = meter.CreateCounter<long>("media.requests.refused", "{request}", "Requests that the pod refused, by reason.");
        _ended = meter.CreateCounter<long>("media.sessions.ended", "{session}", "Media sessions that ended, by reason.");
        _channels = meter.CreateCounter<long>("media.channels.closed", "{channel}", "Channels that the pod closed, by reason.");
    }

    /// <summary>A request was refused.</summary>
    public void Refused(string reason) => Count(_refused, reason);

    /// <summary>A session ended.</summary>
    public void Ended(SessionEndReason reason) => Count(_ended, reason.ToString());

    /// <summary>The pod closed a channel.</summary>
    public void ChannelClosed(SessionEndReason reason) => Count(_channels, reason.ToString());

    private static void Count(Counter<long> counter, string reason) => counter.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
