using System.Collections.Frozen;
using System.Diagnostics;
using OpenTelemetry;

namespace Conference.Hosting.Tracing;

/// <summary>What leaves the process of a span (docs/tracing.md T2, T3): no URL (it holds join codes, session ids and stream keys) and no address of a person, only what is listed here.</summary>
public sealed class SpanPolicy : BaseProcessor<Activity>
{
    private static readonly FrozenSet<string> Kept = FrozenSet.ToFrozenSet(
    [
        "http.request.method", "http.route", "http.response.status_code", "server.address", "server.port", "url.scheme", "network.protocol.version", "error.type",
    ]);

    private static readonly FrozenSet<string> Uninteresting = FrozenSet.ToFrozenSet(["/healthz", "/readyz", "/metrics"]);

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (IsNoise(data))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }
        foreach (var (name, _) in data.TagObjects.ToList())
            if (!Kept.Contains(name) && !name.StartsWith("conference.", StringComparison.Ordinal)) data.SetTag(name, null);
    }

    // A WebSocket's request lasts as long as the socket: hours, and without anything in it that its own spans do not say.
    private static bool IsNoise(Activity data) =>
        data.GetTagItem("http.route") is string route && Uninteresting.Contains(route)
        || data.GetTagItem("http.response.status_code") is int and 101;
}
