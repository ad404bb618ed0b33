namespace Conference.MediaPod.Sfu.Speakers;

/// <summary>
/// One microphone as the ranking hears it (docs/slots.md). Loudness is 0 (silence) to 127 (overload): 127 minus the level of RFC 6464.
/// The floor follows the quietest sound down at once and creeps up slowly, so a voice, which pauses, stands far above its floor, and
/// anything constant (a fan, a forged level 0 in every packet) drowns in its own.
/// </summary>
public sealed class Voice
{
    internal const double Ceiling = 107;
    private const double LeastFloor = 50, FirstFloorLeast = 40, FirstFloorMost = 75;
    private const double FloorRisePerInterval = 0.2;
    private const double Attack = 0.5;
    private const double Decay = 0.15;
    private const double SpeakingAboveFloor = 12;
    private const double SpeakingLoudness = 47;

    // Below the noise of any room: a muted track, or no sound at all.
    private const int NoSignal = 25;
    private const int Intervals = LastingMilliseconds / SpeakerRanking.IntervalMilliseconds;

    private readonly int[] _loudMilliseconds = new int[Intervals];
    private long _sum;
    private int _count, _loud;
    private int _quietest = int.MaxValue;
    private int _interval;
    private bool _hasFloor;

    /// <summary>A microphone that has not been heard yet.</summary>
    /// <param name="publicationId">Names the publication within its media room.</param>
    /// <param name="participantId">Whose it is.</param>
    public Voice(int publicationId, string participantId)
    {
        PublicationId = publicationId;
        ParticipantId = participantId;
    }

    /// <summary>The span in which a voice must be loud for <see cref="LoudMilliseconds"/> to be <see cref="Lasting"/>.</summary>
    public const int LastingMilliseconds = 500;

    /// <summary>For how long of that span it must be loud: a cough is not, speech is.</summary>
    public const int LoudMilliseconds = 350;

    /// <summary>Names the publication within its media room.</summary>
    public int PublicationId { get; }

    /// <summary>Whose microphone it is.</summary>
    public string ParticipantId { get; }

    /// <summary>Smoothed loudness, 0 to 127.</summary>
    public double Level { get; private set; }

    /// <summary>What counts as its silence, 0 to 127.</summary>
    public double Floor { get; private set; } = FirstFloorLeast;

    /// <summary>
    /// How far it stands above its floor, 0 to 57. Everything louder than 20 dB below overload is equal, so shouting wins nothing; and every floor below that of a quiet room.
    /// </summary>
    public double Score => Math.Max(0, Math.Min(Level, Ceiling) - Math.Max(Floor, LeastFloor));

    /// <summary>Whether it speaks now, pauses between words included.</summary>
    public bool Speaking { get; private set; }

    /// <summary>It speaks, and not only for a moment: no cough, no knock.</summary>
    public bool Lasting { get; private set; }

    /// <summary>When it last spoke, in milliseconds of the caller's clock; null before the first time.</summary>
    public long? LastSpokeMilliseconds { get; private set; }

    /// <summary>When it was last loud, without the pauses that <see cref="Speaking"/> bridges; null before the first time.</summary>
    public long? LastLoudMilliseconds { get; private set; }

    /// <summary>Takes in one packet. Called on the packet path.</summary>
    public void Heard(int loudness)
    {
        loudness = Math.Min(loudness, (int)Ceiling);
        _sum += loudness;
        _count++;
        if (loudness >= NoSignal) _quietest = Math.Min(_quietest, loudness);
        if (loudness >= SpeakingLoudness && loudness >= Floor + SpeakingAboveFloor) _loud++;
    }

    /// <summary>Ends an interval. Without a packet since the last (discontinuous transmission, mute) the interval was silent, which says nothing about the floor.</summary>
    internal void EndInterval(long nowMilliseconds)
    {
        var loudness = _count == 0 ? 0 : (double)_sum / _count;
        var loud = _count == 0 ? 0 : _loud * SpeakerRanking.IntervalMilliseconds / _count;
        FollowFloor();
        (_sum, _count, _loud, _quietest) = (0, 0, 0, int.MaxValue);

        Level += (loudness - Level) * (loudness > Level ? Attack : Decay);
        _loudMilliseconds[_interval++ % Intervals] = loud;
        Speaking = Level >= SpeakingLoudness && Score >= SpeakingAboveFloor;
        Lasting = Speaking && (Lasting || LoudLately() >= LoudMilliseconds);
        if (Speaking) LastSpokeMilliseconds = nowMilliseconds;
        if (loud >= SpeakerRanking.IntervalMilliseconds / 3) LastLoudMilliseconds = nowMilliseconds;
    }

    /// <summary>What it is at present.</summary>
    internal VoiceState State => new(PublicationId, Level, Floor, Speaking, Lasting, LastSpokeMilliseconds, LastLoudMilliseconds);

    /// <summary>Becomes what another ranking, which hears the same, says that it is. True: it speaks now and did not before, or the other way round.</summary>
    internal bool Follow(in VoiceState state)
    {
        (_sum, _count, _loud, _quietest) = (0, 0, 0, int.MaxValue);
        var changed = (Speaking, Lasting) != (state.Speaking, state.Lasting);
        (Level, Floor, Speaking, Lasting) = (state.Level, state.Floor, state.Speaking, state.Lasting);
        (LastSpokeMilliseconds, LastLoudMilliseconds) = (state.LastSpokeMilliseconds, state.LastLoudMilliseconds);
        return changed;
    }

    private int LoudLately()
    {
        var sum = 0;
        foreach (var milliseconds in _loudMilliseconds) sum += milliseconds;
        return sum;
    }

    private void FollowFloor()
    {
        if (_quietest == int.MaxValue) return;
        if (!_hasFloor) (_hasFloor, Floor) = (true, Math.Clamp(_quietest, FirstFloorLeast, FirstFloorMost));
        Floor = _quietest < Floor ? _quietest : Math.Min(_quietest, Floor + FloorRisePerInterval);
    }
}
