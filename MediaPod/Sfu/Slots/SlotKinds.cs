namespace Conference.MediaPod.Sfu.Slots;

/// <summary>Which of a session's slots something is about.</summary>
[Flags]
internal enum SlotKinds : byte
{
    None = 0,
    Audio = 1,
    Video = 2,
    All = Audio | Video,
}
