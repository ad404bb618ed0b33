namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>What a subscription is to forward.</summary>
/// <param name="Stream">The encoding, as an index into the source's streams; <see cref="None"/>: nothing.</param>
/// <param name="SpatialId">The highest spatial layer.</param>
/// <param name="TemporalId">The highest temporal layer.</param>
internal readonly record struct LayerAim(int Stream, byte SpatialId, byte TemporalId)
{
    /// <summary>No encoding.</summary>
    public const int None = -1;

    public static LayerAim Nothing { get; } = new(None, 0, 0);
}
