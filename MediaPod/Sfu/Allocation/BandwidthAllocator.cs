namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>
/// Which layers of which pictures one receiver gets out of its estimated bandwidth (docs/allocation.md, cases B1 to B7 and H1 to H4). Pure: time and memory are
/// arguments. Allocates nothing.
/// </summary>
public static class BandwidthAllocator
{
    /// <summary>B1: what is taken for the estimate of a receiver of which nothing is known. It starves nobody.</summary>
    public const long UnknownBitsPerSecond = 50_000_000;

    /// <summary>H1: a step that is not sent yet must fit into this share of what there is for pictures.</summary>
    public const double RaiseShare = 0.85;

    /// <summary>H1: once something must be lowered, all that stays fits into this share.</summary>
    public const double LowerShare = 0.95;

    /// <summary>H2: after something was lowered nothing is raised for this long, in milliseconds.</summary>
    public const int HoldAfterLoweringMilliseconds = 3_000;

    /// <summary>H2: after something was raised nothing else is for this long, in milliseconds: its bits must show in the estimate first.</summary>
    public const int HoldAfterRaisingMilliseconds = 1_000;

    /// <summary>H4: a raise that did not stand for this long, in milliseconds, doubles the next hold.</summary>
    public const int FailedRaiseMilliseconds = 10_000;

    /// <summary>H4: the longest hold, in milliseconds.</summary>
    public const int LongestHoldMilliseconds = 24_000;

    /// <summary>H5: the longest hold of a picture that is paused, in milliseconds: a small picture that flickers tells more than a black one.</summary>
    public const int LongestBlackMilliseconds = 5_000;

    /// <summary>H6: an estimate that is so many times the lowest since something was lowered is of another path, about which failed raises say nothing.</summary>
    public const double AnotherPath = 2;

    /// <summary>Decides.</summary>
    /// <param name="estimateBitsPerSecond">What may be sent in all; null: nothing is known.</param>
    /// <param name="soundBitsPerSecond">What sound takes, redundancy included.</param>
    /// <param name="options">The ladders of all slots, as <see cref="LayerLadder.Build"/> made them.</param>
    /// <param name="slots">Their choices are overwritten.</param>
    /// <param name="state">From the decision before.</param>
    /// <param name="nowMilliseconds">The caller's clock.</param>
    public static AllocationResult Allocate(
        long? estimateBitsPerSecond, long soundBitsPerSecond, ReadOnlySpan<LayerOption> options, Span<AllocationSlot> slots, in AllocationState state, long nowMilliseconds)
    {
        Span<short> order = stackalloc short[slots.Length];
        Sort(slots, order);
        var estimate = estimateBitsPerSecond ?? UnknownBitsPerSecond;
        var room = Math.Max(0, estimate - soundBitsPerSecond); // B1
        var lowered = Sent(options, slots) > room;
        var hold = lowered || nowMilliseconds < HeldUntil(state, estimate);
        var round = new Round(options, slots, order, room, lowered, hold, lowered || nowMilliseconds < state.BlackUntilMilliseconds);
        round.Climb(PictureRank.Screen, Reach.Essential); // B2
        round.Climb(PictureRank.Prominent, Reach.First); // B3
        round.Climb(PictureRank.Other, Reach.First); // B4
        round.Climb(PictureRank.Screen, Reach.Top, ContentHint.Motion); // B5
        round.Climb(PictureRank.Prominent, Reach.Top);
        round.Climb(PictureRank.Screen, Reach.Top);
        while (round.Climb(PictureRank.Other, Reach.Next)) // B6
        {
        }
        var seen = lowered ? state with { LoweredMilliseconds = nowMilliseconds, LowestBitsPerSecond = estimate } : state with { LowestBitsPerSecond = Math.Min(state.LowestBitsPerSecond, estimate) };
        return Conclude(round, soundBitsPerSecond, options, slots, seen, nowMilliseconds, lowered);
    }

    // H2, H4, H6
    private static long HeldUntil(in AllocationState state, long estimate)
    {
        if (state.LowestBitsPerSecond == 0 || estimate < state.LowestBitsPerSecond * AnotherPath) return state.HoldUntilMilliseconds;
        var raised = state.RaisedMilliseconds + HoldAfterRaisingMilliseconds;
        return Math.Min(state.HoldUntilMilliseconds, Math.Max(raised, state.LoweredMilliseconds + HoldAfterLoweringMilliseconds));
    }

    private enum Reach : byte
    {
        First,
        Next,
        Essential,
        Top,
    }

    private static void Sort(ReadOnlySpan<AllocationSlot> slots, Span<short> order)
    {
        for (var i = 0; i < order.Length; i++)
        {
            var at = i;
            for (; at > 0 && slots[order[at - 1]].Priority > slots[i].Priority; at--) order[at] = order[at - 1];
            order[at] = (short)i;
        }
    }

    private static long Sent(ReadOnlySpan<LayerOption> options, ReadOnlySpan<AllocationSlot> slots)
    {
        var sum = 0L;
        foreach (ref readonly var slot in slots)
        {
            if (slot.Present >= 0 && slot.Present < slot.Count) sum += options[slot.First + slot.Present].BitsPerSecond;
        }
        return sum;
    }

    private static AllocationResult Conclude(
        in Round round, long sound, ReadOnlySpan<LayerOption> options, Span<AllocationSlot> slots, in AllocationState state, long now, bool lowered)
    {
        var (demanded, raised, missing) = (0L, false, false);
        foreach (ref readonly var slot in slots)
        {
            if (slot.Count > 0) demanded += options[slot.First + slot.Count - 1].BitsPerSecond;
            raised |= slot.Chosen > slot.Present && !slot.IsNew;
            missing |= slot.Chosen < slot.Count - 1; // also what its publisher is about to send again
        }
        return new AllocationResult(
            Remember(state, now, lowered, raised), round.Used + sound, demanded + sound, missing ? (long)Math.Ceiling(demanded / RaiseShare) + sound : 0, lowered);
    }

    private static AllocationState Remember(in AllocationState state, long now, bool lowered, bool raised)
    {
        if (lowered)
        {
            // H4. Within its hold a fall that goes on is still the same one; only one that follows a raise is a new one.
            var failed = now - state.RaisedMilliseconds < FailedRaiseMilliseconds;
            var hold = failed ? Math.Clamp(state.HoldMilliseconds * 2, HoldAfterLoweringMilliseconds, LongestHoldMilliseconds)
                : now < state.HoldUntilMilliseconds ? Math.Max(state.HoldMilliseconds, HoldAfterLoweringMilliseconds) : HoldAfterLoweringMilliseconds;
            return state with { HoldUntilMilliseconds = now + hold, HoldMilliseconds = hold, RaisedMilliseconds = long.MinValue / 2, BlackUntilMilliseconds = now + Math.Min(hold, LongestBlackMilliseconds) };
        }
        if (!raised) return state;
        var settled = now + HoldAfterRaisingMilliseconds;
        return state with
        {
            HoldUntilMilliseconds = Math.Max(state.HoldUntilMilliseconds, settled), RaisedMilliseconds = now, BlackUntilMilliseconds = Math.Max(state.BlackUntilMilliseconds, settled),
        };
    }

    /// <summary>One decision under way.</summary>
    private ref struct Round
    {
        private readonly ReadOnlySpan<LayerOption> _options;
        private readonly Span<AllocationSlot> _slots;
        private readonly ReadOnlySpan<short> _order;
        private long _keepRoom;
        private readonly long _raiseRoom;
        private readonly bool _hold;
        private readonly bool _holdsPaused;

        public Round(ReadOnlySpan<LayerOption> options, Span<AllocationSlot> slots, ReadOnlySpan<short> order, long room, bool lowered, bool hold, bool holdsPaused)
        {
            _options = options;
            _slots = slots;
            _order = order;
            (_hold, _holdsPaused) = (hold, holdsPaused);
            _keepRoom = lowered ? (long)(room * LowerShare) : room;
            _raiseRoom = (long)(room * RaiseShare);
            foreach (ref var slot in slots) (slot.Chosen, slot.Limit) = (AllocationSlot.Paused, slot.Count == 0 ? AllocationLimit.Publisher : AllocationLimit.Demand);
        }

        public long Used { get; private set; }

        /// <summary>Lets every slot of a rank climb in the order of priority. True: one of them did.</summary>
        public bool Climb(PictureRank rank, Reach reach, ContentHint? only = null)
        {
            var any = false;
            foreach (var index in _order)
            {
                ref var slot = ref _slots[index];
                if (slot.Rank != rank || (only is { } hint && slot.Hint != hint)) continue;
                var goal = reach switch
                {
                    Reach.First => 0,
                    Reach.Next => slot.Chosen + 1,
                    Reach.Essential => LayerLadder.Essential(_options.Slice(slot.First, slot.Count), slot.Hint),
                    _ => slot.Count - 1,
                };
                while (slot.Chosen < goal && TryStep(ref slot)) any = true;
            }
            return any;
        }

        // A slot that was refused a step stays where it is: what is left only gets less.
        private bool TryStep(ref AllocationSlot slot)
        {
            if (slot.Limit != AllocationLimit.Demand) return false;
            var next = slot.Chosen + 1;
            while (next < slot.Count && !_options[slot.First + next].Available) next++;
            if (next >= slot.Count)
            {
                if (slot.Chosen < slot.Count - 1) slot.Limit = AllocationLimit.Publisher;
                return false;
            }
            var cost = _options[slot.First + next].BitsPerSecond - (slot.Chosen < 0 ? 0 : _options[slot.First + slot.Chosen].BitsPerSecond);
            var isSent = next <= slot.Present;
            var fits = Used + cost <= (isSent ? _keepRoom : _raiseRoom);
            var holds = slot.Present < 0 && slot.Chosen < 0 ? _holdsPaused : _hold; // H5
            if (!fits || (holds && !isSent && !slot.IsNew))
            {
                slot.Limit = fits ? AllocationLimit.Hold : AllocationLimit.Bandwidth;
                return false;
            }
            // H1: what stays behind a raise leaves the same room to spare, or the next breath of noise would take it back.
            if (!isSent) _keepRoom = Math.Min(_keepRoom, _raiseRoom);
            slot.Chosen = next;
            Used += cost;
            return true;
        }
    }
}
