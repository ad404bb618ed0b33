using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>P4: the transports of a worker that have something waiting or a probe under way; the others cost nothing, and when there are none no timer runs.</summary>
internal sealed class PacingRound
{
    private readonly List<SessionTransport> _waiting = [];

    /// <summary>When something is due, in the worker's microseconds; <see cref="long.MaxValue"/>: nothing waits.</summary>
    public long DueAt { get; private set; } = long.MaxValue;

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>A transport has something to send later.</summary>
    public void Enlist(SessionTransport transport, long dueAt)
    {
        DueAt = Math.Min(DueAt, dueAt);
        if (transport.IsEnlisted) return;
        transport.IsEnlisted = true;
        _waiting.Add(transport);
    }

    /// <summary>Sends what is due.</summary>
    public void Run(long now)
    {
        if (now < DueAt) return;
        DueAt = long.MaxValue;
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            var transport = _waiting[i];
            var wait = transport.Pace(now);
            if (wait < long.MaxValue)
            {
                DueAt = Math.Min(DueAt, now + wait);
                continue;
            }
            transport.IsEnlisted = false;
            _waiting[i] = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
        }
    }
}
