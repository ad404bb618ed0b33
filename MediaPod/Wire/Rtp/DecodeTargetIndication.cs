namespace Conference.MediaPod.Wire.Rtp;

/// <summary>What a frame means to a decode target (AV1 RTP specification section A.8.2.1).</summary>
public enum DecodeTargetIndication : byte
{
    /// <summary>The frame is not of the decode target: do not forward it for this target.</summary>
    NotPresent,

    /// <summary>No later frame of the decode target refers to this one.</summary>
    Discardable,

    /// <summary>A receiver can begin with the decode target here: all later frames of it decode if this one does.</summary>
    Switch,

    /// <summary>Later frames of the decode target refer to this one.</summary>
    Required,
}
