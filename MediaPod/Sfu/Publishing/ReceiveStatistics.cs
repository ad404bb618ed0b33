namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>What a receiver report says about one RTP stream (RFC 3550 section 6.4.1, appendix A.3 and A.8). A mutable struct: keep it in a field.</summary>
public struct ReceiveStatistics
{
    private long _first;
    private long _highest;
    private long _received;
    private long _expectedBefore;
    private long _receivedBefore;
    private long _lastTransit;
    private bool _started;
    private double _jitter;

    /// <summary>Packets received, without retransmissions.</summary>
    public readonly long Received => _received;

    /// <summary>The highest sequence number with its wraps, as the report wants it.</summary>
    public readonly uint HighestSequence => (uint)_highest;

    /// <summary>Packets expected and never received.</summary>
    public readonly long Lost => _started ? _highest - _first + 1 - _received : 0;

    /// <summary>Interarrival jitter in units of the RTP clock.</summary>
    public readonly double Jitter => _jitter;

    /// <summary>Takes in one packet that is no retransmission.</summary>
    /// <param name="sequence">Extended by its wraps.</param>
    /// <param name="timestamp">Of the packet.</param>
    /// <param name="arrivedMicroseconds">On any clock that does not jump.</param>
    /// <param name="clockRate">Of the RTP clock, Hz.</param>
    public void Add(long sequence, uint timestamp, long arrivedMicroseconds, int clockRate)
    {
        if (!_started) (_started, _first, _highest) = (true, sequence, sequence);
        else if (sequence < _first) _first = sequence;
        _highest = Math.Max(_highest, sequence);
        var transit = arrivedMicroseconds * clockRate / 1_000_000 - timestamp;
        if (_received > 0)
        {
            var change = Math.Abs((int)(transit - _lastTransit));
            // A jump of many seconds is the sender's timestamps starting anew, not the network.
            if (change < clockRate * 5L) _jitter += (change - _jitter) / 16;
        }
        _lastTransit = transit;
        _received++;
    }

    /// <summary>Counts a packet that came by retransmission as received: it is not lost any more.</summary>
    public void AddRecovered() => _received++;

    /// <summary>The fraction lost since the last call, in 1/256.</summary>
    public byte TakeFractionLost()
    {
        var expected = _started ? _highest - _first + 1 : 0;
        var expectedNow = expected - _expectedBefore;
        var lostNow = expectedNow - (_received - _receivedBefore);
        (_expectedBefore, _receivedBefore) = (expected, _received);
        return expectedNow <= 0 || lostNow <= 0 ? (byte)0 : (byte)Math.Min(255, lostNow * 256 / expectedNow);
    }
}
