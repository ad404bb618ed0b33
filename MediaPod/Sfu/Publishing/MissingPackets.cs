namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// Finds the gaps of one RTP stream and says when to ask for what (RFC 4585 section 6.2.1): a first time at once, again after a round trip and a half,
/// a bounded number of times, while the packet could still be of use. Pure: numbers are extended by their wraps and time is an argument.
/// </summary>
public sealed class MissingPackets
{
    /// <summary>Most gaps that are followed; more at once call for a key frame instead.</summary>
    public const int Capacity = 256;

    /// <summary>How often one packet is asked for.</summary>
    public const int MaxTries = 8;

    /// <summary>After how many milliseconds a packet is given up.</summary>
    public const int MaxAgeMilliseconds = 1000;

    private readonly long[] _sequences = new long[Capacity];
    private readonly long[] _firstSeen = new long[Capacity];
    private readonly long[] _lastAsked = new long[Capacity];
    private readonly int[] _tries = new int[Capacity];
    private long _newest;
    private bool _started;

    /// <summary>How many are missing at present.</summary>
    public int Count { get; private set; }

    /// <summary>The round trip to the publisher in milliseconds, learnt from how fast packets asked for arrive; 100 until then.</summary>
    public double RoundTripMilliseconds { get; private set; } = 100;

    /// <summary>Takes in one packet.</summary>
    /// <returns>False when the gap in front of it is too large to repair: only a key frame helps.</returns>
    public bool Received(long sequence, long nowMilliseconds)
    {
        if (!_started)
        {
            (_started, _newest) = (true, sequence);
            return true;
        }
        if (sequence <= _newest)
        {
            Found(sequence, nowMilliseconds);
            return true;
        }
        var gap = sequence - _newest - 1;
        var repairable = gap <= Capacity - Count;
        if (!repairable) Count = 0;
        else
        {
            for (var missing = _newest + 1; missing < sequence; missing++) Add(missing, nowMilliseconds);
        }
        _newest = sequence;
        return repairable;
    }

    /// <summary>Collects the numbers to ask for now, in order, and forgets those that are given up.</summary>
    /// <returns>How many of <paramref name="sequences"/> were filled.</returns>
    public int Due(Span<ushort> sequences, long nowMilliseconds)
    {
        var (due, kept) = (0, 0);
        var wait = Math.Clamp(RoundTripMilliseconds * 1.5, 20, 400);
        for (var i = 0; i < Count; i++)
        {
            if (nowMilliseconds - _firstSeen[i] > MaxAgeMilliseconds || (_tries[i] >= MaxTries && nowMilliseconds - _lastAsked[i] >= wait)) continue;
            Move(i, kept);
            if (due < sequences.Length && _tries[kept] < MaxTries && (_tries[kept] == 0 || nowMilliseconds - _lastAsked[kept] >= wait))
            {
                sequences[due++] = (ushort)_sequences[kept];
                _tries[kept]++;
                _lastAsked[kept] = nowMilliseconds;
            }
            kept++;
        }
        Count = kept;
        return due;
    }

    private void Add(long sequence, long now)
    {
        _sequences[Count] = sequence;
        _firstSeen[Count] = now;
        _lastAsked[Count] = 0;
        _tries[Count++] = 0;
    }

    private void Found(long sequence, long now)
    {
        for (var i = 0; i < Count; i++)
        {
            if (_sequences[i] != sequence) continue;
            if (_tries[i] == 1) RoundTripMilliseconds += (Math.Clamp(now - _lastAsked[i], 1, 1000) - RoundTripMilliseconds) / 8;
            for (var next = i + 1; next < Count; next++) Move(next, next - 1);
            Count--;
            return;
        }
    }

    private void Move(int from, int to)
    {
        if (from == to) return;
        _sequences[to] = _sequences[from];
        _firstSeen[to] = _firstSeen[from];
        _lastAsked[to] = _lastAsked[from];
        _tries[to] = _tries[from];
    }
}
