namespace Conference.MediaPod.Sfu.Forwarding;

/// <summary>The numbers of one packet as its source counts them.</summary>
/// <param name="Sequence">Sequence number extended by its wraps.</param>
/// <param name="Timestamp">RTP timestamp.</param>
/// <param name="PictureId">VP8 and VP9 PictureID, or the frame number of a dependency descriptor; 0 without.</param>
/// <param name="Tl0">VP8 and VP9 TL0PICIDX; 0 without.</param>
public readonly record struct SourceNumbers(long Sequence, uint Timestamp, ushort PictureId, byte Tl0);

/// <summary>The numbers of the same packet as the receiver sees them.</summary>
/// <param name="Sequence">Sequence number extended by its wraps, which begin at 0: SRTP's packet index (RFC 3711 section 3.3.1).</param>
/// <param name="Timestamp">RTP timestamp.</param>
/// <param name="PictureId">To be cut to the 7, 15 or 16 bits that the packet has for it.</param>
/// <param name="Tl0">TL0PICIDX.</param>
public readonly record struct SlotNumbers(long Sequence, uint Timestamp, ushort PictureId, byte Tl0);

/// <summary>
/// Makes one continuous RTP stream of many sources in turn (RFC 3550 section 7.1 for a mixer's own numbers; RFC 7741 section 4.2 for the picture's):
/// after a switch sequence and picture numbers go on by one and the timestamp by the time that passed, so a receiver sees one sender that never stops.
/// Packets left out on purpose leave no hole. Pure: time is an argument.
/// </summary>
public sealed class StreamRewriter
{
    /// <summary>How many packets left out are remembered, to number what arrives late around them.</summary>
    public const int RememberedSkips = 64;

    private readonly int _clockRate;
    private readonly Skipped[] _skips = new Skipped[RememberedSkips];
    private int _skipCount;
    private long _highestOut;
    private long _highestIn;
    private long _firstIn;
    private long _sequenceOffset;
    private uint _timestampOffset;
    private ushort _pictureOffset;
    private byte _tl0Offset;
    private uint _lastTimestamp;
    private long _lastMicroseconds;
    private ushort _lastPicture;
    private byte _lastTl0;
    private int _lastSkippedPicture = -1;
    private bool _sent;

    /// <summary>Starts a stream that has sent nothing.</summary>
    /// <param name="clockRate">Of the RTP clock, Hz.</param>
    /// <param name="firstSequence">Random (RFC 3550 section 5.1).</param>
    /// <param name="firstTimestamp">Random.</param>
    public StreamRewriter(int clockRate, ushort firstSequence, uint firstTimestamp)
    {
        _clockRate = clockRate;
        _highestOut = firstSequence - 1L;
        _lastTimestamp = firstTimestamp;
    }

    /// <summary>What to add to the present source's timestamps.</summary>
    public uint TimestampOffset => _timestampOffset;

    /// <summary>The present source's first packet since it was switched to.</summary>
    public long FirstSequence => _firstIn;

    /// <summary>The largest timestamp sent so far.</summary>
    public uint LastTimestamp => _lastTimestamp;

    /// <summary>When it was sent, in the caller's microseconds.</summary>
    public long LastMicroseconds => _lastMicroseconds;

    /// <summary>Goes over to another source (or back to one) at the packet with these numbers; older ones of it are no longer mapped.</summary>
    public void SwitchTo(in SourceNumbers first, long nowMicroseconds)
    {
        _sequenceOffset = _highestOut + 1 - first.Sequence;
        _lastSkippedPicture = -1;
        _firstIn = first.Sequence;
        _highestIn = first.Sequence - 1;
        _skipCount = 0;
        var timestamp = _lastTimestamp;
        // At least one tick on: a receiver takes two pictures of one timestamp for one.
        if (_sent) timestamp += (uint)Math.Max(1, (nowMicroseconds - _lastMicroseconds) * _clockRate / 1_000_000);
        _timestampOffset = timestamp - first.Timestamp;
        _pictureOffset = (ushort)(_lastPicture + 1 - first.PictureId);
        _tl0Offset = (byte)(_lastTl0 + 1 - first.Tl0);
    }

    /// <summary>The largest sequence number of the present source that was mapped or left out.</summary>
    public long HighestSource => _highestIn;

    /// <summary>Leaves out a packet of the present source on purpose: what follows closes up.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="picture">Its picture's number, as <see cref="SourceNumbers.PictureId"/>.</param>
    /// <param name="closePictures">
    /// Pictures close up too: VP8's decoders take a missing identifier for a picture that is yet to come. VP9's and the dependency descriptor's count on the distance between pictures.
    /// </param>
    public SkipOutcome Skip(long sequence, ushort picture = 0, bool closePictures = false)
    {
        if (sequence <= _highestIn) return WasSkipped(picture) ? SkipOutcome.Hole : SkipOutcome.Late;
        // Numbers between the highest and this one are still missing, and keep their places when they come.
        _highestIn = sequence;
        _highestOut = sequence + _sequenceOffset - 1;
        _sequenceOffset--;
        var begins = closePictures && picture != _lastSkippedPicture;
        if (begins) _pictureOffset--;
        _lastSkippedPicture = picture;
        _skips[_skipCount++ % RememberedSkips] = new Skipped(sequence, picture, begins);
        return SkipOutcome.LeftOut;
    }

    /// <summary>The number of a packet that came too late to close its gap, for a packet that fills it with nothing.</summary>
    /// <returns>False when it is from before the switch, or too late to number.</returns>
    public bool TryMapHole(long sequence, out SlotNumbers slot)
    {
        slot = default;
        if (sequence < _firstIn || sequence > _highestIn || !TryGetOffset(sequence, out var offset, out _)) return false;
        slot = new SlotNumbers(sequence + offset, _lastTimestamp, _lastPicture, _lastTl0);
        return true;
    }

    /// <summary>Numbers a packet of the present source.</summary>
    /// <returns>False when it is from before the switch, was left out, or is too late to number.</returns>
    public bool TryMap(in SourceNumbers source, long nowMicroseconds, out SlotNumbers slot)
    {
        slot = default;
        if (source.Sequence < _firstIn || !TryGetOffset(source.Sequence, out var offset, out var pictureOffset)) return false;
        var sequence = source.Sequence + offset;
        var timestamp = source.Timestamp + _timestampOffset;
        var picture = (ushort)(source.PictureId + pictureOffset);
        var tl0 = (byte)(source.Tl0 + _tl0Offset);
        slot = new SlotNumbers(sequence, timestamp, picture, tl0);
        if (source.Sequence <= _highestIn) return true;
        _highestIn = source.Sequence;
        _highestOut = sequence;
        if (!_sent || (int)(timestamp - _lastTimestamp) > 0) (_lastTimestamp, _lastMicroseconds) = (timestamp, nowMicroseconds);
        (_lastPicture, _lastTl0, _sent) = (picture, tl0, true);
        return true;
    }

    private bool TryGetOffset(long sequence, out long offset, out ushort pictureOffset)
    {
        (offset, pictureOffset) = (_sequenceOffset, _pictureOffset);
        if (sequence > _highestIn) return true;
        var remembered = Math.Min(_skipCount, RememberedSkips);
        for (var i = 0; i < remembered; i++)
        {
            ref readonly var skip = ref _skips[i];
            if (skip.Sequence == sequence) return false;
            if (skip.Sequence < sequence) continue;
            offset++;
            if (skip.BeginsPicture) pictureOffset++;
        }
        // All that is remembered was left out after it: there may have been more.
        return _skipCount <= RememberedSkips || offset - _sequenceOffset < RememberedSkips;
    }

    private bool WasSkipped(ushort picture)
    {
        var remembered = Math.Min(_skipCount, RememberedSkips);
        for (var i = 0; i < remembered; i++)
        {
            if (_skips[i].Picture == picture) return true;
        }
        return false;
    }

    private readonly record struct Skipped(long Sequence, ushort Picture, bool BeginsPicture);
}

/// <summary>What became of a packet that was to be left out.</summary>
public enum SkipOutcome
{
    /// <summary>It is left out, and nobody will miss it.</summary>
    LeftOut,

    /// <summary>Packets behind it have been sent, and the rest of its picture was left out: its number is a hole, to be filled with nothing.</summary>
    Hole,

    /// <summary>Packets behind it have been sent, and nothing of its picture was left out: the whole picture is late, and best sent.</summary>
    Late,
}
