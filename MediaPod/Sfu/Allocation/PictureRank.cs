namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>Whose turn it is, before any priority (docs/allocation.md, cases B2 to B6).</summary>
public enum PictureRank : byte
{
    /// <summary>A shared screen.</summary>
    Screen,

    /// <summary>The active speaker, or a picture that the viewer pinned.</summary>
    Prominent,

    /// <summary>Everybody else.</summary>
    Other,
}
