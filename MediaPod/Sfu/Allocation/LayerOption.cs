namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>One way to forward a publication: an encoding up to a spatial and a temporal layer.</summary>
/// <param name="Stream">The encoding, as an index into the publication's streams.</param>
/// <param name="SpatialId">The highest spatial layer that is forwarded, 0 without spatial layers.</param>
/// <param name="TemporalId">The highest temporal layer that is forwarded, 0 without temporal layers.</param>
/// <param name="Height">Of the picture in pixels, 1 or more.</param>
/// <param name="FramesPerSecond">Measured, all layers of the option together.</param>
/// <param name="BitsPerSecond">Measured, all layers of the option together; 1 or more.</param>
/// <param name="Available">False: the publisher has been asked not to send it at present. It can be wanted, not chosen.</param>
public readonly record struct LayerOption(byte Stream, byte SpatialId, byte TemporalId, int Height, double FramesPerSecond, long BitsPerSecond, bool Available = true)
{
    /// <summary>The same encoding and layers, whatever was measured.</summary>
    public bool IsSameLayer(in LayerOption other) => Stream == other.Stream && SpatialId == other.SpatialId && TemporalId == other.TemporalId;
}
