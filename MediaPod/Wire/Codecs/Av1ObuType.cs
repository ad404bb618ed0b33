namespace Conference.MediaPod.Wire.Codecs;

/// <summary>Types of AV1 open bitstream units (AV1 specification section 6.2.2); others parse too.</summary>
public enum Av1ObuType : byte
{
    /// <summary>Sequence header: in front of every key frame.</summary>
    SequenceHeader = 1,

    /// <summary>Temporal delimiter; not sent over RTP.</summary>
    TemporalDelimiter = 2,

    /// <summary>Frame header without tiles.</summary>
    FrameHeader = 3,

    /// <summary>Tiles.</summary>
    TileGroup = 4,

    /// <summary>Metadata.</summary>
    Metadata = 5,

    /// <summary>Frame header with tiles.</summary>
    Frame = 6,

    /// <summary>Repeated frame header.</summary>
    RedundantFrameHeader = 7,

    /// <summary>Tile list; not sent over RTP.</summary>
    TileList = 8,

    /// <summary>Padding.</summary>
    Padding = 15,
}
