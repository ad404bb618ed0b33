using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Slots;
using Conference.MediaPod.Sfu.Speakers;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>Those of a media room who hear each other, and who speaks among them (docs/slots.md, S9): everybody, or one breakout room. On one worker, whose sessions it knows.</summary>
internal sealed class SpeakerGroup(string name, ControlQueue control)
{
    private const int MostTold = 8;

    private readonly List<MediaSession> _sessions = [];
    private ImmutableArray<ISessionEvents> _listeners = [];
    private long _rankedRevision = -1;
    private Voice? _rankedActive;

    public string Name => name;
    public SpeakerRanking Ranking { get; } = new();

    /// <summary>Who speaks, as clients were told last.</summary>
    public ImmutableArray<SpeakerLevel> Told { get; private set; } = [];

    /// <summary>Nobody hears here, and nobody is heard.</summary>
    public bool IsEmpty => _sessions.Count == 0 && Ranking.Ranked.IsEmpty;

    public void Add(MediaSession session)
    {
        _sessions.Add(session);
        _listeners = [.. _sessions.Select(s => s.Events)];
    }

    public void Remove(MediaSession session)
    {
        _sessions.Remove(session);
        _listeners = [.. _sessions.Select(s => s.Events)];
    }

    /// <summary>Ranks, every 100 ms; true: something is another than before, and slots are to be decided on anew.</summary>
    public bool Rank(long now)
    {
        Ranking.Rank(now / 1000);
        return Note();
    }

    /// <summary>Takes over what the room's home decided (S8); true: slots are to be decided on anew.</summary>
    public bool Follow(SpeakerOrder order)
    {
        Ranking.Follow(order.Voices.AsSpan(), order.Active);
        var changed = Note();
        if (Told.SequenceEqual(order.Told)) return changed;
        Told = order.Told;
        Post(_listeners, Told);
        return changed;
    }

    /// <summary>Tells everybody who speaks, if that is news; true: it was.</summary>
    public bool Tell()
    {
        if (IsTold()) return false;
        var speakers = ImmutableArray.CreateBuilder<SpeakerLevel>(MostTold);
        foreach (var voice in Ranking.Ranked)
        {
            if (speakers.Count == MostTold || (!voice.Speaking && voice != Ranking.Active)) break;
            speakers.Add(new SpeakerLevel(voice.ParticipantId, Rounded(voice), voice == Ranking.Active));
        }
        Told = speakers.ToImmutable();
        Post(_listeners, Told);
        return true;
    }

    /// <summary>Tells one that was told of another group what the others here were told last.</summary>
    public void Tell(MediaSession session) => Post([session.Events], Told);

    /// <summary>Tells one that has just connected, and knows of nobody.</summary>
    public void TellFirst(MediaSession session)
    {
        if (Told.Length > 0) Tell(session);
    }

    private bool Note()
    {
        if (Ranking.Revision == _rankedRevision) return false;
        _rankedRevision = Ranking.Revision;
        // Pictures depend on who is active, and only where nobody is named.
        var pictures = Ranking.Active != _rankedActive;
        _rankedActive = Ranking.Active;
        foreach (var session in _sessions) session.Undecided |= pictures && session.FollowsSpeaker ? SlotKinds.All : SlotKinds.Audio;
        return true;
    }

    // By itself, because a closure is allocated where its method begins, used or not.
    private void Post(ImmutableArray<ISessionEvents> listeners, ImmutableArray<SpeakerLevel> told)
    {
        control.Post(() =>
        {
            foreach (var listener in listeners) listener.SpeakersChanged(told);
        });
    }

    // The same list again is not told, and finding that out allocates nothing.
    private bool IsTold()
    {
        var count = 0;
        foreach (var voice in Ranking.Ranked)
        {
            if (count == MostTold || (!voice.Speaking && voice != Ranking.Active)) break;
            if (count == Told.Length) return false;
            var told = Told[count++];
            if (told.ParticipantId != voice.ParticipantId || told.Level != Rounded(voice) || told.Active != (voice == Ranking.Active)) return false;
        }
        return count == Told.Length;
    }

    // In steps of 4 dB: nobody sees finer ones in a ring around a name.
    private static int Rounded(Voice voice) => Math.Clamp((int)voice.Level / 4 * 4, 0, 127);
}
