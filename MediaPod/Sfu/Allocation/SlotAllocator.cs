using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Redundancy;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Slots;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>
/// Gathers what <see cref="BandwidthAllocator"/> decides on for one receiver, and applies what it decides: aims subscriptions, asks for key frames, tells the
/// estimator what more would be of use, and notes which encodings anybody wants. One per worker; allocates nothing once warm.
/// </summary>
internal sealed class SlotAllocator(Overload overload)
{
    /// <summary>How often it is decided when nothing calls for it sooner, in microseconds.</summary>
    public const long IntervalMicroseconds = 500_000;

    /// <summary>How long more frames are waited for before a key frame is asked for their sake, in microseconds (T4).</summary>
    private const long FramesWithinMicroseconds = 2_000_000;

    private const int SoundFloor = 40_000;
    private const double SoundSpare = 1.2;

    private AllocationSlot[] _slots = new AllocationSlot[16];
    private Slot[] _places = new Slot[16];
    private LayerOption[] _options = new LayerOption[256];
    private int _count, _optionCount;

    /// <summary>Decides for one receiver and applies it.</summary>
    public void Allocate(MediaSession receiver, long now)
    {
        var memory = receiver.Allocation;
        memory.DueMicroseconds = now + IntervalMicroseconds;
        memory.Revision = receiver.Transport.Bandwidth.Revision;
        (_count, _optionCount) = (0, 0);
        foreach (var slot in receiver.Slots)
        {
            if (slot.IsVideo && slot.Subscription.Source is { } source) Gather(slot, source, receiver, now);
        }
        var result = BandwidthAllocator.Allocate(
            receiver.Transport.Bandwidth.BitsPerSecond, Sound(receiver, now), _options.AsSpan(0, _optionCount), _slots.AsSpan(0, _count), memory.State, now / 1000);
        (memory.State, memory.Last) = (result.State, result);
        receiver.Transport.Bandwidth.WantUpTo(result.UsefulBitsPerSecond);
        for (var i = 0; i < _count; i++) Apply(receiver, _places[i], _slots[i], result.Lowered, now);
        Array.Clear(_places, 0, _count);
    }

    private void Gather(Slot slot, Publication source, MediaSession receiver, long now)
    {
        var ladder = source.Layers.Ladder(source.Hint, slot.MaxHeight, now);
        NoteWants(source, ladder, now);
        MakeRoom(ladder.Length);
        var steps = _options.AsSpan(_optionCount, ladder.Length);
        ladder.CopyTo(steps);
        steps = steps[..Thinning.Trim(steps, overload.Level)]; // O6, O7
        var rank = Rank(slot, source, receiver);
        var wasOff = slot.Allocation.Limit == AllocationLimit.Publisher;
        _places[_count] = slot;
        _slots[_count++] = new AllocationSlot
        {
            First = _optionCount,
            Count = steps.Length,
            Rank = rank,
            Hint = source.Hint,
            Priority = slot.Priority,
            Present = Present(slot.Subscription, source, steps, now),
            IsNew = slot.IsNew || wasOff || rank < slot.Allocation.Rank,
        };
        _optionCount += steps.Length;
    }

    // U1: the smallest encoding that fills a demand, and all that are smaller.
    private static void NoteWants(Publication source, ReadOnlySpan<LayerOption> ladder, long now)
    {
        if (ladder.IsEmpty) return;
        var top = source.Streams[ladder[^1].Stream];
        foreach (var stream in source.Streams)
        {
            if (stream != top && stream.IsLargerThan(top, now)) continue;
            if (stream.Want(now)) source.Owner.WantLayer(stream);
        }
    }

    private static PictureRank Rank(Slot slot, Publication source, MediaSession receiver)
    {
        if (source.Source == TrackSource.Screen) return PictureRank.Screen;
        return slot.Pinned || source.Owner.ParticipantId == receiver.Speakers.Ranking.Active?.ParticipantId ? PictureRank.Prominent : PictureRank.Other;
    }

    // Where what was decided before stands now that everything is measured anew.
    private static int Present(Subscription subscription, Publication source, ReadOnlySpan<LayerOption> ladder, long now)
    {
        var target = subscription.Target;
        if (target.Stream == LayerAim.None || ladder.IsEmpty) return AllocationSlot.Paused;
        for (var i = 0; i < ladder.Length; i++)
        {
            if (ladder[i].Stream == target.Stream && ladder[i].SpatialId == target.SpatialId && ladder[i].TemporalId == target.TemporalId) return i;
        }
        var stream = source.Streams[target.Stream];
        if (!stream.Arrives(now)) return AllocationSlot.Paused;
        var (bits, _) = stream.Layers.Read(Math.Min((int)target.SpatialId, LayerMeter.MaxLayers - 1), Math.Min((int)target.TemporalId, LayerMeter.MaxLayers - 1), now);
        var at = ladder.Length - 1;
        while (at > 0 && ladder[at].BitsPerSecond > bits) at--;
        return at;
    }

    private void Apply(MediaSession receiver, Slot slot, in AllocationSlot decided, bool lowered, long now)
    {
        var (subscription, source) = (slot.Subscription, slot.Subscription.Source!);
        var (wasNew, wasPaused) = (slot.IsNew, subscription.IsPaused);
        slot.IsNew = false;
        slot.Allocation = Describe(decided);
        if (decided.Count == 0) return; // nothing arrives: what was aimed at may come back
        var keeps = Thinning.Keeps(decided.Rank, overload.Level); // O8
        if (decided.Chosen < 0 || !keeps)
        {
            if (keeps && decided.Limit == AllocationLimit.Publisher) return;
            subscription.Pause();
            if (!wasPaused) receiver.Room.MarkSlotStates(receiver);
            return;
        }
        ref readonly var option = ref _options[decided.First + decided.Chosen];
        var reason = Reason(decided, subscription, wasNew, lowered, wasPaused);
        var urgent = lowered && decided.Chosen < decided.Present;
        var needsKeyFrame = subscription.Aim(new LayerAim(option.Stream, option.SpatialId, option.TemporalId), urgent, reason);
        if (wasPaused) receiver.Room.MarkSlotStates(receiver);
        if (!subscription.WaitsForFrames) slot.FramesWantedSince = now;
        needsKeyFrame |= now - slot.FramesWantedSince > FramesWithinMicroseconds;
        // One that has begun in this very turn is on its way to the fan-out.
        if (needsKeyFrame && source.Streams[option.Stream].LastKeyFrameMicroseconds != now) source.WantKeyFrame(option.Stream, now);
    }

    private static SwitchReason Reason(in AllocationSlot decided, Subscription subscription, bool isNew, bool lowered, bool wasPaused)
    {
        if (subscription.Target.Stream == LayerAim.None && !wasPaused) return SwitchReason.Content;
        if (isNew) return SwitchReason.Demand;
        return decided.Chosen > decided.Present ? SwitchReason.Raised : lowered && decided.Chosen < decided.Present ? SwitchReason.Lowered : SwitchReason.Publisher;
    }

    private SlotAllocation Describe(in AllocationSlot decided)
    {
        var demanded = decided.Count == 0 ? 0 : _options[decided.First + decided.Count - 1].BitsPerSecond;
        if (decided.Chosen < 0) return new SlotAllocation(decided.Limit, decided.Rank, 0, demanded, 0, 0);
        ref readonly var option = ref _options[decided.First + decided.Chosen];
        return new SlotAllocation(decided.Limit, decided.Rank, option.BitsPerSecond, demanded, option.Height, option.FramesPerSecond);
    }

    // B1: what speaks now may speak louder in a moment.
    private static long Sound(MediaSession receiver, long now)
    {
        var (sum, level) = (0L, receiver.Redundancy.Level);
        foreach (var slot in receiver.Slots)
        {
            if (slot.IsVideo || slot.Subscription is not { Source: { } source, Codec: { } codec }) continue;
            var stream = source.Streams[0];
            var alone = Math.Max(SoundFloor, stream.OwnSound.BitsPerSecond(now) * SoundSpare);
            sum += (long)SoundCost.Of(level, codec.RedPayloadType is not null, Math.Max(alone, stream.Rate.BitsPerSecond(now) * SoundSpare), alone);
        }
        return sum;
    }

    private void MakeRoom(int options)
    {
        if (_count == _slots.Length)
        {
            Array.Resize(ref _slots, _count * 2);
            Array.Resize(ref _places, _count * 2);
        }
        while (_optionCount + options > _options.Length) Array.Resize(ref _options, _options.Length * 2);
    }
}

/// <summary>What one receiver's allocation remembers.</summary>
internal sealed class AllocationMemory
{
    public AllocationState State { get; set; } = AllocationState.Initial;
    public AllocationResult Last { get; set; }

    /// <summary>Of the estimate, when it was last decided.</summary>
    public int Revision { get; set; }

    /// <summary>When it is decided anew, in the worker's microseconds.</summary>
    public long DueMicroseconds { get; set; }
}
