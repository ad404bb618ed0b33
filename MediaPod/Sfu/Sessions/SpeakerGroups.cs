using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Speakers;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>The groups of one media room on its worker: which there are, and which voice is in which. A voice is where its publisher is, and takes its level and floor along.</summary>
internal sealed class SpeakerGroups(MediaRoom room, ControlQueue control)
{
    private readonly List<SpeakerGroup> _groups = [];
    private readonly Dictionary<Publication, SpeakerGroup> _voices = [];

    public IReadOnlyList<SpeakerGroup> All => _groups;

    /// <summary>A session hears this group from now on.</summary>
    public void Join(MediaSession session)
    {
        session.Speakers = Named(session.Policy.Group);
        session.Speakers.Add(session);
    }

    /// <summary>A session hears nothing any more.</summary>
    public void Leave(MediaSession session)
    {
        session.Speakers.Remove(session);
        Drop(session.Speakers);
    }

    /// <summary>A session is in another group than before: it is told at once who speaks there.</summary>
    public void Move(MediaSession session)
    {
        Leave(session);
        Join(session);
        session.Speakers.Tell(session);
        foreach (var publication in session.Streams.Publications) Place(publication);
    }

    /// <summary>A publication is heard in its publisher's group, where it was not before.</summary>
    public void Place(Publication publication)
    {
        if (publication is not { Announced: true, Voice: { } voice }) return;
        if (_voices.TryGetValue(publication, out var before) && before.Name == publication.Owner.Group) return;
        var group = Named(publication.Owner.Group);
        group.Ranking.Add(voice);
        _voices[publication] = group;
        if (before is not null) Withdraw(before, voice);
    }

    /// <summary>A publication is heard no more.</summary>
    public void Remove(Publication publication)
    {
        if (_voices.Remove(publication, out var group)) Withdraw(group, publication.Voice!);
    }

    /// <summary>Every 100 ms where it is decided who speaks; true: slots are to be decided on anew.</summary>
    public bool Rank(long now)
    {
        var (any, again) = (false, room.Spread.IsTimeToRepeat());
        foreach (var group in _groups)
        {
            var changed = group.Rank(now);
            any |= changed;
            if (group.Tell() | changed | again) room.Spread.TellOrder(group);
        }
        return any;
    }

    /// <summary>Takes over what was decided elsewhere; true: slots are to be decided on anew.</summary>
    public bool Follow(SpeakerOrder order) => _groups.Find(g => g.Name == order.Group)?.Follow(order) ?? false;

    private void Withdraw(SpeakerGroup group, Voice voice)
    {
        group.Ranking.Remove(voice);
        Drop(group);
    }

    // Where others may still hear it, that nobody speaks there any more is the last that they are told.
    private void Drop(SpeakerGroup group)
    {
        if (!group.IsEmpty || !_groups.Remove(group)) return;
        group.Tell();
        if (!room.Spread.Follows) room.Spread.TellOrder(group);
    }

    private SpeakerGroup Named(string name)
    {
        var group = _groups.Find(g => g.Name == name);
        if (group is null) _groups.Add(group = new SpeakerGroup(name, control));
        return group;
    }
}
