namespace Conference.MediaPod.Wire.Rtp;

/// <summary>Where the parts of one dependency descriptor are, so that it can be written again later without its structure.</summary>
/// <param name="ActiveMaskBit">The bit at which the mask of active decode targets is, or would be.</param>
/// <param name="DefinitionBit">The bit at which the frame's own definitions begin.</param>
/// <param name="EndBit">The bit behind the last.</param>
/// <param name="DecodeTargetCount">Number of decode targets, 1 to 32; 0: nothing was read.</param>
public readonly record struct DependencyPlaces(ushort ActiveMaskBit, ushort DefinitionBit, ushort EndBit, byte DecodeTargetCount);
