namespace Conference.MediaPod.Wire.Codecs;

/// <summary>Types of H.264 NAL units that matter to a forwarder (RFC 6184 section 5.2, H.264 table 7-1); others parse too.</summary>
public enum H264NalType : byte
{
    /// <summary>Slice of a picture that is no key frame.</summary>
    Slice = 1,

    /// <summary>Slice of an instantaneous decoding refresh picture.</summary>
    Idr = 5,

    /// <summary>Supplemental enhancement information.</summary>
    Sei = 6,

    /// <summary>Sequence parameter set.</summary>
    SequenceParameters = 7,

    /// <summary>Picture parameter set.</summary>
    PictureParameters = 8,

    /// <summary>Several NAL units of one time in one packet (RFC 6184 section 5.7.1).</summary>
    StapA = 24,

    /// <summary>A part of a NAL unit (RFC 6184 section 5.8).</summary>
    FuA = 28,
}
