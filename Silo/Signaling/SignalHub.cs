using System.Collections.Concurrent;
using Conference.Contracts;
using Conference.Contracts.Signaling;
using Conference.Silo.Meetings;
using Conference.Silo.Telemetry;
using Microsoft.Extensions.Hosting;

namespace Conference.Silo.Signaling;

/// <summary>The meetings that have a socket on this silo, polled every 2 s; on shutdown every socket is told to come back.</summary>
internal sealed class SignalHub(MeetingCalls calls, IGrainFactory grains, MediaGrants grants, SiloOptions options, SiloMetrics metrics, TimeProvider time) : BackgroundService
{
    // By then a silo that stood by serves; every client adds up to half of it by chance.
    private const int RestartRetryMs = 250;
    private readonly ConcurrentDictionary<MeetingId, MeetingHub> _meetings = new();
    private readonly Lock _gate = new();

    /// <summary>The silo goes down: new sockets are sent away as well.</summary>
    public bool IsStopping { get; private set; }

    /// <summary>Adds a session to its meeting's hub.</summary>
    public MeetingHub Join(SignalSession session)
    {
        lock (_gate)
        {
            var hub = _meetings.GetOrAdd(session.Meeting, id => new MeetingHub(id, calls, grains, grants, options.Signaling, metrics, time));
            hub.Add(session);
            return hub;
        }
    }

    /// <summary>Removes a session; the last one ends the subscription.</summary>
    public async Task LeaveAsync(MeetingHub hub, SignalSession session)
    {
        lock (_gate)
        {
            hub.Remove(session);
            if (!hub.IsEmpty) return;
            _meetings.TryRemove(new KeyValuePair<MeetingId, MeetingHub>(session.Meeting, hub));
        }
        await hub.StopAsync().ConfigureAwait(false);
    }

    /// <summary>Tells every socket to come back soon.</summary>
    public void EndAll()
    {
        IsStopping = true;
        foreach (var hub in _meetings.Values) hub.EndAll(GoAwayReason.Restarting, RestartRetryMs);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Signaling.PollPeriod, time);
        try
        {
            // A meeting that does not answer holds up nobody but itself.
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                foreach (var hub in _meetings.Values) _ = hub.PollAsync();
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }
}
