namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>What the delay of packets says about the path.</summary>
public enum DelaySignal
{
    /// <summary>Delay neither grows nor falls.</summary>
    Normal,

    /// <summary>Delay grows: more is sent than the path carries.</summary>
    Overused,

    /// <summary>Delay falls: a queue drains.</summary>
    Underused,
}
