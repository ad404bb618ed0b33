namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>How two groups of packets that followed each other were apart.</summary>
/// <param name="SentMicroseconds">From the last packet of one to the last of the other when they were sent.</param>
/// <param name="ArrivedMicroseconds">The same when they arrived, in the receiver's clock.</param>
/// <param name="ArrivalMicroseconds">When the later one was complete, in the receiver's clock.</param>
public readonly record struct GroupDelta(long SentMicroseconds, long ArrivedMicroseconds, long ArrivalMicroseconds)
{
    /// <summary>By how much the path's delay grew from one to the other.</summary>
    public long GrowthMicroseconds => ArrivedMicroseconds - SentMicroseconds;
}
