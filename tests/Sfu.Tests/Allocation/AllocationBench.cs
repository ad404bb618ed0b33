using Conference.MediaPod.Sfu.Allocation;

namespace Conference.Sfu.Tests.Allocation;

/// <summary>One receiver whose allocation is decided again and again, each decision being the present of the next.</summary>
internal sealed class AllocationBench
{
    private readonly List<(LayerOption[] Ladder, PictureRank Rank, ContentHint Hint, int Priority)> _slots = [];
    private bool _first = true;

    public AllocationState State { get; set; } = AllocationState.Initial;
    public long Now { get; set; } = 1_000_000;
    public long Sound { get; set; } = 40_000;
    public int[] Present { get; set; } = [];
    public AllocationSlot[] Slots { get; private set; } = [];
    public AllocationResult Last { get; private set; }

    public AllocationBench Add(LayerOption[] options, PictureRank rank = PictureRank.Other, ContentHint hint = ContentHint.None, int priority = 20, int height = 720)
    {
        _slots.Add((LayerLadderTests.Ladder(options, hint, height), rank, hint, priority));
        Present = [.. Present, AllocationSlot.Paused];
        return this;
    }

    /// <summary>Decides; returns the heights sent, 0 for a paused slot.</summary>
    public int[] Decide(long? estimate, bool? isNew = null, Func<long, long>? measured = null)
    {
        var (options, slots) = (new List<LayerOption>(), new AllocationSlot[_slots.Count]);
        for (var i = 0; i < slots.Length; i++)
        {
            var (ladder, rank, hint, priority) = _slots[i];
            slots[i] = new AllocationSlot
            {
                First = options.Count, Count = ladder.Length, Rank = rank, Hint = hint, Priority = priority, Present = Present[i], IsNew = isNew ?? _first,
            };
            options.AddRange(measured is null ? ladder : Measured(ladder, measured));
        }
        Options = [.. options];
        Last = BandwidthAllocator.Allocate(estimate, Sound, Options, slots, State, Now);
        (Slots, State, Present, _first) = (slots, Last.State, [.. slots.Select(s => s.Chosen)], false);
        return [.. slots.Select(s => s.Chosen < 0 ? 0 : Options[s.First + s.Chosen].Height)];
    }

    public LayerOption[] Options { get; private set; } = [];

    public LayerOption Option(int slot) => Options[Slots[slot].First + Slots[slot].Chosen];

    // Noise keeps the order of a ladder, as one camera's layers waver together.
    private static LayerOption[] Measured(LayerOption[] ladder, Func<long, long> measured)
    {
        var share = measured(1_000_000) / 1e6;
        return [.. ladder.Select(o => o with { BitsPerSecond = (long)(o.BitsPerSecond * share) })];
    }
}
