namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// Finds the gaps of one RTP stream and says when to ask for what (RFC 4585 section 6.2.1; docs/repair.md, cases N1 to N6). Pure: numbers are extended by
/// their wraps and time is an argument.
/// </summary>
/// <param name="lifetimeMilliseconds">How long after it was missed a packet is of use: as far as receivers' jitter buffers reach.</param>
public sealed class MissingPackets(int lifetimeMilliseconds = MissingPackets.VideoLifetimeMilliseconds)
{
    /// <summary>Most gaps that are followed; more at once call for a key frame instead.</summary>
    public const int Capacity = 256;

    /// <summary>How often one packet is asked for.</summary>
    public const int MaxTries = 8;

    /// <summary>How long a packet of video, of sound, is of use, in milliseconds.</summary>
    public const int VideoLifetimeMilliseconds = 1000, SoundLifetimeMilliseconds = 300;

    /// <summary>How long a packet may be late before it counts as lost, in milliseconds: at first and at least, and at most.</summary>
    public const double LeastToleranceMilliseconds = 5, MostToleranceMilliseconds = 40;

    private const double LeastWait = 20, MostWait = 400, Margin = 10;

    private readonly long[] _sequences = new long[Capacity];
    private readonly long[] _firstSeen = new long[Capacity];
    private readonly long[] _lastAsked = new long[Capacity];
    private readonly int[] _tries = new int[Capacity];
    private long _newest;
    private bool _started;
    private bool _measured;

    /// <summary>How many are missing at present.</summary>
    public int Count { get; private set; }

    /// <summary>The round trip to the publisher in milliseconds, learnt from how fast packets asked for arrive; 100 until then.</summary>
    public double RoundTripMilliseconds { get; private set; } = 100;

    /// <summary>How late a packet may be before it is asked for, in milliseconds, learnt from packets that came late by themselves.</summary>
    public double ToleranceMilliseconds { get; private set; } = LeastToleranceMilliseconds;

    /// <summary>Packets given up, ever.</summary>
    public long GivenUp { get; private set; }

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
        var repairable = gap <= Capacity - Count; // N6
        if (!repairable) Count = 0;
        else
        {
            for (var missing = _newest + 1; missing < sequence; missing++) Add(missing, nowMilliseconds);
        }
        _newest = sequence;
        return repairable;
    }

    /// <summary>A key frame begins with this packet: nothing before it is needed any more (N5).</summary>
    public void KeyFrameBegan(long sequence)
    {
        var kept = 0;
        for (var i = 0; i < Count; i++)
        {
            if (_sequences[i] < sequence) continue;
            Move(i, kept++);
        }
        Count = kept;
    }

    /// <summary>Collects the numbers to ask for now, in order, and forgets those that are given up.</summary>
    /// <returns>How many of <paramref name="sequences"/> were filled.</returns>
    public int Due(Span<ushort> sequences, long nowMilliseconds)
    {
        var (due, kept) = (0, 0);
        var wait = Math.Clamp(RoundTripMilliseconds + Margin, LeastWait, MostWait); // N2
        for (var i = 0; i < Count; i++)
        {
            if (IsTooLate(i, nowMilliseconds, wait))
            {
                GivenUp++;
                continue;
            }
            Move(i, kept);
            if (due < sequences.Length && IsDue(kept, nowMilliseconds, wait))
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

    // N1: a packet that is merely late is not asked for.
    private bool IsDue(int i, long now, double wait) =>
        _tries[i] == 0 ? now - _firstSeen[i] >= ToleranceMilliseconds : _tries[i] < MaxTries && now - _lastAsked[i] >= wait && now - _firstSeen[i] + RoundTripMilliseconds <= lifetimeMilliseconds;

    // N4: an answer under way is waited for; another question that could only be answered too late is not asked.
    private bool IsTooLate(int i, long now, double wait) => now - _firstSeen[i] > lifetimeMilliseconds || (_tries[i] >= MaxTries && now - _lastAsked[i] >= wait);

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
            Learn(i, now);
            for (var next = i + 1; next < Count; next++) Move(next, next - 1);
            Count--;
            return;
        }
    }

    private void Learn(int i, long now)
    {
        var answer = now - _lastAsked[i];
        // Sooner than half a round trip it cannot be the answer: it was late by itself.
        if (_tries[i] == 0 || (_measured && _tries[i] == 1 && answer < RoundTripMilliseconds / 2))
        {
            var late = (now - _firstSeen[i]) * 1.25 + 1;
            ToleranceMilliseconds = Math.Min(Math.Max(ToleranceMilliseconds, late), MostToleranceMilliseconds);
            return;
        }
        ToleranceMilliseconds += (LeastToleranceMilliseconds - ToleranceMilliseconds) / 32;
        if (_tries[i] != 1) return; // which of the questions was answered, nobody knows
        var measured = (double)Math.Clamp(answer, 1, 1000);
        RoundTripMilliseconds = _measured ? RoundTripMilliseconds + (measured - RoundTripMilliseconds) / 8 : measured; // N3
        _measured = true;
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
