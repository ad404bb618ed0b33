using System.Text.Json.Nodes;
using System.Threading.Channels;
using Conference.Operator.Cluster.Model;
using Microsoft.Extensions.Logging;

namespace Conference.Operator.Cluster;

/// <summary>How an event is meant.</summary>
public enum EventLevel
{
    /// <summary>All as it should be.</summary>
    Normal,

    /// <summary>Somebody should look.</summary>
    Warning,
}

/// <summary>Who reports events.</summary>
/// <param name="Component">The program, as <c>conference-operator</c>.</param>
/// <param name="Instance">The replica.</param>
public sealed record EventReporter(string Component, string Instance);

/// <summary>
/// Writes events for people, in the background: nobody waits for them, and a server that takes none costs nothing but them. What happens again within
/// <see cref="SameWithin"/> counts up the event that is there instead of making another.
/// </summary>
/// <param name="client">The API.</param>
/// <param name="reporter">Who we are.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Where failures go.</param>
public sealed partial class EventRecorder(KubeClient client, EventReporter reporter, TimeProvider time, ILogger<EventRecorder> logger)
{
    /// <summary>How long the same event is counted up.</summary>
    public static readonly TimeSpan SameWithin = TimeSpan.FromMinutes(10);

    /// <summary>The longest message, in characters; the server takes 1,024 bytes.</summary>
    public const int MaxMessage = 1000;

    private const int MaxWaiting = 512;
    private const int MaxKnown = 1024;

    private readonly Channel<Entry> _waiting = Channel.CreateBounded<Entry>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Dictionary<Sort, Known> _known = [];

    private sealed record Sort(string? Uid, EventLevel Level, string Reason, string Message);

    private sealed record Entry(ObjectReference About, Sort Sort, DateTimeOffset At);

    private sealed record Known(string Name, int Count, DateTimeOffset Last);

    /// <summary>Reports an event; never waits.</summary>
    /// <param name="about">What it is about; with a namespace.</param>
    /// <param name="level">How it is meant.</param>
    /// <param name="reason">A word in Pascal case.</param>
    /// <param name="message">A sentence; cut at <see cref="MaxMessage"/>.</param>
    public void Record(ObjectReference about, EventLevel level, string reason, string message)
    {
        var sort = new Sort(about.Uid, level, reason, message.Length > MaxMessage ? message[..MaxMessage] : message);
        _waiting.Writer.TryWrite(new Entry(about, sort, time.GetUtcNow()));
    }

    /// <summary>Writes events until <paramref name="cancellation"/>, then for at most 2 s those that wait. Does not throw.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (await _waiting.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false)) await WriteWaitingAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // what waits is written below
        }
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
        try
        {
            await WriteWaitingAsync(bound.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            // events are a courtesy
        }
    }

    private async Task WriteWaitingAsync(CancellationToken cancellation)
    {
        while (_waiting.Reader.TryPeek(out var entry))
        {
            await WriteAsync(entry, cancellation).ConfigureAwait(false);
            _waiting.Reader.TryRead(out _);
        }
    }

    private async Task WriteAsync(Entry entry, CancellationToken cancellation)
    {
        if (_known.TryGetValue(entry.Sort, out var known) && entry.At - known.Last < SameWithin)
        {
            var patch = new JsonObject { ["count"] = known.Count + 1, ["lastTimestamp"] = KubeTime.Format(entry.At) };
            var counted = await client.PatchAsync(ResourceTypes.Events, Namespace(entry), known.Name, patch, null, cancellation).ConfigureAwait(false);
            if (counted.Ok) _known[entry.Sort] = known with { Count = known.Count + 1, Last = entry.At };
            else if (counted.Reason != KubeReason.NotFound) LogLost(entry.Sort.Reason, counted.Error.Reason, counted.Error.Message);
            if (counted.Reason != KubeReason.NotFound) return;
        }
        var created = await client.CreateAsync(ResourceTypes.Events, New(entry), cancellation).ConfigureAwait(false);
        if (!created.Ok)
        {
            LogLost(entry.Sort.Reason, created.Error.Reason, created.Error.Message);
            return;
        }
        if (_known.Count >= MaxKnown) _known.Remove(_known.MinBy(k => k.Value.Last).Key);
        _known[entry.Sort] = new Known(created.Value.Metadata.Name, 1, entry.At);
    }

    private KubeEvent New(Entry entry) => new()
    {
        Metadata = new ObjectMeta { Name = $"{entry.About.Name}.{Guid.NewGuid():n}"[..Math.Min(253, (entry.About.Name?.Length ?? 0) + 17)], Namespace = Namespace(entry) },
        InvolvedObject = entry.About,
        Reason = entry.Sort.Reason,
        Message = entry.Sort.Message,
        Type = entry.Sort.Level.ToString(),
        Count = 1,
        FirstTimestamp = entry.At,
        LastTimestamp = entry.At,
        ReportingController = $"conference.io/{reporter.Component}",
        ReportingInstance = reporter.Instance,
        Source = new EventSource { Component = reporter.Component },
    };

    private static string Namespace(Entry entry) => entry.About.Namespace ?? "default";
}
