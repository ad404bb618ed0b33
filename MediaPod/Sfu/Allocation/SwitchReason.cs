namespace Conference.MediaPod.Sfu.Allocation;

/// <summary>Why a slot's layer changed.</summary>
public enum SwitchReason : byte
{
    /// <summary>Something else fills the slot.</summary>
    Content,

    /// <summary>Another size is demanded.</summary>
    Demand,

    /// <summary>The publisher sends other layers than before.</summary>
    Publisher,

    /// <summary>The receiver's connection carries more.</summary>
    Raised,

    /// <summary>The receiver's connection carries less.</summary>
    Lowered,
}
