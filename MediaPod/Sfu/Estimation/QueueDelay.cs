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

    /// <summary>A delay that stays within <see cref="SteadyMicroseconds"/> for so many spans of <see cref="SpanMicroseconds"/>, with nothing lost, is the path's own: no queue stands that still.</summary>
    public const int SteadySpans = 4;

    /// <summary>See <see cref="SteadySpans"/>, in microseconds.</summary>
    public const long SpanMicroseconds = 500_000, SteadyMicroseconds = 3_000;

    private long _span = long.MaxValue; // the smallest of the span that is running
    private long _spanSince = long.MinValue;
    private long _least = long.MaxValue; // of the spans that were alike
    private long _most = long.MinValue;
    private int _alike;
    private bool _lost;
    private long _smallest = long.MaxValue;
    private long _base = long.MaxValue;
    private long _baseBefore = long.MaxValue;
    private long _since = long.MinValue;

    /// <summary>Of the last feedback; 0 while there is nothing to compare with.</summary>
    public long Microseconds { get; private set; }

    /// <summary>A packet arrived.</summary>
    public void Add(long sentMicroseconds, long arrivedMicroseconds) => _smallest = Math.Min(_smallest, arrivedMicroseconds - sentMicroseconds);

    /// <summary>A packet was lost: a full queue keeps every packet for as long, but not every packet.</summary>
    public void Lost() => _lost = true;

    /// <summary>That was all of a feedback.</summary>
    public void EndFeedback(long nowMicroseconds)
    {
        if (_smallest == long.MaxValue) return;
        Settle(nowMicroseconds);
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
        (_span, _spanSince, _lost) = (long.MaxValue, long.MinValue, false);
        Forget();
    }

    // A path that became longer (another network, another route) would otherwise look like a queue for as long as the base is kept.
    private void Settle(long now)
    {
        _span = Math.Min(_span, _smallest);
        if (_spanSince == long.MinValue) _spanSince = now;
        if (now - _spanSince < SpanMicroseconds) return;
        _lost &= _span - Math.Min(_base, _baseBefore) >= SendSideEstimator.LongQueueMicroseconds; // a radio link loses packets whatever its delay
        if (_lost || Math.Max(_most, _span) - Math.Min(_least, _span) > SteadyMicroseconds) Forget();
        if (!_lost) (_least, _most, _alike) = (Math.Min(_least, _span), Math.Max(_most, _span), _alike + 1);
        (_span, _spanSince, _lost) = (long.MaxValue, now, false);
        if (_alike < SteadySpans) return;
        (_base, _baseBefore, _since) = (_least, long.MaxValue, now);
        Forget();
    }

    private void Forget() => (_least, _most, _alike) = (long.MaxValue, long.MinValue, 0);
}
