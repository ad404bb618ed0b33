namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>
/// Case E4: how long packets wait on the path: the smallest one-way delay of a feedback above the smallest of the last 15 to 30 s. The clocks' difference cancels out, and
/// their drift is far too slow to matter; jitter too, because a queue delays every packet and jitter spares some. Pure. A mutable struct: keep it in a field.
/// </summary>
public struct QueueDelay()
{
    /// <summary>The base is the smallest of this interval, in microseconds, and of the one before.</summary>
    public const long BaseMicroseconds = 15_000_000;

    /// <summary>Nobody's queue is longer; it is a clock that jumped (case E2).</summary>
    public const long MostMicroseconds = 10_000_000;

    private long _smallest = long.MaxValue;
    private long _base = long.MaxValue;
    private long _baseBefore = long.MaxValue;
    private long _since = long.MinValue;

    /// <summary>Of the last feedback; 0 while there is nothing to compare with.</summary>
    public long Microseconds { get; private set; }

    /// <summary>A packet arrived.</summary>
    public void Add(long sentMicroseconds, long arrivedMicroseconds) => _smallest = Math.Min(_smallest, arrivedMicroseconds - sentMicroseconds);

    /// <summary>That was all of a feedback.</summary>
    public void EndFeedback(long nowMicroseconds)
    {
        if (_smallest == long.MaxValue) return;
        if (_since == long.MinValue || nowMicroseconds - _since >= BaseMicroseconds)
        {
            (_baseBefore, _base) = (_base, long.MaxValue);
            _since = nowMicroseconds;
        }
        _base = Math.Min(_base, _smallest);
        var waited = _smallest - Math.Min(_base, _baseBefore);
        _smallest = long.MaxValue;
        Microseconds = waited;
        if (waited > MostMicroseconds) Reset();
    }

    /// <summary>The receiver's clock jumped.</summary>
    public void Reset()
    {
        (_smallest, _base, _baseBefore) = (long.MaxValue, long.MaxValue, long.MaxValue);
        (_since, Microseconds) = (long.MinValue, 0);
    }
}
