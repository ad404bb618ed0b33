using Conference.MediaPod.Sfu.Allocation;
using Conference.MediaPod.Sfu.Forwarding;
using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Sfu.Speakers;
using Conference.MediaPod.Sfu.Spreading;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>A track that the pod has accepted: what arrives on one m-line. Owned by one worker.</summary>
internal sealed class Publication : IDisposable
{
    private readonly List<Subscription> _subscriptions = [];
    private readonly long _most;
    private long _bound;

    public Publication(int id, IPublisher owner, NegotiatedMedia media, PacketPool pool, MediaLimits limits)
    {
        Id = id;
        Owner = owner;
        Media = media;
        PayloadTypes = new PayloadTypes(media);
        var rids = media.Rids;
        // Simulcast without rids is told by several announced SSRCs (the older form).
        var count = Math.Clamp(rids.Length > 0 ? rids.Length : media.Ssrcs.Length, 1, MaxStreams);
        Streams = new PublicationStream[count];
        for (var i = 0; i < count; i++) Streams[i] = new PublicationStream(this, i, i < rids.Length ? rids[i] : null, pool);
        _most = _bound = IsVideo ? limits.VideoBitsPerSecond : limits.AudioBitsPerSecond;
        Bound = new RateBound(_bound);
        Layers = new PublicationLayers(this);
        if (Source == TrackSource.Screen) Hint = ContentHint.Detail;
        if (IsVideo) Pending = new PendingPackets(pool);
        if (media.Source == TrackSource.Microphone) Voice = new Voice(id, owner.ParticipantId);
    }

    /// <summary>Most encodings of one publication.</summary>
    public const int MaxStreams = 4;

    /// <summary>Names it within the server: its images on other workers have the same.</summary>
    public int Id { get; }
    public IPublisher Owner { get; }

    /// <summary>The ways to the workers where it is received as well (docs/workers.md); mostly none.</summary>
    public Crossing[] Crossings { get; set; } = [];
    public NegotiatedMedia Media { get; private set; }
    public PayloadTypes PayloadTypes { get; private set; }
    public TrackSource Source => Media.Source;
    public bool IsVideo => Media.Kind == MediaKind.Video;
    public int ClockRate => IsVideo ? 90_000 : 48_000;
    public PublicationStream[] Streams { get; }

    /// <summary>Lets no more through than this; null: than the pod's own bound. Sound is never bound more.</summary>
    public void BoundTo(long? bitsPerSecond)
    {
        var bound = IsVideo ? Math.Min(_most, bitsPerSecond ?? _most) : _most;
        if (bound == _bound) return; // a bucket that is made anew is full
        _bound = bound;
        Bound = new RateBound(bound);
    }

    /// <summary>What the packets now are; null before the first.</summary>
    public NegotiatedCodec? Codec { get; private set; }

    /// <summary>The pod's plan lets its packets through.</summary>
    public bool Forwards { get; set; }

    /// <summary>
    /// Whether the pod may look into redundant sound, to add, remove and use what is in it. Not where frames are encrypted from end to end.
    /// </summary>
    public bool OpensRedundancy { get; set; } = true;

    /// <summary>It has been announced to its media room: packets came, and may be forwarded.</summary>
    public bool Announced { get; set; }

    /// <summary>Packets came lately, as of the last tick.</summary>
    public bool Arrives { get; set; }

    /// <summary>What its publisher says that it shows.</summary>
    public ContentHint Hint { get; set; }

    /// <summary>Video only: what it offers at present.</summary>
    public PublicationLayers Layers { get; }

    /// <summary>The publisher is to be told which encodings are wanted.</summary>
    public bool WantsChanged { get; set; }

    /// <summary>Microphones only.</summary>
    public Voice? Voice { get; }
    public LoudnessFromSize Loudness;
    public RateBound Bound;
    public LossBasedEstimate Estimate = new();
    public long KeyFrameRequests;

    /// <summary>Video only: what waits for the fan-out.</summary>
    public PendingPackets? Pending { get; }
    public List<Subscription> Subscriptions => _subscriptions;

    /// <summary>Where the interrupted fan-out goes on.</summary>
    public int FanOutCursor;

    public void Add(Subscription subscription) => _subscriptions.Add(subscription);

    public void Remove(Subscription subscription)
    {
        var at = _subscriptions.IndexOf(subscription);
        if (at < 0) return;
        _subscriptions.RemoveAt(at);
        if (at < FanOutCursor) FanOutCursor--;
    }

    /// <summary>A receiver cannot go on before a key frame of that stream: asks the publisher, unless it was asked just now.</summary>
    public void WantKeyFrame(int stream, long now)
    {
        Owner.WantRepairs();
        if (Streams[stream].KeyFrames.Want(now / 1000, Streams[stream].Missing.RoundTripMilliseconds)) PublisherFeedback.RequestKeyFrame(Streams[stream], now);
    }

    /// <summary>Applies a re-offer of the same m-line.</summary>
    public void Update(NegotiatedMedia media)
    {
        Media = media;
        PayloadTypes = new PayloadTypes(media);
    }

    /// <summary>Follows what the publisher's worker says; only for images.</summary>
    public void Update(PublicationImage image)
    {
        if (!ReferenceEquals(Media, image.Media)) Update(image.Media);
        (Forwards, Hint) = (image.Forwards, image.Hint);
        if (image.Codec is { } codec) NoteCodec(codec);
    }

    /// <summary>Notes the codec of a packet. True when it is another than before.</summary>
    public bool NoteCodec(NegotiatedCodec codec)
    {
        if (ReferenceEquals(Codec, codec)) return false;
        var changed = Codec != codec;
        Codec = codec;
        return changed;
    }

    public void Dispose()
    {
        while (_subscriptions.Count > 0) _subscriptions[^1].Detach();
        Pending?.Dispose();
        foreach (var stream in Streams) stream.Dispose();
    }
}
