using System.Collections.Immutable;
using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Pacing;
using Conference.MediaPod.Sfu.Publishing;
using Conference.MediaPod.Sfu.Redundancy;
using Conference.MediaPod.Sfu.Slots;
using Conference.MediaPod.Sfu.Workers;

namespace Conference.MediaPod.Sfu.Sessions;

/// <summary>One open session: its transport, what it publishes and the slots it receives in. Owned by one worker.</summary>
internal sealed class MediaSession : IDisposable, IPacedReceiver, IPublisher
{
    private readonly WorkerContext _context;
    private readonly List<Slot> _slots = [];
    private ImmutableArray<SlotContent> _told = [];

    public MediaSession(SessionSpec spec, ISessionEvents events, MediaRoom room, SessionTransport transport, WorkerContext context)
    {
        Spec = spec;
        Events = events;
        Room = room;
        Transport = transport;
        transport.Receiver = this;
        _context = context;
        Policy = spec.Policy;
        transport.Bandwidth.BoundTo(spec.Policy.ReceiveBitsPerSecond);
        Media = spec.Media;
        Apply(spec.Media);
    }

    public SessionSpec Spec { get; }
    public string SessionId => Spec.SessionId;
    public string ParticipantId => Spec.ParticipantId;
    public ISessionEvents Events { get; }
    public MediaRoom Room { get; }
    public SessionTransport Transport { get; }
    public NegotiatedSession Media { get; private set; }
    public StreamTable Streams { get; } = new();
    public List<Slot> Slots => _slots;
    public PublishPolicy Policy { get; private set; }

    /// <summary>Those whom it hears, itself among them. Set while it is in its room.</summary>
    public SpeakerGroup Speakers { get; set; } = null!;

    /// <summary>The redundancy that sound is sent to it with.</summary>
    public ReceiverRedundancy Redundancy { get; } = new();

    /// <summary>The publisher's wall clock in ours.</summary>
    public SenderClock Clock;

    /// <summary>What its allocation remembers.</summary>
    public AllocationMemory Allocation { get; } = new();

    /// <summary>What it wants to see; null: it never said.</summary>
    public ImmutableArray<Demand>? Demands { get; set; }
    public bool Connected { get; set; }
    public IHandshake? Handshake { get; set; }

    /// <summary>The camera that was last shown as the active speaker's.</summary>
    public Publication? LastActive { get; set; }

    /// <summary>It shows whoever speaks: it has never sent a demand, or demands the active speaker.</summary>
    public bool FollowsSpeaker => Demands is not { } demands || demands.Any(d => d.ParticipantId is null);

    /// <summary>The slots whose content must be decided anew.</summary>
    public SlotKinds Undecided { get; set; } = SlotKinds.All;

    /// <summary>Slots may be in another state than the host was told.</summary>
    public bool SlotStatesDirty { get; set; } = true;

    /// <summary>Applies an offer: adds publications and slots for m-lines that are new, changes those that changed, removes those that are gone.</summary>
    public void Apply(NegotiatedSession media)
    {
        Media = media;
        foreach (var line in media.Media)
        {
            ApplyPublication(line);
            ApplySlot(line);
        }
        Undecided = SlotKinds.All;
    }

    /// <summary>Applies what the plan lets the participant send.</summary>
    public void Apply(PublishPolicy policy)
    {
        var moves = policy.Group != Policy.Group;
        Policy = policy;
        if (moves) Room.Regroup(this);
        Transport.Bandwidth.BoundTo(policy.ReceiveBitsPerSecond);
        foreach (var publication in Streams.Publications)
        {
            publication.OpensRedundancy = !policy.Sealed.Contains(publication.Source);
            publication.BoundTo(policy.PublishBitsPerSecond);
            var forwards = policy.Forwards(publication.Source);
            if (publication.Forwards == forwards) continue;
            publication.Forwards = forwards;
            Room.PublicationChanged(publication);
        }
    }

    /// <summary>One of its publications is to be asked for packets or a key frame, now or again later.</summary>
    public void WantRepairs() => _context.RepairsWanted = true;

    string IPublisher.Group => Policy.Group;

    SessionTransport? IPublisher.Transport => Transport;

    SenderClock IPublisher.Clock => Clock;

    void IPublisher.WantKeyFrame(PublicationStream stream) => throw new InvalidOperationException("a session's own publications are asked over its transport");

    void IPublisher.WantLayer(PublicationStream stream)
    {
        stream.Publication.WantsChanged = true;
        Room.MarkWants();
        Room.Spread.TellLayer(stream);
    }

    /// <summary>Finds the slot whose packets have this SSRC.</summary>
    public Slot? SlotBySsrc(uint ssrc)
    {
        foreach (var slot in _slots)
        {
            if (slot.Media.SlotSsrc == ssrc) return slot;
        }
        return null;
    }

    bool IPacedReceiver.CanProbe => PaddingSlot() is not null;

    bool IPacedReceiver.SendPadding(int bytes, long now) => PaddingSlot()?.Subscription.SendPadding(bytes, now) == DropReason.None;

    void IPacedReceiver.Overstayed(uint ssrc, long now)
    {
        if (SlotBySsrc(ssrc)?.Subscription is { IsVideo: true, Source: { } source, Current: { } current }) source.WantKeyFrame(current.Index, now);
    }

    /// <summary>Tells the host what is in the slots, if that is news.</summary>
    public void TellSlots()
    {
        SlotStatesDirty = false;
        if (IsTold()) return;
        _told = [.. _slots.Select(s => s.Describe())];
        PostSlots(Events, _told);
    }

    /// <summary>Tells the host which encodings are wanted, if that is news.</summary>
    public void TellWants()
    {
        var changed = false;
        foreach (var publication in Streams.Publications)
        {
            changed |= publication.WantsChanged;
            publication.WantsChanged = false;
        }
        if (!changed) return;
        PostWants(Events,
        [
            .. Streams.Publications.Where(p => p.Streams.Length > 1 && p.Streams.All(s => s.Rid is not null))
                .Select(p => new PublicationWants(p.Media.Mid, p.Source, [.. p.Streams.Select(s => new EncodingWant(s.Rid!, !s.IsOff))])),
        ]);
    }

    public void Dispose()
    {
        foreach (var publication in Streams.Publications.ToArray()) Remove(publication);
        foreach (var slot in _slots) slot.Dispose();
        _slots.Clear();
        Transport.Dispose();
    }

    // By itself, because a closure is allocated where its method begins, used or not.
    private void PostSlots(ISessionEvents events, ImmutableArray<SlotContent> told) => _context.Control.Post(() => events.SlotsChanged(told));

    private void PostWants(ISessionEvents events, ImmutableArray<PublicationWants> wants) => _context.Control.Post(() => events.WantsChanged(wants));

    // One that is live has packets to send again; any other sends padding alone.
    private Slot? PaddingSlot()
    {
        Slot? any = null;
        foreach (var slot in _slots)
        {
            if (!slot.Subscription.CanPad) continue;
            if (slot.Subscription.IsLive) return slot;
            any ??= slot;
        }
        return any;
    }

    // Finding out that nothing is new allocates nothing: it happens whenever somebody begins or stops to speak.
    private bool IsTold()
    {
        if (_told.Length != _slots.Count) return false;
        for (var i = 0; i < _told.Length; i++)
        {
            if (!_slots[i].Is(_told[i])) return false;
        }
        return true;
    }

    private void ApplyPublication(NegotiatedMedia line)
    {
        var publication = Streams.Publications.FirstOrDefault(p => p.Media.Mid == line.Mid);
        if (publication is not null && line.Publishes && SameStreams(publication.Media, line))
        {
            publication.Update(line);
            Room.Spread.Tell(publication);
            return;
        }
        if (publication is not null) Remove(publication);
        if (!line.Publishes || line.Rejected || line.Codecs.IsEmpty) return;
        var added = new Publication(_context.NextPublicationId(), this, line, _context.Pool, _context.Limits)
        {
            Forwards = Policy.Forwards(line.Source),
            OpensRedundancy = !Policy.Sealed.Contains(line.Source),
        };
        added.BoundTo(Policy.PublishBitsPerSecond);
        Streams.Add(added);
    }

    private void Remove(Publication publication)
    {
        Streams.Remove(publication);
        Room.PublicationEnded(publication);
        _context.FanOut.Remove(publication);
        publication.Dispose();
    }

    private void ApplySlot(NegotiatedMedia line)
    {
        var at = _slots.FindIndex(s => s.Media.Mid == line.Mid);
        if (at >= 0 && line.IsSlot && _slots[at].Media.SlotSsrc == line.SlotSsrc) return;
        if (at >= 0)
        {
            _slots[at].Dispose();
            _slots.RemoveAt(at);
        }
        if (!line.IsSlot || line.Rejected || line.Codecs.IsEmpty) return;
        _slots.Add(new Slot(line, new Subscription(this, line, _context.Random)));
    }

    private static bool SameStreams(NegotiatedMedia left, NegotiatedMedia right) =>
        left.Kind == right.Kind && left.Source == right.Source && left.Rids.SequenceEqual(right.Rids);
}
