namespace Conference.Hosting.Sockets;

/// <summary>A token bucket for one socket: so many messages at once, so many per second after that. Not for concurrent use.</summary>
/// <param name="burst">Messages at once.</param>
/// <param name="perSecond">Messages per second in the long run.</param>
/// <param name="time">The clock.</param>
public sealed class MessageRate(int burst, double perSecond, TimeProvider time)
{
    private double _tokens = burst;
    private long _last = time.GetTimestamp();

    /// <summary>Takes one token; false when there is none.</summary>
    public bool TryTake()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + time.GetElapsedTime(_last, now).TotalSeconds * perSecond);
        _last = now;
        if (_tokens < 1) return false;
        _tokens--;
        return true;
    }
}
