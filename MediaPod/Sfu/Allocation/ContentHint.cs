namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>What a picture shows, as its publisher says (the W3C's content hints); decides what is given up first.</summary>
public enum ContentHint : byte
{
    /// <summary>Nothing said: faces. Some frames, then lines, then more frames.</summary>
    None,

    /// <summary>Text: every line, with few frames where it must be.</summary>
    Detail,

    /// <summary>A film: every frame, with few lines where it must be.</summary>
    Motion,
}
