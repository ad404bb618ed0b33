namespace Conference.MediaPod.Sfu.Slots;

/// <summary>One voice that could fill an audio slot of one receiver: not its own, not muted, of a codec that it decodes.</summary>
/// <param name="PublicationId">Names it.</param>
/// <param name="Score">How far it stands above its floor.</param>
/// <param name="Speaking">Whether it speaks now.</param>
/// <param name="LastSpokeMilliseconds">When it last spoke; <see cref="long.MinValue"/> if it never did.</param>
/// <param name="Lasting">It speaks, and not only for a moment.</param>
public readonly record struct AudioCandidate(int PublicationId, double Score, bool Speaking, long LastSpokeMilliseconds, bool Lasting = true);

/// <summary>Which voices fill a receiver's audio slots (docs/slots.md, cases A1 to A6). Pure.</summary>
public static class AudioSlotAssignment
{
    /// <summary>The content of a slot that nobody fills.</summary>
    public const int Empty = -1;

    /// <summary>A speaker's pause, in milliseconds, in which the slot is not taken away.</summary>
    public const int HoldMilliseconds = 1500;

    /// <summary>By how much a newcomer must stand above somebody who still speaks to take the slot.</summary>
    public const double Margin = 12;

    /// <summary>Decides.</summary>
    /// <param name="ranked">The candidates, best first; a slot's present content that is not among them is treated as silent for ever.</param>
    /// <param name="slots">The publication in each slot or <see cref="Empty"/>; what vanished has been emptied by the caller. Overwritten with the decision.</param>
    /// <param name="nowMilliseconds">The caller's clock.</param>
    /// <returns>Whether anything changed.</returns>
    public static bool Assign(ReadOnlySpan<AudioCandidate> ranked, Span<int> slots, long nowMilliseconds)
    {
        var changed = false;
        foreach (ref readonly var candidate in ranked)
        {
            if (slots.Contains(candidate.PublicationId)) continue; // A2: who has a slot keeps it unless somebody takes it.
            var slot = slots.IndexOf(Empty); // A3: a free slot is filled, speaking or not, so that first syllables are not lost.
            if (slot < 0 && candidate.Speaking) slot = Weakest(ranked, slots, candidate, nowMilliseconds);
            if (slot < 0) continue;
            slots[slot] = candidate.PublicationId;
            changed = true;
        }
        return changed;
    }

    private static int Weakest(ReadOnlySpan<AudioCandidate> ranked, ReadOnlySpan<int> slots, in AudioCandidate newcomer, long now)
    {
        var (silent, silentSince) = (-1, long.MaxValue);
        var (weak, weakScore) = (-1, newcomer.Lasting ? newcomer.Score - Margin : double.MinValue); // S6: a cough takes nobody's slot who speaks
        for (var i = 0; i < slots.Length; i++)
        {
            var (speaking, lastSpoke, score) = State(ranked, slots[i]);
            if (!speaking && lastSpoke <= now - HoldMilliseconds && lastSpoke < silentSince) (silent, silentSince) = (i, lastSpoke);
            if (speaking && score < weakScore) (weak, weakScore) = (i, score);
        }
        return silent >= 0 ? silent : weak; // A4: the longest silent goes first; A5: else the weakest, by a margin.
    }

    private static (bool Speaking, long LastSpoke, double Score) State(ReadOnlySpan<AudioCandidate> ranked, int publicationId)
    {
        foreach (ref readonly var candidate in ranked)
        {
            if (candidate.PublicationId == publicationId) return (candidate.Speaking, candidate.LastSpokeMilliseconds, candidate.Score);
        }
        return (false, long.MinValue, 0);
    }
}
