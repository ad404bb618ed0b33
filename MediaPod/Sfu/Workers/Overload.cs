namespace Conference.MediaPod.Sfu.Workers;

/// <summary>What a worker leaves out while it has more to do than it can.</summary>
public enum OverloadLevel
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Pictures lose frames: only the lowest temporal layer is forwarded, where there are several.</summary>
    Temporal,

    /// <summary>Pictures lose lines too: only the smallest encoding, the lowest spatial layer.</summary>
    Spatial,

    /// <summary>Only prominent pictures and screens are left, and those as at <see cref="Spatial"/>.</summary>
    LastN,
}

/// <summary>
/// Whether a worker is behind with its pictures, and what it leaves out until it is not (docs/overload.md, cases O1 to O5). Sound is never touched.
/// Pure: time is an argument. Owned by one worker.
/// </summary>
public sealed class Overload
{
    /// <summary>How often it is decided, in microseconds.</summary>
    public const long IntervalMicroseconds = 100_000;

    /// <summary>A picture that waited this long for its turn is late; this long, far too late; and up to this long nothing is amiss. In microseconds.</summary>
    public const long LateMicroseconds = 20_000, FarTooLateMicroseconds = 100_000, FineMicroseconds = 5_000;

    /// <summary>Intervals in a row with late pictures that raise the level.</summary>
    public const int LateIntervals = 3;

    /// <summary>After a raise nothing is raised for this long, in microseconds: what was left out must show first.</summary>
    public const long SettleMicroseconds = 300_000;

    /// <summary>How long all must be fine before the level is lowered, in microseconds: at first, and at most.</summary>
    public const long CalmMicroseconds = 5_000_000, LongestCalmMicroseconds = 60_000_000;

    private long _worst;
    private int _late;
    private long _raisedAt = long.MinValue / 2;
    private long _loweredAt = long.MinValue / 2;
    private long _fineSince = -1;
    private long _calm = CalmMicroseconds;

    /// <summary>What is left out now.</summary>
    public OverloadLevel Level { get; private set; }

    /// <summary>The longest that a picture waited in the last interval, in microseconds.</summary>
    public long BehindMicroseconds { get; private set; }

    /// <summary>How often the level was raised.</summary>
    public long Raises { get; private set; }

    /// <summary>Notes how long the oldest picture that could be forwarded has waited. In every turn.</summary>
    public void Note(long waitedMicroseconds) => _worst = Math.Max(_worst, waitedMicroseconds);

    /// <summary>Decides, once an interval.</summary>
    /// <returns>Whether the level changed.</returns>
    public bool Decide(long nowMicroseconds)
    {
        (BehindMicroseconds, _worst) = (_worst, 0);
        _late = BehindMicroseconds >= LateMicroseconds ? _late + 1 : 0;
        if (BehindMicroseconds > FineMicroseconds) _fineSince = -1;
        else if (_fineSince < 0) _fineSince = nowMicroseconds;

        if ((_late >= LateIntervals || BehindMicroseconds >= FarTooLateMicroseconds) && nowMicroseconds - _raisedAt >= SettleMicroseconds) return Raise(nowMicroseconds);
        return Level > OverloadLevel.None && _fineSince >= 0 && nowMicroseconds - _fineSince >= _calm && Lower(nowMicroseconds);
    }

    // O1, O2
    private bool Raise(long now)
    {
        if (Level == OverloadLevel.LastN) return false;
        // O4: what had to be taken back soon is tried again later.
        if (now - _loweredAt < 2 * CalmMicroseconds) _calm = Math.Min(_calm * 2, LongestCalmMicroseconds);
        else if (now - _loweredAt > LongestCalmMicroseconds) _calm = CalmMicroseconds;
        Level++;
        Raises++;
        (_late, _raisedAt, _fineSince) = (0, now, -1);
        return true;
    }

    // O3
    private bool Lower(long now)
    {
        Level--;
        (_loweredAt, _fineSince) = (now, now);
        return true;
    }
}
