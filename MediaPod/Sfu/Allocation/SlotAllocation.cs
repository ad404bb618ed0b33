namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>What one video slot was allocated.</summary>
/// <param name="Limit">Why it is no more.</param>
/// <param name="Rank">Whose turn it was.</param>
/// <param name="BitsPerSecond">Of what is forwarded, measured at the publisher; 0 when nothing is.</param>
/// <param name="DemandedBitsPerSecond">Of what was demanded, as far as the publisher offers it.</param>
/// <param name="Height">Of what is forwarded, in pixels; 0 when nothing is.</param>
/// <param name="FramesPerSecond">Of what is forwarded.</param>
public readonly record struct SlotAllocation(
    AllocationLimit Limit, PictureRank Rank, long BitsPerSecond, long DemandedBitsPerSecond, int Height, double FramesPerSecond);

/// <summary>Allocations of many receivers together.</summary>
/// <param name="AllocatedBitsPerSecond">What they are to be sent, sound included.</param>
/// <param name="DemandedBitsPerSecond">What they would be sent if their connections carried it.</param>
/// <param name="PausedSlots">Slots that are paused for want of bandwidth.</param>
public readonly record struct AllocationTotals(long AllocatedBitsPerSecond, long DemandedBitsPerSecond, int PausedSlots);
