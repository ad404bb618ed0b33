namespace Conference.MediaPod.Sfu.Redundancy;

/// <summary>What one voice costs a receiver, in the form that it is sent to it (docs/allocation.md, case B1). Pure.</summary>
public static class SoundCost
{
    /// <summary>Bits per second.</summary>
    /// <param name="level">The receiver's redundancy.</param>
    /// <param name="takesRedundancy">The receiver agreed on it; otherwise it gets each packet's own sound alone.</param>
    /// <param name="asItCame">What the publisher sends, with the redundancy that it adds by itself.</param>
    /// <param name="alone">The same without any.</param>
    public static double Of(RedundancyLevel level, bool takesRedundancy, double asItCame, double alone) => !takesRedundancy || level == RedundancyLevel.Bare
        ? alone
        : level switch
        {
            RedundancyLevel.One => Math.Max(asItCame, 2 * alone), // F3: what came with as much goes on as it came
            RedundancyLevel.Two => Math.Max(asItCame, 3 * alone),
            _ => asItCame,
        };
}
