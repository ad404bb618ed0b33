namespace Conference.MediaPod.Sfu.Pacing;

/// <summary>
/// How much may leave for one receiver at this moment (case P1 of <c>docs/estimation.md</c>): a bucket that fills at one and a half times the estimate and holds a burst of some ten packets, so that an
/// ordinary frame leaves at once and only what exceeds it is spread. Pure. A mutable struct: keep it in a field; the default paces nothing.
/// </summary>
public struct PacingBudget
{
    /// <summary>What a burst holds: ten packets of 1,200 bytes, or what leaves between two releases (<see cref="Pacer.LeastWaitMicroseconds"/>) if that is more, or no path above 48 Mbps could be used.</summary>
    public const int BurstBytes = 12_000;

    /// <summary>What a burst holds at least, however low the estimate.</summary>
    public const int LeastBurstBytes = 3_000;

    /// <summary>At low estimates a burst holds what leaves in this time, in microseconds: ten packets would be a queue of a quarter of a second at 400 kbps.</summary>
    public const long BurstMicroseconds = 40_000;

    /// <summary>
    /// How much faster than the estimate is sent what waits: encoders' frames vary, and the mean is the allocator's matter. What is sent faster than the path carries it queues in
    /// front of it, together with the sound; what waits here lets sound pass.
    /// </summary>
    public const double Factor = 1.5;

    /// <summary>As <see cref="Factor"/> while packets wait on the path: what leaves faster than the estimate keeps its queue.</summary>
    public const double CrowdedFactor = 1;

    /// <summary>The slowest pace, in bits per second.</summary>
    public const long Least = 200_000;

    /// <summary>As <see cref="Least"/> while packets wait on the path.</summary>
    public const long LeastCrowded = 100_000;

    private double _bytesPerMicrosecond;
    private double _capacity;
    private double _tokens;
    private long _last;

    /// <summary>Nothing is known about the path, so nothing is paced.</summary>
    public readonly bool IsUnpaced => _bytesPerMicrosecond == 0;

    /// <summary>Bits per second at which what waits is sent; 0: at once.</summary>
    public readonly long BitsPerSecond => (long)(_bytesPerMicrosecond * 8e6);

    /// <summary>Follows the estimate.</summary>
    /// <param name="estimate">In bits per second; null: unknown, nothing is paced.</param>
    /// <param name="nowMicroseconds">Now.</param>
    /// <param name="crowded">Packets wait on the path.</param>
    public void Follow(long? estimate, long nowMicroseconds, bool crowded = false)
    {
        if (estimate is not { } known)
        {
            this = default;
            return;
        }
        var began = IsUnpaced;
        if (!began) Refill(nowMicroseconds);
        _bytesPerMicrosecond = Math.Max(known * (crowded ? CrowdedFactor : Factor), crowded ? LeastCrowded : Least) / 8e6;
        _capacity = Math.Max(Math.Clamp(_bytesPerMicrosecond * BurstMicroseconds, LeastBurstBytes, BurstBytes), _bytesPerMicrosecond * Pacer.LeastWaitMicroseconds);
        _tokens = began ? _capacity : Math.Min(_tokens, _capacity);
        _last = nowMicroseconds;
    }

    /// <summary>Whether a packet may leave now. The last of a burst may exceed it.</summary>
    public bool MaySend(long nowMicroseconds)
    {
        if (IsUnpaced) return true;
        if (_tokens > 0) return true;
        Refill(nowMicroseconds);
        return _tokens > 0;
    }

    /// <summary>A packet left, paced or not: what is not paced (sound) leaves less for the rest, down to one burst in advance.</summary>
    public void Take(int bytes, long nowMicroseconds)
    {
        if (IsUnpaced) return;
        Refill(nowMicroseconds);
        _tokens = Math.Max(_tokens - bytes, -_capacity);
    }

    /// <summary>Microseconds until a packet may leave; 0: now.</summary>
    public readonly long Wait(long nowMicroseconds)
    {
        if (IsUnpaced) return 0;
        var tokens = _tokens + Math.Max(0, nowMicroseconds - _last) * _bytesPerMicrosecond;
        return tokens > 0 ? 0 : (long)(-tokens / _bytesPerMicrosecond) + 1;
    }

    private void Refill(long now)
    {
        if (now <= _last) return;
        _tokens = Math.Min(_capacity, _tokens + (now - _last) * _bytesPerMicrosecond);
        _last = now;
    }
}
