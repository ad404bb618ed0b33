namespace Conference.Support.Media.Impairment;

/// <summary>What one direction of a relay has done. Written by the relay's thread; others read whole 64-bit values.</summary>
public sealed class LinkCounters
{
    private readonly long[] _fates = new long[Enum.GetValues<LinkFate>().Length];
    private long _packets, _bytes, _copies, _left, _leftBytes, _queue, _longestQueue;

    /// <summary>Packets that came.</summary>
    public long Packets => Volatile.Read(ref _packets);

    /// <summary>Their bytes, headers not counted.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Packets that left, copies included.</summary>
    public long Left => Volatile.Read(ref _left);

    /// <summary>Their bytes, headers not counted.</summary>
    public long LeftBytes => Volatile.Read(ref _leftBytes);

    /// <summary>Packets that were doubled.</summary>
    public long Copies => Volatile.Read(ref _copies);

    /// <summary>How long the last packet had to wait for the bandwidth.</summary>
    public TimeSpan Queue => TimeSpan.FromMicroseconds(Volatile.Read(ref _queue));

    /// <summary>Of all packets, what became of them.</summary>
    public long this[LinkFate fate] => Volatile.Read(ref _fates[(int)fate]);

    /// <summary>The longest <see cref="Queue"/> since it was last asked for.</summary>
    public TimeSpan TakeLongestQueue() => TimeSpan.FromMicroseconds(Interlocked.Exchange(ref _longestQueue, 0));

    internal void Count(int bytes, in LinkDecision decision, long queue)
    {
        _packets++;
        _bytes += bytes;
        _fates[(int)decision.Fate]++;
        if (decision.CopyAt >= 0) _copies++;
        Volatile.Write(ref _queue, queue);
        if (queue > Volatile.Read(ref _longestQueue)) Volatile.Write(ref _longestQueue, queue);
    }

    internal void CountLeft(int bytes)
    {
        _left++;
        _leftBytes += bytes;
    }
}
