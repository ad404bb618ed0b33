namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>Orders what a publication offers into the steps by which its picture gets better for one viewer (docs/allocation.md, cases L1 to L5). Pure.</summary>
public static class LayerLadder
{
    /// <summary>L1: a picture may be this much lower than what is wanted before the next larger one is taken: nobody sees an eighth.</summary>
    public const double HeightTolerance = 0.875;

    /// <summary>L4: frames per second that a face needs before more lines help.</summary>
    public const double FewFrames = 9;

    /// <summary>Builds the ladder in place.</summary>
    /// <param name="options">Everything that the publication offers, in any order. Its beginning is overwritten with the ladder, worst first, each step dearer than the one before.</param>
    /// <param name="hint">What it shows.</param>
    /// <param name="maxHeight">The largest useful height in pixels.</param>
    /// <returns>Steps of the ladder; 0 only when nothing is offered.</returns>
    public static int Build(Span<LayerOption> options, ContentHint hint, int maxHeight)
    {
        var count = Cap(options, maxHeight);
        var full = 0.0;
        foreach (ref readonly var option in options[..count]) full = Math.Max(full, option.FramesPerSecond);
        Sort(options[..count], full, hint);
        return Prune(options[..count]);
    }

    /// <summary>The step up to which a screen comes before every face (docs/allocation.md, case B2): text at its full size, a film with all its frames.</summary>
    /// <param name="ladder">As <see cref="Build"/> made it.</param>
    /// <param name="hint">As it was built with.</param>
    public static int Essential(ReadOnlySpan<LayerOption> ladder, ContentHint hint)
    {
        if (ladder.IsEmpty || hint == ContentHint.None) return 0;
        ref readonly var top = ref ladder[^1];
        for (var i = 0; i < ladder.Length; i++)
        {
            if (hint == ContentHint.Detail ? ladder[i].Height >= top.Height : Level(ladder[i], top.FramesPerSecond) == 8) return i;
        }
        return ladder.Length - 1;
    }

    // L1: nothing larger than the smallest picture that fills the wanted height.
    private static int Cap(Span<LayerOption> options, int maxHeight)
    {
        var enough = int.MaxValue;
        foreach (ref readonly var option in options)
        {
            if (option.Height >= maxHeight * HeightTolerance) enough = Math.Min(enough, option.Height);
        }
        var count = 0;
        foreach (var option in options)
        {
            if (option.Height <= enough) options[count++] = option;
        }
        return count;
    }

    // Insertion sort: at most a few dozen, and it allocates nothing.
    private static void Sort(Span<LayerOption> options, double full, ContentHint hint)
    {
        for (var i = 1; i < options.Length; i++)
        {
            for (var j = i; j > 0 && IsBetter(options[j - 1], options[j], full, hint); j--) (options[j - 1], options[j]) = (options[j], options[j - 1]);
        }
    }

    // L2 (text): lines, then frames. L3 (film): frames, then lines. L4 (face): some frames, then lines, then all frames.
    private static bool IsBetter(in LayerOption left, in LayerOption right, double full, ContentHint hint)
    {
        var (leftLevel, rightLevel) = (Level(left, full), Level(right, full));
        if (hint == ContentHint.Motion && leftLevel != rightLevel) return leftLevel > rightLevel;
        if (hint == ContentHint.None)
        {
            var (leftFew, rightFew) = (Few(leftLevel, full), Few(rightLevel, full));
            if (leftFew != rightFew) return leftFew > rightFew;
        }
        if (left.Height != right.Height) return left.Height > right.Height;
        return leftLevel != rightLevel ? leftLevel > rightLevel : left.BitsPerSecond > right.BitsPerSecond;
    }

    // Frames as a share of all, in eighths and coarse: temporal layers halve, and two encodings of one camera never have exactly the same rate.
    private static int Level(in LayerOption option, double full)
    {
        var share = full <= 0 ? 1 : option.FramesPerSecond / full;
        return share >= 0.7 ? 8 : share >= 0.35 ? 4 : share >= 0.175 ? 2 : 1;
    }

    private static int Few(int level, double full) => level * full / 8 >= FewFrames ? 8 : level;

    // L5: what costs as much as something better is no step.
    private static int Prune(Span<LayerOption> options)
    {
        var first = options.Length;
        var cheapest = long.MaxValue;
        for (var i = options.Length - 1; i >= 0; i--)
        {
            if (options[i].BitsPerSecond >= cheapest) continue;
            cheapest = options[i].BitsPerSecond;
            options[--first] = options[i];
        }
        options[first..].CopyTo(options);
        return options.Length - first;
    }
}
