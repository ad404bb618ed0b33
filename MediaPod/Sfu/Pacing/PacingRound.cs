using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>P4: the transports of a worker that have something waiting or a probe under way; the others cost nothing, and when there are none no timer runs.</summary>
internal sealed class PacingRound
{
    private readonly List<SessionTransport> _waiting = [];
    private int _left; // of the round that is under way
    private long _begunAt;
    private long _nextAt = long.MaxValue;

    /// <summary>When something is due, in the worker's microseconds; <see cref="long.MaxValue"/>: nothing waits.</summary>
    public long DueAt { get; private set; } = long.MaxValue;

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>How long the round that is under way has lasted, in microseconds; 0: none is.</summary>
    public long Behind(long now) => _left > 0 ? now - _begunAt : 0;

    /// <summary>A transport has something to send later.</summary>
    public void Enlist(SessionTransport transport, long dueAt)
    {
        DueAt = Math.Min(DueAt, dueAt);
        _nextAt = Math.Min(_nextAt, dueAt);
        if (transport.IsEnlisted) return;
        transport.IsEnlisted = true;
        _waiting.Add(transport);
    }

    /// <summary>Sends what is due, until the deadline on the given clock: a round of all who wait goes on where it was left. True: there is more to do at once.</summary>
    public bool Run(TimeProvider time, long deadline, long now)
    {
        if (now < DueAt) return false;
        if (_left == 0) (_left, _begunAt, _nextAt) = (_waiting.Count, now, long.MaxValue);
        while (_left > 0)
        {
            Visit(--_left, now);
            if (_left == 0 || time.GetTimestamp() < deadline) continue;
            DueAt = now;
            return true;
        }
        DueAt = _nextAt;
        return false;
    }

    // From the last to the first, so that who is taken out makes room for one who has had their turn.
    private void Visit(int index, long now)
    {
        var transport = _waiting[index];
        var wait = transport.Pace(now);
        if (wait < long.MaxValue)
        {
            _nextAt = Math.Min(_nextAt, now + wait);
            return;
        }
        transport.IsEnlisted = false;
        _waiting[index] = _waiting[^1];
        _waiting.RemoveAt(_waiting.Count - 1);
    }
}
