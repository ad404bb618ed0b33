namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// How a publisher's wall clock (RFC 3550 NTP timestamps) relates to ours, learnt from when its sender reports arrive: the least delayed one counts,
/// and slow drift is followed. One per transport, so that sound and picture of one sender keep their relation in our clock exactly.
/// A mutable struct: keep it in a field.
/// </summary>
public struct SenderClock
{
    private const int DriftShift = 8;

    private long _offset;

    /// <summary>A report has come.</summary>
    public bool Known { get; private set; }

    /// <summary>Takes in a report.</summary>
    /// <param name="senderNtp">The report's NTP timestamp, 32.32 fixed point.</param>
    /// <param name="ourNtp">Our time when it arrived, in the same form.</param>
    public void Report(ulong senderNtp, ulong ourNtp)
    {
        var offset = (long)(ourNtp - senderNtp);
        if (!Known || offset < _offset || offset - _offset > 1L << 34) (_offset, Known) = (offset, true);
        else _offset += (offset - _offset) >> DriftShift;
    }

    /// <summary>Ours minus the publisher's, in the form of NTP timestamps.</summary>
    public readonly long Offset => _offset;

    /// <summary>A relation that is known already.</summary>
    public static SenderClock Of(long offset) => new() { _offset = offset, Known = true };

    /// <summary>A time of the publisher's clock in ours.</summary>
    public readonly ulong ToOurs(ulong senderNtp) => senderNtp + (ulong)_offset;
}

/// <summary>The last sender report of one stream: which moment an RTP timestamp is (RFC 3550 section 6.4.1).</summary>
public readonly record struct SenderReportMoment
{
    /// <summary>The publisher's wall clock, 32.32 fixed point; 0: no report yet.</summary>
    public ulong Ntp { get; init; }

    /// <summary>The RTP timestamp of the same moment.</summary>
    public uint Timestamp { get; init; }

    /// <summary>When the report arrived, in the worker's microseconds.</summary>
    public long ArrivedMicroseconds { get; init; }

    /// <summary>The RTP timestamp of a moment in our clock.</summary>
    public uint At(ulong ourNtp, in SenderClock clock, int clockRate)
    {
        var elapsed = (long)(ourNtp - clock.ToOurs(Ntp));
        return Timestamp + (uint)(long)((Int128)elapsed * clockRate >> 32);
    }
}
