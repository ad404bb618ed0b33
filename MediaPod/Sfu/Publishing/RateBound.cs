namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>A token bucket: bounds a publisher's rate, and lets bursts (key frames) of a quarter of a second pass. A mutable struct: keep it in a field.</summary>
/// <param name="bitsPerSecond">The rate that is let through for ever.</param>
public struct RateBound(long bitsPerSecond)
{
    private const double BurstSeconds = 0.25;

    private readonly double _bytesPerMicrosecond = bitsPerSecond / 8e6;
    private readonly double _capacity = Math.Max(bitsPerSecond / 8.0 * BurstSeconds, 3000);
    private double _tokens = Math.Max(bitsPerSecond / 8.0 * BurstSeconds, 3000);
    private long _last;

    /// <summary>Whether a packet of this size may pass now; if so, it is counted.</summary>
    public bool TryTake(int bytes, long nowMicroseconds)
    {
        _tokens = Math.Min(_capacity, _tokens + Math.Max(0, nowMicroseconds - _last) * _bytesPerMicrosecond);
        _last = nowMicroseconds;
        if (_tokens < bytes) return false;
        _tokens -= bytes;
        return true;
    }
}
