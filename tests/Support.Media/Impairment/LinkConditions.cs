namespace Conference.Support.Media.Impairment;

/// <summary>What one direction of a link does to packets. Everything that is not set is as on a perfect link.</summary>
public sealed record LinkConditions
{
    /// <summary>Bytes that count against the bandwidth beside a datagram's own: the headers of IPv4 and UDP.</summary>
    public const int HeaderBytes = 28;

    /// <summary>A link that does nothing.</summary>
    public static LinkConditions Perfect { get; } = new();

    /// <summary>Every packet takes as long.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Packets that are lost, each for itself, in percent.</summary>
    public double LossPercent { get; init; }

    /// <summary>Losses that come together, beside <see cref="LossPercent"/>; null: none.</summary>
    public BurstLoss? Bursts { get; init; }

    /// <summary>Each packet takes up to as much longer (evenly distributed). Order is kept.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The link stalls again and again; null: it does not.</summary>
    public LinkStalls? Stalls { get; init; }

    /// <summary>Packets that are overtaken by later ones, in percent.</summary>
    public double ReorderPercent { get; init; }

    /// <summary>By how much those are late.</summary>
    public TimeSpan ReorderBy { get; init; } = TimeSpan.FromMilliseconds(10);

    /// <summary>Packets that come twice, in percent.</summary>
    public double DuplicatePercent { get; init; }

    /// <summary>What the link carries, headers included; null: everything.</summary>
    public long? BitsPerSecond { get; init; }

    /// <summary>With <see cref="BitsPerSecond"/>: a packet that would wait longer than this in the queue is dropped (drop tail).</summary>
    public TimeSpan QueueTime { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>With <see cref="BitsPerSecond"/>: a packet that finds more than this in the queue is dropped (drop tail); null: only <see cref="QueueTime"/> bounds it.</summary>
    public int? QueueBytes { get; init; }
}

/// <summary>Losses of a Gilbert-Elliott channel, which changes between two states packet by packet. Shares are 0 to 1.</summary>
/// <param name="GoodToBad">Share of packets at which a good channel turns bad.</param>
/// <param name="BadToGood">Share of packets at which a bad one turns good; its inverse is the mean length of a burst in packets.</param>
/// <param name="LossInBad">Share of packets that a bad channel loses.</param>
/// <param name="LossInGood">Share of packets that a good channel loses.</param>
public sealed record BurstLoss(double GoodToBad, double BadToGood, double LossInBad = 1, double LossInGood = 0);

/// <summary>Bursts of jitter, as a busy radio link has them: nothing leaves for a while, then all of it at once.</summary>
/// <param name="Every">From the beginning of one stall to the next; the first begins after this time.</param>
/// <param name="For">How long each holds.</param>
public sealed record LinkStalls(TimeSpan Every, TimeSpan For);
