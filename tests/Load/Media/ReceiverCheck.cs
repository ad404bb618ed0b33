using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Wire.Codecs;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.Load.Media;

/// <summary>What one participant received, over all of its transports. Owned by one thread.</summary>
public sealed class ReceiverCheck(MediaTypes types)
{
    private readonly Dictionary<uint, SlotCheck> _slots = [];

    /// <summary>Delays of sound, from the stamp to here.</summary>
    public DelayHistogram AudioDelays { get; } = new();

    /// <summary>Delays of pictures, from the stamp to here.</summary>
    public DelayHistogram VideoDelays { get; } = new();

    /// <summary>Delays of all packets.</summary>
    public DelayHistogram Delays
    {
        get
        {
            var both = new DelayHistogram();
            both.Add(AudioDelays);
            both.Add(VideoDelays);
            return both;
        }
    }

    /// <summary>Only packets with these numbers of these streams are looked at; null: all. May be shared, and changed, by those who use one thread.</summary>
    public NumberWindow? Window { get; init; }

    /// <summary>The window of sound, where it is another one.</summary>
    public NumberWindow? AudioWindow { get; init; }

    /// <summary>Every stream of which something came.</summary>
    public HashSet<uint> Streams { get; } = [];

    /// <summary>What came, and what did not.</summary>
    public ReceiverCounts Counts { get; private set; }

    /// <summary>A packet that is authentic.</summary>
    public void Take(ReadOnlySpan<byte> packet, long nowMicroseconds)
    {
        if (!RtpHeader.TryParse(packet, out var header))
        {
            Counts = Counts with { Damaged = Counts.Damaged + 1 };
            return;
        }
        if (header.PayloadLength == 0) return; // padding to probe with
        var isVideo = header.PayloadType == types.Video;
        if (!PacketStamp.TryRead(header.Payload(packet), isVideo ? VideoSource.DescriptorLength : 0, out var stamp))
        {
            Counts = Counts with { Damaged = Counts.Damaged + 1 };
            return;
        }
        if ((isVideo ? Window : AudioWindow ?? Window) is { } window && !window.Contains(stamp)) return;
        (isVideo ? VideoDelays : AudioDelays).Add(nowMicroseconds - stamp.SentMicroseconds);
        Counts = Counts with { Bytes = Counts.Bytes + packet.Length };
        Streams.Add(stamp.Stream);
        if (!_slots.TryGetValue(header.Ssrc, out var slot)) _slots[header.Ssrc] = slot = new();
        if (slot.Stream != stamp.Stream || !slot.Numbers.HasBegun)
        {
            Close(slot);
            slot.Stream = stamp.Stream;
            if (isVideo && !(Vp8Descriptor.TryParse(header.Payload(packet), out var vp8) && vp8.IsKeyFrame)) Counts = Counts with { KeylessStarts = Counts.KeylessStarts + 1 };
        }
        slot.Numbers.Add(stamp.Number);
        slot.Sequence.Add(slot.Unwrapper.Unwrap(header.Sequence));
    }

    /// <summary>A packet that could not be opened.</summary>
    public void Refuse(SrtpResult result) => Counts = result == SrtpResult.Replayed
        ? Counts with { Duplicates = Counts.Duplicates + 1 }
        : Counts with { Unauthentic = Counts.Unauthentic + 1 };

    /// <summary>Ends the count.</summary>
    /// <param name="lastNumbers">The number of the last packet of every stream that is known here. What was sent after the last packet that came is lost too.</param>
    /// <param name="live">SSRCs of the slots of the transport that is in use at the end; null: all.</param>
    public ReceiverCounts Finish(IReadOnlyDictionary<uint, uint> lastNumbers, IReadOnlySet<uint>? live = null)
    {
        foreach (var (ssrc, slot) in _slots)
        {
            var tail = slot.Numbers.HasBegun && (live is null || live.Contains(ssrc)) && lastNumbers.TryGetValue(slot.Stream, out var last) ? Math.Max(0, last - slot.Numbers.Highest) : 0;
            Close(slot);
            Counts = Counts with { Expected = Counts.Expected + tail, Gaps = Counts.Gaps + slot.Sequence.Expected - slot.Sequence.Received };
            slot.Sequence = default;
        }
        return Counts;
    }

    private void Close(SlotCheck slot)
    {
        Counts = Counts with
        {
            Expected = Counts.Expected + slot.Numbers.Expected,
            Received = Counts.Received + slot.Numbers.Received,
            Duplicates = Counts.Duplicates + slot.Numbers.Duplicates,
            Late = Counts.Late + slot.Numbers.Late,
        };
        slot.Numbers = default;
    }

    private sealed class SlotCheck
    {
        public uint Stream;
        public NumberCheck Numbers;
        public NumberCheck Sequence;
        public SequenceUnwrapper Unwrapper;
    }
}

/// <summary>Which packets of which streams count: from one moment of their source to another.</summary>
public sealed class NumberWindow
{
    private readonly Dictionary<uint, (uint From, uint To)> _streams = [];

    /// <summary>Packets that were sent in it, of all streams.</summary>
    public long Packets => _streams.Values.Sum(s => (long)(s.To - s.From));

    /// <summary>What a source sends from now on counts, until <see cref="Close"/>.</summary>
    public void Open(PacketSource source) => _streams[source.Stream] = (source.Packets, uint.MaxValue);

    /// <summary>What it sends from now on does not.</summary>
    public void Close(PacketSource source) => _streams[source.Stream] = (_streams[source.Stream].From, source.Packets);

    internal bool Contains(in PacketStamp stamp) => _streams.TryGetValue(stamp.Stream, out var range) && stamp.Number >= range.From && stamp.Number < range.To;
}

/// <summary>Sums of one receiver or of many.</summary>
/// <param name="Expected">Packets from the first of a stream that came to the last that was sent.</param>
/// <param name="Received">Of them, those that came.</param>
/// <param name="Duplicates">Packets that came again.</param>
/// <param name="Late">Packets that came after a later one.</param>
/// <param name="Damaged">Authentic packets that are not what was sent.</param>
/// <param name="Unauthentic">Packets that could not be opened.</param>
/// <param name="KeylessStarts">Pictures that began without a key frame.</param>
/// <param name="Gaps">Numbers that the pod skipped, or the network lost, on the way down.</param>
/// <param name="Bytes">RTP bytes received.</param>
public readonly record struct ReceiverCounts(
    long Expected, long Received, long Duplicates, long Late, long Damaged, long Unauthentic, long KeylessStarts, long Gaps, long Bytes)
{
    /// <summary>Packets that did not come.</summary>
    public long Lost => Expected - Received;

    /// <summary>The sum of two.</summary>
    public static ReceiverCounts operator +(ReceiverCounts one, ReceiverCounts other) => new(
        one.Expected + other.Expected, one.Received + other.Received, one.Duplicates + other.Duplicates, one.Late + other.Late, one.Damaged + other.Damaged,
        one.Unauthentic + other.Unauthentic, one.KeylessStarts + other.KeylessStarts, one.Gaps + other.Gaps, one.Bytes + other.Bytes);
}

/// <summary>The payload types that every offer here uses.</summary>
/// <param name="Audio">Opus.</param>
/// <param name="Video">VP8.</param>
public sealed record MediaTypes(byte Audio, byte Video);
