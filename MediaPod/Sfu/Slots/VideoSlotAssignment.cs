using Conference.MediaPod.Sfu.Sessions;

namespace Conference.MediaPod.Sfu.Slots;

/// <summary>A picture that a receiver is to see: a demand after its publication was found.</summary>
/// <param name="PublicationId">Which publication.</param>
/// <param name="Source"><see cref="TrackSource.Camera"/> or <see cref="TrackSource.Screen"/>.</param>
/// <param name="MaxHeight">The largest useful height in pixels.</param>
/// <param name="Priority">0 (first) to 100 (last).</param>
/// <param name="Pinned">The viewer chose it to be seen well.</param>
public readonly record struct WantedPicture(int PublicationId, TrackSource Source, int MaxHeight, int Priority, bool Pinned = false);

/// <summary>A slot as the assignment sees and fills it.</summary>
/// <param name="Kind">The source that it is for.</param>
/// <param name="PublicationId">What is in it, or <see cref="AudioSlotAssignment.Empty"/>.</param>
/// <param name="MaxHeight">The height wanted of it in pixels; meaningless when empty.</param>
/// <param name="Priority">0 (first) to 100 (last); meaningless when empty.</param>
/// <param name="Pinned">The viewer chose it to be seen well.</param>
public record struct VideoSlot(TrackSource Kind, int PublicationId, int MaxHeight, int Priority = 0, bool Pinned = false);

/// <summary>Which publications fill a receiver's video slots (docs/slots.md, cases V1 to V5). Pure.</summary>
public static class VideoSlotAssignment
{
    /// <summary>Decides.</summary>
    /// <param name="wanted">Ordered by priority on return; the same publication may be wanted more than once.</param>
    /// <param name="slots">Overwritten with the decision.</param>
    /// <returns>Whether the publication in any slot changed.</returns>
    public static bool Assign(Span<WantedPicture> wanted, Span<VideoSlot> slots)
    {
        Sort(wanted);
        var distinct = Merge(wanted);
        var kept = KeepWithinReach(wanted[..distinct], slots);
        var changed = false;
        foreach (ref var slot in slots)
        {
            var still = IndexOf(wanted[..kept], slot.PublicationId);
            if (still >= 0) (slot.MaxHeight, slot.Priority, slot.Pinned) = (wanted[still].MaxHeight, wanted[still].Priority, wanted[still].Pinned); // V2: a demand that continues keeps its slot.
            else if (slot.PublicationId != AudioSlotAssignment.Empty)
            {
                slot.PublicationId = AudioSlotAssignment.Empty;
                changed = true;
            }
        }
        foreach (ref readonly var picture in wanted[..kept])
        {
            var free = FreeSlotFor(picture, slots);
            if (free < 0) continue;
            slots[free] = new VideoSlot(slots[free].Kind, picture.PublicationId, picture.MaxHeight, picture.Priority, picture.Pinned); // V3
            changed = true;
        }
        return changed;
    }

    // Insertion sort by priority: short, stable, allocates nothing.
    private static void Sort(Span<WantedPicture> wanted)
    {
        for (var i = 1; i < wanted.Length; i++)
        {
            for (var j = i; j > 0 && wanted[j].Priority < wanted[j - 1].Priority; j--) (wanted[j], wanted[j - 1]) = (wanted[j - 1], wanted[j]);
        }
    }

    // V1: what is wanted twice takes one slot, at the larger height and the better priority.
    private static int Merge(Span<WantedPicture> wanted)
    {
        var count = 0;
        foreach (var picture in wanted)
        {
            var first = IndexOf(wanted[..count], picture.PublicationId);
            if (first < 0) wanted[count++] = picture;
            else wanted[first] = wanted[first] with { MaxHeight = Math.Max(wanted[first].MaxHeight, picture.MaxHeight), Pinned = wanted[first].Pinned || picture.Pinned };
        }
        return count;
    }

    // V4: with more demands than slots of their kind the last priorities go without, also when they hold a slot at present.
    private static int KeepWithinReach(Span<WantedPicture> wanted, ReadOnlySpan<VideoSlot> slots)
    {
        var cameras = Count(slots, TrackSource.Camera);
        var screens = Count(slots, TrackSource.Screen);
        var kept = 0;
        foreach (var picture in wanted)
        {
            ref var room = ref (picture.Source == TrackSource.Screen && Count(slots, TrackSource.Screen) > 0 ? ref screens : ref cameras);
            if (room == 0) continue;
            room--;
            wanted[kept++] = picture;
        }
        return kept;
    }

    private static int FreeSlotFor(in WantedPicture picture, ReadOnlySpan<VideoSlot> slots)
    {
        // V5: where the receiver offered no slot for screens, a camera slot serves.
        var kind = Count(slots, picture.Source) > 0 ? picture.Source : TrackSource.Camera;
        var free = -1;
        for (var i = 0; i < slots.Length; i++)
        {
            if (slots[i].PublicationId == picture.PublicationId) return -1;
            if (free < 0 && slots[i].Kind == kind && slots[i].PublicationId == AudioSlotAssignment.Empty) free = i;
        }
        return free;
    }

    private static int Count(ReadOnlySpan<VideoSlot> slots, TrackSource kind)
    {
        var count = 0;
        foreach (var slot in slots) count += slot.Kind == kind ? 1 : 0;
        return count;
    }

    private static int IndexOf(ReadOnlySpan<WantedPicture> wanted, int publicationId)
    {
        for (var i = 0; i < wanted.Length; i++)
        {
            if (wanted[i].PublicationId == publicationId) return i;
        }
        return -1;
    }
}
