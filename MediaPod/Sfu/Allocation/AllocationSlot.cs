namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>One video slot as the allocation sees and fills it.</summary>
public record struct AllocationSlot
{
    /// <summary>The choice of a slot that gets nothing.</summary>
    public const int Paused = -1;

    /// <summary>Where its ladder begins in the shared options.</summary>
    public int First { get; init; }

    /// <summary>Steps of its ladder; 0: nothing that could be forwarded arrives.</summary>
    public int Count { get; init; }

    /// <summary>Whose turn it is.</summary>
    public PictureRank Rank { get; init; }

    /// <summary>What it shows.</summary>
    public ContentHint Hint { get; init; }

    /// <summary>0 (first) to 100 (last), within its rank.</summary>
    public int Priority { get; init; }

    /// <summary>The step that is forwarded now, as decided before; <see cref="Paused"/>: none.</summary>
    public int Present { get; init; }

    /// <summary>It was filled, or demanded otherwise, since the last decision: holds do not apply (H3).</summary>
    public bool IsNew { get; init; }

    /// <summary>The decision: a step of its ladder, or <see cref="Paused"/>.</summary>
    public int Chosen { get; set; }

    /// <summary>Why it is no better.</summary>
    public AllocationLimit Limit { get; set; }
}

/// <summary>Why a slot gets no more than it gets.</summary>
public enum AllocationLimit : byte
{
    /// <summary>It gets all that was demanded.</summary>
    Demand,

    /// <summary>The publisher sends nothing better, or nothing at all, at present.</summary>
    Publisher,

    /// <summary>The receiver's connection does not carry more (B7).</summary>
    Bandwidth,

    /// <summary>It would be carried, but something was lowered or raised a moment ago (H2).</summary>
    Hold,
}

/// <summary>What one receiver's allocation remembers from decision to decision.</summary>
/// <param name="HoldUntilMilliseconds">Nothing is raised before (H2).</param>
/// <param name="HoldMilliseconds">How long the last hold was; 0 before the first.</param>
/// <param name="RaisedMilliseconds">When something was last raised.</param>
/// <param name="BlackUntilMilliseconds">What is paused is not shown again before (H5); never later than <paramref name="HoldUntilMilliseconds"/>.</param>
/// <param name="LoweredMilliseconds">When something was last lowered.</param>
/// <param name="LowestBitsPerSecond">The lowest estimate since then; 0: nothing was lowered (H6).</param>
public readonly record struct AllocationState(
    long HoldUntilMilliseconds, int HoldMilliseconds, long RaisedMilliseconds, long BlackUntilMilliseconds, long LoweredMilliseconds, long LowestBitsPerSecond)
{
    /// <summary>Of a receiver that was never decided on.</summary>
    public static AllocationState Initial { get; } = new(0, 0, long.MinValue / 2, 0, long.MinValue / 2, 0);
}

/// <summary>What was decided besides the slots' choices.</summary>
/// <param name="State">For the next decision.</param>
/// <param name="AllocatedBitsPerSecond">Of all slots' choices, sound included.</param>
/// <param name="DemandedBitsPerSecond">What everything demanded would take, sound included.</param>
/// <param name="UsefulBitsPerSecond">The estimate with which everything demanded would be given; 0: it is given.</param>
/// <param name="Lowered">What was sent did not fit any more.</param>
public readonly record struct AllocationResult(
    AllocationState State, long AllocatedBitsPerSecond, long DemandedBitsPerSecond, long UsefulBitsPerSecond, bool Lowered);
