namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>One simulcast encoding as the selection sees it.</summary>
/// <param name="Arrives">Packets came within the last second or so.</param>
/// <param name="Height">Of its last key frame in pixels; 0 while unknown.</param>
/// <param name="BitsPerSecond">Measured.</param>
public readonly record struct LayerState(bool Arrives, int Height, double BitsPerSecond);

/// <summary>Which simulcast encoding a subscription is to get. Pure.</summary>
public static class LayerSelection
{
    /// <summary>No encoding arrives.</summary>
    public const int None = -1;

    /// <summary>A picture may be this much lower than what is wanted before the next larger one is taken: nobody sees an eighth.</summary>
    private const double Tolerance = 0.875;

    /// <summary>The smallest encoding that fills the wanted height, else the largest.</summary>
    /// <param name="layers">In the order of the offer's rids. Where heights are unknown, the measured rate orders them.</param>
    /// <param name="maxHeight">The largest useful height in pixels.</param>
    /// <returns>An index into <paramref name="layers"/>, or <see cref="None"/>.</returns>
    public static int Select(ReadOnlySpan<LayerState> layers, int maxHeight)
    {
        var (enough, largest) = (None, None);
        for (var i = 0; i < layers.Length; i++)
        {
            if (!layers[i].Arrives) continue;
            if (largest == None || IsLarger(layers[i], layers[largest])) largest = i;
            if (layers[i].Height < maxHeight * Tolerance) continue;
            if (enough == None || IsLarger(layers[enough], layers[i])) enough = i;
        }
        return enough != None ? enough : largest;
    }

    private static bool IsLarger(in LayerState left, in LayerState right) =>
        left.Height != right.Height && left.Height > 0 && right.Height > 0 ? left.Height > right.Height : left.BitsPerSecond > right.BitsPerSecond;
}
