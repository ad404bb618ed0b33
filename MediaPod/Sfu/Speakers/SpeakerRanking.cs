using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Speakers;

/// <summary>Orders the voices of one group of a media room and names its active speaker (docs/slots.md, cases S1 to S9). Pure: time is an argument.</summary>
public sealed class SpeakerRanking
{
    /// <summary>How often <see cref="Rank"/> is to be called while a voice is there, in milliseconds.</summary>
    public const int IntervalMilliseconds = 100;

    /// <summary>By how much a challenger must stand above a speaker who still speaks.</summary>
    public const double Margin = 8;

    /// <summary>For how long it must, in milliseconds.</summary>
    public const int ChallengeMilliseconds = 500;

    /// <summary>The pause in which a speaker stays active, in milliseconds.</summary>
    public const int PauseMilliseconds = 400;

    private readonly List<Voice> _voices = [];
    private Voice? _challenger;
    private long _challengedSince;

    /// <summary>Every voice, best first.</summary>
    public ReadOnlySpan<Voice> Ranked => CollectionsMarshal.AsSpan(_voices);

    /// <summary>Who speaks, or spoke last; null before anybody did.</summary>
    public Voice? Active { get; private set; }

    /// <summary>Grows whenever the order of <see cref="Ranked"/>, a voice's speaking, or <see cref="Active"/> has changed.</summary>
    public long Revision { get; private set; }

    /// <summary>Adds a voice, last in rank.</summary>
    public void Add(Voice voice)
    {
        _voices.Add(voice);
        Revision++;
    }

    /// <summary>Removes a voice.</summary>
    public void Remove(Voice voice)
    {
        if (!_voices.Remove(voice)) return;
        if (Active == voice) Active = null;
        if (_challenger == voice) _challenger = null;
        Revision++;
    }

    /// <summary>Ends an interval for every voice, reorders them, and decides on the active speaker.</summary>
    public void Rank(long nowMilliseconds)
    {
        var changed = false;
        foreach (var voice in _voices)
        {
            var (spoke, lasted) = (voice.Speaking, voice.Lasting);
            voice.EndInterval(nowMilliseconds);
            changed |= spoke != voice.Speaking || lasted != voice.Lasting;
        }
        changed |= Order();
        changed |= ElectActive(nowMilliseconds);
        if (changed) Revision++;
    }

    /// <summary>Takes over what another ranking of the same voices decided (S8), instead of <see cref="Rank"/>. Voices that it does not know come last.</summary>
    /// <param name="states">Best first.</param>
    /// <param name="active">The active speaker's publication; null: nobody.</param>
    public void Follow(ReadOnlySpan<VoiceState> states, int? active)
    {
        var (changed, at) = (false, 0);
        foreach (ref readonly var state in states)
        {
            var id = state.PublicationId;
            var from = _voices.FindIndex(at, voice => voice.PublicationId == id);
            if (from < 0) continue;
            var voice = _voices[from];
            changed |= voice.Follow(state) || from != at;
            if (from != at)
            {
                _voices.RemoveAt(from);
                _voices.Insert(at, voice);
            }
            at++;
        }
        var leads = _voices.Find(voice => voice.PublicationId == active);
        changed |= leads != Active;
        (Active, _challenger) = (leads, null);
        if (changed) Revision++;
    }

    // An insertion sort: the order changes little between intervals, equal voices keep their places, and nothing is allocated.
    private bool Order()
    {
        var changed = false;
        for (var i = 1; i < _voices.Count; i++)
        {
            var voice = _voices[i];
            var at = i;
            while (at > 0 && IsBefore(voice, _voices[at - 1]))
            {
                _voices[at] = _voices[at - 1];
                at--;
            }
            if (at == i) continue;
            _voices[at] = voice;
            changed = true;
        }
        return changed;
    }

    private static bool IsBefore(Voice left, Voice right)
    {
        if (left.Speaking != right.Speaking) return left.Speaking;
        if (left.Speaking) return left.Score > right.Score + 1;
        return (left.LastSpokeMilliseconds ?? long.MinValue) > (right.LastSpokeMilliseconds ?? long.MinValue);
    }

    private bool ElectActive(long now)
    {
        var best = BestLasting();
        if (best is null || best == Active)
        {
            _challenger = null;
            return false;
        }
        // S1: nobody was active, or the active one has paused for long enough.
        if (Active is null || now - (Active.LastLoudMilliseconds ?? 0) >= PauseMilliseconds) return Elect(best);
        // S2: both speak; only a clear and lasting lead takes over.
        if (best.Score < Active.Score + Margin)
        {
            _challenger = null;
            return false;
        }
        if (_challenger != best) (_challenger, _challengedSince) = (best, now);
        return now - _challengedSince >= ChallengeMilliseconds && Elect(best);
    }

    // S6: who is loud for a moment only (a cough, a knock) does not become active.
    private Voice? BestLasting()
    {
        foreach (var voice in _voices)
        {
            if (!voice.Speaking) return null; // the others do not either
            if (voice.Lasting) return voice;
        }
        return null;
    }

    private bool Elect(Voice voice)
    {
        Active = voice;
        _challenger = null;
        return true;
    }
}
