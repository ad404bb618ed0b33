using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Slots;
using Conference.MediaPod.Sfu.Spreading;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>One media room on its worker: who is there, what they publish, who speaks. Decides nothing itself; asks the pure decisions and applies them.</summary>
internal sealed class MediaRoom
{
    private readonly WorkerContext _context;
    private readonly List<MediaSession> _sessions = [];
    private readonly List<Publication> _publications = [];
    private readonly Dictionary<int, Publication> _byId = [];
    private readonly Dictionary<(string ParticipantId, TrackSource Source), Publication> _bySource = []; // empty: to be made anew
    private readonly SlotFiller _filler;
    private bool _stateDirty, _wantsDirty;

    public MediaRoom(string id, WorkerContext context)
    {
        Id = id;
        _context = context;
        _filler = new SlotFiller(this);
        Spread = new RoomSpread(this, context);
        Speakers = new SpeakerGroups(this, context.Control);
    }

    public string Id { get; }

    /// <summary>Who speaks, in each group of those who hear each other.</summary>
    public SpeakerGroups Speakers { get; }

    /// <summary>The room's parts on other workers.</summary>
    public RoomSpread Spread { get; }

    public List<MediaSession> Sessions => _sessions;

    /// <summary>Publications whose packets have come, oldest first.</summary>
    public List<Publication> Publications => _publications;

    /// <summary>Something is to be decided or told before the worker sleeps.</summary>
    public bool IsDirty { get; private set; }

    public void Add(MediaSession session)
    {
        _sessions.Add(session);
        Speakers.Join(session);
        MarkState();
    }

    public void Remove(MediaSession session)
    {
        _sessions.Remove(session);
        Speakers.Leave(session);
        MarkState();
    }

    /// <summary>A session hears others from now on, and is heard by others: those of its policy's group.</summary>
    public void Regroup(MediaSession session)
    {
        Speakers.Move(session);
        MarkSlots();
        foreach (var publication in session.Streams.Publications) Spread.Tell(publication);
    }

    public Publication? Find(int id) => _byId.GetValueOrDefault(id);

    /// <summary>The participant's publication of that source: of its newest session, once it sends.</summary>
    public Publication? Find(string participantId, TrackSource source)
    {
        if (_bySource.Count == 0 && _publications.Count > 0) IndexSources();
        return _bySource.GetValueOrDefault((participantId, source));
    }

    /// <summary>A publication's first packet came.</summary>
    public void PublicationBegan(Publication publication)
    {
        publication.Announced = true;
        publication.Arrives = true;
        _publications.Add(publication);
        _byId.Add(publication.Id, publication);
        Speakers.Place(publication);
        Spread.Tell(publication);
        MarkSlots();
        MarkState();
    }

    /// <summary>Its codec, layers, or what the plan lets through changed.</summary>
    public void PublicationChanged(Publication publication)
    {
        if (!publication.Announced) return;
        Speakers.Place(publication);
        Spread.Tell(publication);
        MarkSlots();
        MarkState();
    }

    /// <summary>It is gone.</summary>
    public void PublicationEnded(Publication publication)
    {
        if (!publication.Announced) return;
        _publications.Remove(publication);
        _byId.Remove(publication.Id);
        Spread.Ended(publication);
        Speakers.Remove(publication);
        foreach (var session in _sessions)
        {
            foreach (var slot in session.Slots)
            {
                if (slot.Content == publication) slot.Fill(null);
            }
        }
        MarkSlots();
        MarkState();
    }

    /// <summary>Publications have changed: every slot is decided anew.</summary>
    public void MarkSlots()
    {
        _bySource.Clear();
        foreach (var session in _sessions) session.Undecided = SlotKinds.All;
        IsDirty = true;
    }

    /// <summary>One session's slots are decided anew.</summary>
    public void MarkSlots(MediaSession session)
    {
        session.Undecided = SlotKinds.All;
        IsDirty = true;
    }

    public void MarkSlotStates(MediaSession session)
    {
        session.SlotStatesDirty = true;
        IsDirty = true;
    }

    public void MarkState()
    {
        _stateDirty = true;
        IsDirty = true;
    }

    /// <summary>Every 100 ms while somebody publishes.</summary>
    public void Tick(long now)
    {
        foreach (var publication in _publications) NoteArrival(publication, now);
        // S8: the home's decision comes by itself.
        var ranked = !Spread.Follows && Speakers.Rank(now);
        IsDirty |= ranked || AnyUndecided();
    }

    /// <summary>Takes over what the room's home decided about who speaks (S8).</summary>
    public void Follow(SpeakerOrder order) => IsDirty |= Speakers.Follow(order);

    private bool AnyUndecided()
    {
        foreach (var session in _sessions)
        {
            if (session.Undecided != SlotKinds.None && session.Connected) return true;
        }
        return false;
    }

    /// <summary>Decides what is to be decided and tells what is to be told.</summary>
    public void Settle(long now)
    {
        if (!IsDirty) return;
        IsDirty = false;
        foreach (var session in _sessions)
        {
            if (session.Undecided != SlotKinds.None) _filler.Fill(session, now);
            if (session.SlotStatesDirty) session.TellSlots();
        }
        if (_wantsDirty) TellWants();
        if (_stateDirty) TellState();
    }

    /// <summary>Decides what layers one receiver gets.</summary>
    public void Allocate(MediaSession session, long now) => _context.Allocator.Allocate(session, now);

    /// <summary>Decides anew for everybody who watches a publication: one of its encodings began or came back.</summary>
    public void Allocate(Publication publication, long now)
    {
        publication.Layers.Invalidate();
        for (var i = 0; i < publication.Subscriptions.Count; i++) Allocate(publication.Subscriptions[i].Receiver, now);
    }

    /// <summary>Decides anew wherever it is time or the estimate changed (docs/allocation.md). Every 50 ms while somebody publishes.</summary>
    public AllocationTotals AllocateDue(long now, AllocationTotals totals)
    {
        foreach (var session in _sessions)
        {
            var memory = session.Allocation;
            if (session.Connected && (now >= memory.DueMicroseconds || memory.Revision != session.Transport.Bandwidth.Revision)) Allocate(session, now);
            totals = new AllocationTotals(
                totals.AllocatedBitsPerSecond + memory.Last.AllocatedBitsPerSecond, totals.DemandedBitsPerSecond + memory.Last.DemandedBitsPerSecond,
                totals.PausedSlots + CountPaused(session));
        }
        return totals;
    }

    /// <summary>Looks for encodings that nobody wants.</summary>
    public void ReviewLayers(long now)
    {
        foreach (var publication in _publications) UnusedLayers.Review(publication, now);
    }

    /// <summary>Publishers are to be told which encodings are wanted.</summary>
    public void MarkWants() => IsDirty = _wantsDirty = true;

    public MediaRoomState Describe()
    {
        var participants = ImmutableArray.CreateBuilder<MediaParticipantState>();
        foreach (var group in _sessions.GroupBy(s => s.ParticipantId))
        {
            var publishing = _publications.Where(p => p.Arrives && p.Forwards && p.Owner.ParticipantId == group.Key).Select(p => p.Source).Distinct().Order();
            participants.Add(new MediaParticipantState(group.Key, group.Count(), group.Any(s => s.Connected), [.. publishing]));
        }
        return new MediaRoomState(Id, participants.ToImmutable());
    }

    private void IndexSources()
    {
        foreach (var publication in _publications)
        {
            if (publication.Forwards) _bySource[(publication.Owner.ParticipantId, publication.Source)] = publication;
        }
    }

    private void NoteArrival(Publication publication, long now)
    {
        var arrives = false;
        foreach (var stream in publication.Streams) arrives |= stream.Arrives(now);
        if (arrives == publication.Arrives) return;
        publication.Arrives = arrives;
        MarkState();
        MarkSlots();
    }

    private static int CountPaused(MediaSession session)
    {
        var count = 0;
        foreach (var slot in session.Slots) count += slot.Subscription.IsPaused ? 1 : 0;
        return count;
    }

    private void TellWants()
    {
        _wantsDirty = false;
        foreach (var session in _sessions) session.TellWants();
    }

    private void TellState()
    {
        _stateDirty = false;
        var (events, state) = (_context.RoomEvents, Describe());
        _context.Control.Post(() => events.RoomChanged(state));
    }
}
