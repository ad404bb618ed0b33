using Conference.MediaPod.Sfu.Sessions;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>One RTP stream (SSRC) of a publication: its only one, or a simulcast encoding. Owned by one worker.</summary>
internal sealed unsafe class PublicationStream : IDisposable
{
    private const int VideoCache = 1024;
    private const int AudioCache = 64;
    private const int ArrivesMicroseconds = 1_500_000;

    private readonly PacketPool _pool;
    private readonly int[] _heights = new int[LayerMeter.MaxLayers];
    private PacketCache? _cache;
    private DependencyDescriptorReader? _descriptors;
    private SequenceUnwrapper _sequences;

    public PublicationStream(Publication publication, int index, string? rid, PacketPool pool)
    {
        Publication = publication;
        Index = index;
        Rid = rid;
        _pool = pool;
        Missing = NothingMissing();
    }

    public Publication Publication { get; }

    /// <summary>The place among the publication's encodings, in the offer's order.</summary>
    public int Index { get; }
    public string? Rid { get; }

    /// <summary>0 until the first packet.</summary>
    public uint Ssrc { get; private set; }
    public uint RtxSsrc { get; set; }

    /// <summary>Grows when another SSRC takes over, whose numbers have nothing to do with the old ones.</summary>
    public int Epoch { get; private set; }
    public MissingPackets Missing { get; private set; }
    public ReceiveStatistics Statistics;
    public RateMeter Rate;

    /// <summary>Sound only: what it is without the redundancy that it comes with.</summary>
    public RateMeter OwnSound;

    /// <summary>Video only: rates by layer.</summary>
    public LayerMeter Layers { get; } = new();

    /// <summary>Keeps the structure of the dependency descriptors that came last.</summary>
    public DependencyDescriptorReader Descriptors => _descriptors ??= new DependencyDescriptorReader();
    public KeyFrameThrottle KeyFrames;
    public SenderReportMoment SenderReport;
    public byte FirSequence;
    public int Width { get; private set; }
    public int Height { get; private set; }
    public long LastPacketMicroseconds { get; private set; } = long.MinValue;
    public long LastKeyFrameMicroseconds { get; private set; } = long.MinValue;
    public uint LastTimestamp { get; private set; }

    /// <summary>Lines of a spatial layer, as the last key frame said; 0: unknown.</summary>
    /// <param name="spatialId">Of <paramref name="layers"/> layers.</param>
    /// <param name="layers">How many there are.</param>
    public int HeightOf(int spatialId, int layers) => _heights[spatialId] > 0 ? _heights[spatialId] : Height >> Math.Max(0, layers - 1 - spatialId);

    /// <summary>The publisher was asked not to send it, because nobody wants it (docs/allocation.md, cases U1 to U4).</summary>
    public bool IsOff { get; private set; }

    /// <summary>When the publisher was last asked to send it again, in the worker's microseconds.</summary>
    public long AskedOnMicroseconds { get; private set; } = long.MinValue / 2;

    /// <summary>Whether it is the larger picture; where heights are unknown, the dearer one.</summary>
    public bool IsLargerThan(PublicationStream other, long now) =>
        Height > 0 && other.Height > 0 ? Height > other.Height : Layers.Total(now) > other.Layers.Total(now);

    /// <summary>Its last packet was the first one, or the first after a pause.</summary>
    public bool Woke { get; private set; }

    /// <summary>When it was last wanted by anybody.</summary>
    public long WantedMicroseconds { get; private set; }

    /// <summary>Somebody wants it. True: it is off, and the publisher is to be told.</summary>
    public bool Want(long now)
    {
        WantedMicroseconds = now;
        if (!IsOff) return false;
        IsOff = false;
        AskedOnMicroseconds = now;
        return true;
    }

    /// <summary>On another worker somebody wants it: the publisher was asked to send it again.</summary>
    public void SwitchOn(long now)
    {
        if (!IsOff) return;
        IsOff = false;
        AskedOnMicroseconds = now;
    }

    /// <summary>The publisher is asked not to send it.</summary>
    public void SwitchOff()
    {
        if (IsOff) return;
        IsOff = true;
        Layers.Rest();
    }

    /// <summary>A picture that somebody is sent.</summary>
    public bool IsForwarded
    {
        get
        {
            if (!Publication.IsVideo) return false;
            foreach (var subscription in Publication.Subscriptions)
            {
                if (subscription.Current == this) return true;
            }
            return false;
        }
    }

    /// <summary>The first packet of the present SSRC, extended by its wraps.</summary>
    public long FirstSequence { get; private set; }

    /// <summary>Packets of the present SSRC came.</summary>
    public bool HasPackets => _cache is not null;

    public bool Arrives(long now) => LastPacketMicroseconds > long.MinValue && now - LastPacketMicroseconds < ArrivesMicroseconds;

    /// <summary>Takes the SSRC that the publisher uses now.</summary>
    public void Latch(uint ssrc)
    {
        if (Ssrc == ssrc) return;
        Ssrc = ssrc;
        Epoch++;
        Missing = NothingMissing();
        Statistics = default;
        SenderReport = default;
        _sequences = default;
        _descriptors?.Reset();
        Layers.Reset();
        _cache?.Dispose();
        _cache = null;
    }

    /// <summary>Extends the packet's sequence number, counts the packet, and keeps it; or says why not.</summary>
    public DropReason Accept(Packet* packet, ushort sequence, long now)
    {
        packet->Sequence = Extend(sequence);
        if (_cache is null)
        {
            _cache = new PacketCache(_pool, Publication.IsVideo ? VideoCache : AudioCache);
            FirstSequence = packet->Sequence;
        }
        var reason = _cache.Check(packet->Sequence);
        if (reason == DropReason.RtpDuplicate) NoteOriginal(packet);
        if (reason != DropReason.None) return reason;
        _sequences.Unwrap(sequence);
        _cache.Add(packet);
        Count(packet, now);
        return DropReason.None;
    }

    /// <summary>A sequence number extended by its wraps.</summary>
    public long Extend(ushort sequence) => _sequences.Peek(sequence);

    /// <summary>The packet with this extended number; null when it never came or is forgotten.</summary>
    public Packet* Find(long sequence) => _cache is { } cache ? cache.Find(sequence) : null;

    /// <summary>The publisher said that it sends no more (BYE).</summary>
    public void Stopped() => LastPacketMicroseconds = long.MinValue;

    public void Dispose()
    {
        _cache?.Dispose();
        _cache = null;
    }

    private MissingPackets NothingMissing() =>
        new(Publication.IsVideo ? MissingPackets.VideoLifetimeMilliseconds : MissingPackets.SoundLifetimeMilliseconds);

    // What was found in another packet was not received: the publisher hears of the loss, unless the packet itself was merely late.
    private void NoteOriginal(Packet* packet)
    {
        var there = _cache!.Find(packet->Sequence);
        if (!there->FromRedundancy || packet->FromRedundancy) return;
        there->FromRedundancy = false;
        Statistics.AddRecovered();
    }

    private void Count(Packet* packet, long now)
    {
        if (packet->FromRedundancy)
        {
            LastPacketMicroseconds = now;
            return;
        }
        if (packet->Recovered) Statistics.AddRecovered();
        else Statistics.Add(packet->Sequence, packet->Timestamp, packet->ArrivedMicroseconds, Publication.ClockRate);
        Rate.Add(packet->Length, now);
        if (Publication.IsVideo) Layers.Add(packet->Frame.SpatialId, packet->Frame.TemporalId, packet->Length, packet->Frame.FrameStart, now);
        else OwnSound.Add(packet->Length - packet->PrimaryOffset, now);
        if (IsOff) Layers.Rest(); // encoders need a moment: what comes until then does not say that it is on
        Woke = Publication.IsVideo && !Arrives(now);
        if (Woke && !IsOff) WantedMicroseconds = now;
        LastPacketMicroseconds = now;
        if ((int)(packet->Timestamp - LastTimestamp) > 0 || Statistics.Received <= 1) LastTimestamp = packet->Timestamp;
        if (!packet->Frame.KeyFrameStart) return;
        LastKeyFrameMicroseconds = now;
        KeyFrames.Arrived();
        Missing.KeyFrameBegan(packet->Sequence);
        if (packet->Frame.Height > 0) (Width, Height) = (packet->Frame.Width, packet->Frame.Height);
        NoteHeights(packet);
    }

    // Where spatial layers are told by size; others halve.
    private void NoteHeights(Packet* packet)
    {
        Array.Clear(_heights);
        for (var layer = 0; layer < _heights.Length; layer++)
        {
            var height = 0;
            if (packet->Frame.Places.DecodeTargetCount > 0) Descriptors.Structure?.TryGetResolution(layer, out _, out height);
            else if (Publication.Codec?.Codec == CodecKind.Vp9 && Vp9Descriptor.TryParse(Packet.Payload(packet), out var descriptor)) descriptor.TryGetDimensions(layer, out _, out height);
            _heights[layer] = height;
        }
    }
}
