namespace Conference.MediaPod.Sfu.Speakers;

/// <summary>What a ranking knows of one voice at one moment; see <see cref="Voice"/>.</summary>
/// <param name="PublicationId">Which.</param>
/// <param name="Level">Smoothed loudness, 0 to 127.</param>
/// <param name="Floor">What counts as its silence, 0 to 127.</param>
/// <param name="Speaking">Whether it speaks.</param>
/// <param name="Lasting">And not only for a moment.</param>
/// <param name="LastSpokeMilliseconds">When it last spoke; null: never.</param>
/// <param name="LastLoudMilliseconds">When it was last loud; null: never.</param>
public readonly record struct VoiceState(
    int PublicationId, double Level, double Floor, bool Speaking, bool Lasting, long? LastSpokeMilliseconds, long? LastLoudMilliseconds);
