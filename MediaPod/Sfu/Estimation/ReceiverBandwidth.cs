using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>
/// What one receiver can be sent, and what it is sent. The allocator reads it and says how much it would like to send; the transport feeds it. Cases E1 to En
/// are in <c>docs/estimation.md</c>. Pure: time is an argument, in the worker's microseconds. Owned by one worker; allocates nothing per packet.
/// </summary>
public sealed class ReceiverBandwidth
{
    /// <summary>A receiver's own estimate (REMB) that is not repeated counts no longer than this, in microseconds.</summary>
    public const long ReportedMicroseconds = 10_000_000;

    private const double Notable = 0.03;
    private const double LimitedBelow = 0.65, UnlimitedAbove = 0.80;

    private RateMeter _sent;
    private long _reported;
    private long _reportedAt = long.MinValue;
    private long _told = -1;

    /// <summary>What may be sent in all, in bits of UDP payload per second; null: nothing is known (neither feedback nor REMB).</summary>
    public long? BitsPerSecond { get; private set; }

    /// <summary>What is sent is well below <see cref="BitsPerSecond"/>, so that the estimate says what was seen, not what the path can carry.</summary>
    public bool ApplicationLimited { get; private set; }

    /// <summary>RTP sent lately (sound, picture, retransmissions; no padding that probes), in bits of UDP payload per second. Measured.</summary>
    public long SentBitsPerSecond { get; private set; }

    /// <summary>What the allocator said last; 0: nothing more is wanted.</summary>
    public long WantedBitsPerSecond { get; private set; }

    /// <summary>Grows when the estimate changed enough to decide the allocation anew: by more than 3 %, to or from null, or to anything lower than what is sent.</summary>
    public int Revision { get; private set; }

    /// <summary>What the receiver itself reported (REMB) and still counts; null: nothing.</summary>
    public long? ReportedBitsPerSecond => _reportedAt == long.MinValue ? null : _reported;

    /// <summary>The allocator's wish: what it would like to send in all. The goal of probing; 0: nothing more than now.</summary>
    public void WantUpTo(long bitsPerSecond) => WantedBitsPerSecond = Math.Max(0, bitsPerSecond);

    /// <summary>A packet left.</summary>
    public void Sent(int bytes, long nowMicroseconds)
    {
        _sent.Add(bytes, nowMicroseconds);
        SentBitsPerSecond = (long)_sent.BitsPerSecond(nowMicroseconds);
    }

    /// <summary>The receiver reported its own estimate (REMB).</summary>
    /// <param name="bitsPerSecond">0 says nothing and is ignored.</param>
    /// <param name="nowMicroseconds">Now.</param>
    public void Reported(ulong bitsPerSecond, long nowMicroseconds)
    {
        if (bitsPerSecond == 0) return;
        (_reported, _reportedAt) = ((long)Math.Min(bitsPerSecond, long.MaxValue), nowMicroseconds);
        Decide();
    }

    /// <summary>Lets time pass: once a second or more often.</summary>
    public void Tick(long nowMicroseconds)
    {
        SentBitsPerSecond = (long)_sent.BitsPerSecond(nowMicroseconds);
        if (_reportedAt != long.MinValue && nowMicroseconds - _reportedAt > ReportedMicroseconds) _reportedAt = long.MinValue;
        Decide();
    }

    private void Decide()
    {
        BitsPerSecond = ReportedBitsPerSecond;
        NoteLimits();
        Revise();
    }

    private void NoteLimits()
    {
        if (BitsPerSecond is not { } estimate) ApplicationLimited = false;
        else if (SentBitsPerSecond < estimate * LimitedBelow) ApplicationLimited = true;
        else if (SentBitsPerSecond > estimate * UnlimitedAbove) ApplicationLimited = false;
    }

    private void Revise()
    {
        var now = BitsPerSecond ?? -1;
        if (now == _told) return;
        var notable = now < 0 || _told < 0 || Math.Abs(now - _told) > _told * Notable || (now < _told && now < SentBitsPerSecond);
        if (!notable) return;
        _told = now;
        Revision++;
    }
}
