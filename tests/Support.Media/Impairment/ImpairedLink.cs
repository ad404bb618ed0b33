namespace Conference.Support.Media.Impairment;

/// <summary>What becomes of a packet.</summary>
public enum LinkFate
{
    /// <summary>It arrives.</summary>
    Delivered,

    /// <summary>It is lost by <see cref="LinkConditions.LossPercent"/>.</summary>
    Lost,

    /// <summary>It is lost by <see cref="LinkConditions.Bursts"/>.</summary>
    LostInBurst,

    /// <summary>The queue in front of the bandwidth is full.</summary>
    QueueFull,
}

/// <summary>The decision on one packet.</summary>
/// <param name="Fate">What becomes of it.</param>
/// <param name="DeliverAt">When it arrives, in microseconds.</param>
/// <param name="CopyAt">When it arrives again; negative: it does not.</param>
public readonly record struct LinkDecision(LinkFate Fate, long DeliverAt, long CopyAt);

/// <summary>
/// Decides packet by packet, in the order of their coming, what one direction of a link does to them. Pure: the same seed, conditions, sizes and times give the same decisions, and whether packet n is lost
/// by chance depends on the seed and n alone, so that two programs are measured on the same losses.
/// </summary>
public sealed class ImpairedLink(int seed, LinkConditions conditions)
{
    private readonly Random _random = new(seed);
    private LinkConditions _conditions = conditions;
    private bool _isBad;
    private long _freeAt;
    private long _lastAt;
    private long? _begun;

    /// <summary>What it does at present.</summary>
    public LinkConditions Conditions => _conditions;

    /// <summary>From now on it does something else. What waits for the bandwidth is as many bytes as before, and so takes another time.</summary>
    public void Change(LinkConditions conditions, long now)
    {
        if (_conditions.BitsPerSecond is { } old && conditions.BitsPerSecond is { } rate && _freeAt > now) _freeAt = now + (long)((_freeAt - now) * ((double)old / rate));
        if (_conditions.Stalls != conditions.Stalls) _begun = now;
        _conditions = conditions;
    }

    /// <summary>How long a packet that came now would wait for the bandwidth, in microseconds.</summary>
    public long QueueMicroseconds(long now) => Math.Max(0, _freeAt - now);

    /// <summary>Decides on the next packet.</summary>
    /// <param name="now">When it comes, in microseconds; not before the last one.</param>
    /// <param name="bytes">Its length without headers.</param>
    public LinkDecision Decide(long now, int bytes)
    {
        _begun ??= now;
        // As many draws for every packet, whatever is switched on.
        var (loss, turn, burst, jitter, reorder, copy) = (_random.NextDouble(), _random.NextDouble(), _random.NextDouble(), _random.NextDouble(), _random.NextDouble(), _random.NextDouble());
        if (IsLostInBurst(turn, burst)) return new(LinkFate.LostInBurst, 0, -1);
        if (loss * 100 < _conditions.LossPercent) return new(LinkFate.Lost, 0, -1);
        if (!TryQueue(now, bytes, out var leaves)) return new(LinkFate.QueueFull, 0, -1);

        var at = leaves + Micro(_conditions.Delay) + (long)(jitter * Micro(_conditions.Jitter));
        at = Math.Max(AfterStall(at), _lastAt);
        if (reorder * 100 < _conditions.ReorderPercent) at += Micro(_conditions.ReorderBy);
        else _lastAt = at;
        return new(LinkFate.Delivered, at, copy * 100 < _conditions.DuplicatePercent ? at : -1);
    }

    private bool IsLostInBurst(double turn, double burst)
    {
        if (_conditions.Bursts is not { } bursts) return false;
        _isBad = _isBad ? turn >= bursts.BadToGood : turn < bursts.GoodToBad;
        return burst < (_isBad ? bursts.LossInBad : bursts.LossInGood);
    }

    private bool TryQueue(long now, int bytes, out long leaves)
    {
        leaves = now;
        if (_conditions.BitsPerSecond is not { } rate) return true;
        var begins = Math.Max(now, _freeAt);
        var waits = begins - now;
        if (waits > Micro(_conditions.QueueTime)) return false;
        var wire = bytes + LinkConditions.HeaderBytes;
        if (_conditions.QueueBytes is { } most && waits * rate / 8_000_000 + wire > most) return false;
        _freeAt = leaves = begins + wire * 8_000_000L / rate;
        return true;
    }

    private long AfterStall(long at)
    {
        if (_conditions.Stalls is not { } stalls) return at;
        var (every, held) = (Micro(stalls.Every), Micro(stalls.For));
        var since = at - _begun!.Value;
        if (since < every) return at;
        var within = since % every;
        return within < held ? at + held - within : at;
    }

    private static long Micro(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
