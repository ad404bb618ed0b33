namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>
/// Case E1: packets that left together are compared as one. A group holds what was sent within 5 ms (draft-ietf-rmcat-gcc-02 section 5.2), and also what arrived as one
/// burst although it was sent over a longer time: a radio link or a busy machine held it up, which says nothing about a queue. Pure.
/// </summary>
public sealed class ArrivalGroups
{
    /// <summary>What is sent within this time of a group's first packet belongs to it, in microseconds (draft-ietf-rmcat-gcc-02: burst_time).</summary>
    public const long GroupMicroseconds = 5_000;

    /// <summary>Packets that arrive no further apart are one burst, and for no longer than <see cref="LongestBurstMicroseconds"/> (libwebrtc, inter_arrival_delta.cc).</summary>
    public const long BurstMicroseconds = 5_000;

    /// <summary>The longest time that one burst may take to arrive, in microseconds (libwebrtc: kMaxBurstDuration).</summary>
    public const long LongestBurstMicroseconds = 100_000;

    /// <summary>Arrival and our own clock may drift apart by this much between two groups; more is a clock that jumped (case E2).</summary>
    public const long JumpMicroseconds = 3_000_000;

    private const int MostReordered = 3;

    private Group _previous;
    private Group _current;
    private int _reordered;

    /// <summary>How often the receiver's clock jumped: what was measured before has nothing to do with what comes.</summary>
    public int Jumps { get; private set; }

    /// <summary>Takes in a packet that arrived, in order of its sequence number.</summary>
    /// <param name="sentMicroseconds">When it left, in our clock.</param>
    /// <param name="arrivedMicroseconds">When it arrived, in the receiver's clock.</param>
    /// <param name="nowMicroseconds">Now, in our clock.</param>
    /// <param name="delta">When a group is complete: how it compares with the one before.</param>
    /// <returns>Whether a group was completed and can be compared.</returns>
    public bool Add(long sentMicroseconds, long arrivedMicroseconds, long nowMicroseconds, out GroupDelta delta)
    {
        delta = default;
        if (!_current.Any)
        {
            _current = new Group(sentMicroseconds, arrivedMicroseconds, nowMicroseconds);
            return false;
        }
        if (sentMicroseconds < _current.FirstSent) return false; // reordered before the group: says nothing
        if (Belongs(sentMicroseconds, arrivedMicroseconds))
        {
            _current.LastSent = Math.Max(_current.LastSent, sentMicroseconds);
            _current.LastArrived = Math.Max(_current.LastArrived, arrivedMicroseconds);
            _current.Reported = nowMicroseconds;
            return false;
        }
        var complete = _previous.Any && TryCompare(out delta);
        _previous = _current.Any ? _current : default;
        _current = new Group(sentMicroseconds, arrivedMicroseconds, nowMicroseconds);
        return complete;
    }

    private bool Belongs(long sent, long arrived)
    {
        if (sent - _current.FirstSent <= GroupMicroseconds) return true;
        var sinceArrival = arrived - _current.LastArrived;
        return sinceArrival is >= 0 and <= BurstMicroseconds && sinceArrival < sent - _current.LastSent
            && arrived - _current.FirstArrived < LongestBurstMicroseconds;
    }

    private bool TryCompare(out GroupDelta delta)
    {
        delta = new GroupDelta(_current.LastSent - _previous.LastSent, _current.LastArrived - _previous.LastArrived, _current.LastArrived);
        // E2
        if (Math.Abs(delta.ArrivedMicroseconds - (_current.Reported - _previous.Reported)) >= JumpMicroseconds)
        {
            Jump();
            return false;
        }
        if (delta.ArrivedMicroseconds >= 0)
        {
            _reordered = 0;
            return true;
        }
        if (++_reordered >= MostReordered) Jump();
        return false;
    }

    private void Jump()
    {
        Jumps++;
        _reordered = 0;
        _current = default;
    }

    private struct Group(long sent, long arrived, long now)
    {
        public long FirstSent = sent, LastSent = sent, FirstArrived = arrived, LastArrived = arrived, Reported = now;
        public bool Any = true;
    }
}
