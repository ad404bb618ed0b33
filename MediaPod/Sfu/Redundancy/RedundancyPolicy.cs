namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>How much redundancy one receiver's sound is sent with.</summary>
public enum RedundancyLevel
{
    /// <summary>None, not even what it came with: there is no room for it.</summary>
    Bare,

    /// <summary>What it came with.</summary>
    AsItCame,

    /// <summary>Each packet carries the one before it.</summary>
    One,

    /// <summary>Each packet carries the two before it.</summary>
    Two,
}

/// <summary>What a receiver reported about one interval, and what it may be sent.</summary>
/// <param name="Packets">Packets that the report is about; 0: nothing was reported.</param>
/// <param name="Lost">How many of them were lost.</param>
/// <param name="EstimateBitsPerSecond">What may be sent in all; null: not known.</param>
/// <param name="SoundBitsPerSecond">The sound that is sent, without redundancy.</param>
public readonly record struct RedundancyInputs(long Packets, long Lost, long? EstimateBitsPerSecond, double SoundBitsPerSecond);

/// <summary>
/// How much redundancy (RFC 2198) a receiver's sound gets, from the loss that it reports and what its path carries (docs/repair.md, cases R1 to R5).
/// Pure: time is an argument. Owned by one worker.
/// </summary>
public sealed class RedundancyPolicy
{
    /// <summary>From this loss on each packet carries one, or two, of those before it.</summary>
    public const double OneAbove = 0.02, TwoAbove = 0.08;

    /// <summary>How long a level is kept after the last loss of at least half of what raised it, in microseconds.</summary>
    public const long HoldMicroseconds = 10_000_000;

    /// <summary>Packets that a share of loss is taken of at least; fewer are added up.</summary>
    public const int FewestPackets = 50;

    /// <summary>Sound with its redundancy may take at most this share of the estimate.</summary>
    public const double ShareOfEstimate = 0.5;

    private long _packets, _lost;
    private long _raisedAt;
    private RedundancyLevel _wanted = RedundancyLevel.AsItCame;

    /// <summary>The decision.</summary>
    public RedundancyLevel Level { get; private set; } = RedundancyLevel.AsItCame;

    /// <summary>The share of loss that was decided on last, 0 to 1.</summary>
    public double Loss { get; private set; }

    /// <summary>Takes in one interval of about half a second, and decides.</summary>
    public void Decide(in RedundancyInputs inputs, long nowMicroseconds)
    {
        _packets += inputs.Packets;
        _lost += Math.Clamp(inputs.Lost, 0, inputs.Packets);
        if (_packets >= FewestPackets)
        {
            Loss = (double)_lost / _packets;
            // A single lost packet says nothing about the next.
            Judge(_lost > 1 ? Loss : 0, nowMicroseconds);
            (_packets, _lost) = (0, 0);
        }
        else if (nowMicroseconds - _raisedAt >= HoldMicroseconds) Fall(nowMicroseconds);
        Level = WithinEstimate(inputs);
    }

    private void Judge(double loss, long now)
    {
        var asked = loss >= TwoAbove ? RedundancyLevel.Two : loss >= OneAbove ? RedundancyLevel.One : RedundancyLevel.AsItCame;
        if (asked > _wanted) (_wanted, _raisedAt) = (asked, now); // R2, R3: up at once
        else if (_wanted > RedundancyLevel.AsItCame && loss >= (_wanted == RedundancyLevel.Two ? TwoAbove : OneAbove) / 2) _raisedAt = now; // R4
        else if (now - _raisedAt >= HoldMicroseconds) Fall(now);
    }

    private void Fall(long now)
    {
        if (_wanted > RedundancyLevel.AsItCame) (_wanted, _raisedAt) = (_wanted - 1, now);
    }

    // R5: a narrow path is not filled with what was sent before.
    private RedundancyLevel WithinEstimate(in RedundancyInputs inputs)
    {
        if (inputs.EstimateBitsPerSecond is not { } estimate) return _wanted;
        var room = estimate * ShareOfEstimate;
        var level = _wanted;
        while (level > RedundancyLevel.Bare && inputs.SoundBitsPerSecond * Copies(level) > room) level--;
        return level;
    }

    // What came with redundancy came with one generation: that is what clients send.
    private static int Copies(RedundancyLevel level) => level == RedundancyLevel.Two ? 3 : 2;
}
