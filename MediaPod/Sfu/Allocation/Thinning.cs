using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>What an overloaded worker leaves of the pictures (docs/overload.md, cases O6 to O8). Pure.</summary>
public static class Thinning
{
    /// <summary>Takes the steps from a ladder that are left out.</summary>
    /// <param name="ladder">Worst first, as <see cref="LayerLadder"/> makes it. Its beginning is overwritten with what is left.</param>
    /// <param name="level">How overloaded the worker is.</param>
    /// <returns>Steps that are left; at least one where there was one.</returns>
    public static int Trim(Span<LayerOption> ladder, OverloadLevel level)
    {
        if (level == OverloadLevel.None || ladder.Length < 2) return ladder.Length;
        var height = int.MaxValue;
        foreach (ref readonly var option in ladder) height = Math.Min(height, option.Height);
        var count = 0;
        for (var i = 0; i < ladder.Length; i++)
        {
            var option = ladder[i];
            // What was looked at before lies in front, and nothing that is needed for the question has been overwritten: fewer temporal layers come first.
            if (!IsFewest(option, ladder[i..], ladder[..count])) continue; // O6
            if (level < OverloadLevel.Spatial || option.Height == height) ladder[count++] = option; // O7
        }
        return Math.Max(1, count); // the first step is the cheapest: without one that is both, it stays
    }

    /// <summary>Whether a picture is forwarded at all (O8).</summary>
    /// <param name="rank">Whose turn it is.</param>
    /// <param name="level">How overloaded the worker is.</param>
    public static bool Keeps(PictureRank rank, OverloadLevel level) => level < OverloadLevel.LastN || rank != PictureRank.Other;

    // Of the same encoding and spatial layer there is none with fewer temporal layers.
    private static bool IsFewest(in LayerOption option, ReadOnlySpan<LayerOption> ahead, ReadOnlySpan<LayerOption> kept) => !HasFewer(option, ahead) && !HasFewer(option, kept);

    private static bool HasFewer(in LayerOption option, ReadOnlySpan<LayerOption> others)
    {
        foreach (ref readonly var other in others)
        {
            if (other.Stream == option.Stream && other.SpatialId == option.SpatialId && other.TemporalId < option.TemporalId) return true;
        }
        return false;
    }
}
