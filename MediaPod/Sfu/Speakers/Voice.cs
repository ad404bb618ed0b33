namespace Conference.MediaPod.Sfu.Speakers;

/// <summary>
/// One microphone as the ranking hears it. Loudness is 0 (silence) to 127 (overload): 127 minus the level of RFC 6464.
/// The floor follows the quietest sound down at once and creeps up slowly, so a voice, which pauses, stands far above its floor, and
/// anything constant (a fan, a forged level 0 in every packet) drowns in its own.
/// </summary>
public sealed class Voice
{
    internal const double Ceiling = 107;
    private const double InitialFloor = 40;
    private const double FloorRisePerInterval = 0.2;
    private const double Attack = 0.5;
    private const double Decay = 0.15;
    private const double SpeakingAboveFloor = 12;
    private const double SpeakingLoudness = 47;

    private long _sum;
    private int _count;

    /// <summary>A microphone that has not been heard yet.</summary>
    /// <param name="publicationId">Names the publication within its media room.</param>
    /// <param name="participantId">Whose it is.</param>
    public Voice(int publicationId, string participantId)
    {
        PublicationId = publicationId;
        ParticipantId = participantId;
    }

    /// <summary>Names the publication within its media room.</summary>
    public int PublicationId { get; }

    /// <summary>Whose microphone it is.</summary>
    public string ParticipantId { get; }

    /// <summary>Smoothed loudness, 0 to 127.</summary>
    public double Level { get; private set; }

    /// <summary>What counts as its silence, 0 to 127.</summary>
    public double Floor { get; private set; } = InitialFloor;

    /// <summary>How far it stands above its floor, 0 to 107. Everything louder than 20 dB below overload is equal, so shouting wins nothing.</summary>
    public double Score => Math.Max(0, Math.Min(Level, Ceiling) - Floor);

    /// <summary>Whether it speaks now.</summary>
    public bool Speaking { get; private set; }

    /// <summary>When it last spoke, in milliseconds of the caller's clock; null before the first time.</summary>
    public long? LastSpokeMilliseconds { get; private set; }

    /// <summary>Takes in one packet. Called on the packet path.</summary>
    public void Heard(int loudness)
    {
        _sum += loudness;
        _count++;
    }

    /// <summary>Ends an interval. Without a packet since the last (silence suppression, mute) the interval was silent.</summary>
    internal void EndInterval(long nowMilliseconds)
    {
        var loudness = _count == 0 ? 0 : (double)_sum / _count;
        (_sum, _count) = (0, 0);
        Level += (loudness - Level) * (loudness > Level ? Attack : Decay);
        Floor = loudness < Floor ? loudness : Math.Min(loudness, Floor + FloorRisePerInterval);
        Speaking = Level >= SpeakingLoudness && Score >= SpeakingAboveFloor;
        if (Speaking) LastSpokeMilliseconds = nowMilliseconds;
    }
}
