using Conference.MediaPod.Sfu.Publishing;

namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>
/// What one receiver can be sent, and what it is sent. The allocator reads it and says how much it would like to send; the transport feeds it. Cases E1 to E14
/// are in <c>docs/estimation.md</c>. Pure: time is an argument, in the worker's microseconds. Owned by one worker; allocates nothing per packet.
/// </summary>
public sealed class ReceiverBandwidth
{
    /// <summary>A receiver's own estimate (REMB) that is not repeated counts no longer than this, in microseconds.</summary>
    public const long ReportedMicroseconds = 10_000_000;

    private const double Notable = 0.03;
    private const double LimitedBelow = 0.65, UnlimitedAbove = 0.80;
    private const int LeastUnanswered = 20;

    private readonly ProbePlan _plan = new();
    private SendSideEstimator? _sendSide;
    private RateMeter _sent;
    private long _reported;
    private long _reportedAt = long.MinValue;
    private long _told = -1;
    private long _probeBegan = long.MinValue;
    private int _unanswered;
    private long? _bound;

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

    /// <summary>The estimator behind it; null before the first feedback about a packet of ours, and when feedback stopped for good.</summary>
    public SendSideEstimator? SendSide => _sendSide;

    /// <summary>Packets wait on the path: what is sent faster than the estimate keeps its queue (P1).</summary>
    public bool IsCrowded => _sendSide is { QueueMicroseconds: >= SendSideEstimator.StandingMicroseconds };

    /// <summary>When and at which rate was probed.</summary>
    public ProbePlan Probes => _plan;

    /// <summary>The cluster of padding that is being sent; an id of 0: none.</summary>
    public ProbeCluster Probe { get; private set; }

    /// <summary>The receiver has a slot whose retransmission format can carry padding.</summary>
    public bool CanProbe { get; set; }

    /// <summary>The allocator's wish: what it would like to send in all. The goal of probing; 0: nothing more than now.</summary>
    public void WantUpTo(long bitsPerSecond) => WantedBitsPerSecond = Math.Clamp(bitsPerSecond, 0, _bound ?? long.MaxValue);

    /// <summary>Sends no more than this, whatever the path carries; null: what it carries.</summary>
    public void BoundTo(long? bitsPerSecond)
    {
        if (_bound == bitsPerSecond) return;
        _bound = bitsPerSecond;
        Decide();
    }

    /// <summary>A packet of media left.</summary>
    /// <param name="bytes">Its UDP payload.</param>
    /// <param name="counted">It carries a transport-wide sequence number, so that feedback about it may come.</param>
    /// <param name="nowMicroseconds">Now.</param>
    public void Sent(int bytes, bool counted, long nowMicroseconds)
    {
        _sent.Add(bytes, nowMicroseconds);
        if (counted) _unanswered++;
    }

    /// <summary>Transport-wide feedback says that a packet arrived; the arguments are those of <see cref="SendSideEstimator.Arrived"/>.</summary>
    public void Arrived(long sentMicroseconds, long arrivedMicroseconds, int bytes, byte cluster, bool wasLost, long nowMicroseconds)
    {
        _sendSide ??= new SendSideEstimator();
        _sendSide.Arrived(sentMicroseconds, arrivedMicroseconds, bytes, cluster, wasLost, nowMicroseconds);
    }

    /// <summary>Transport-wide feedback says that a packet did not arrive.</summary>
    public void Lost() => _sendSide?.Lost();

    /// <summary>That was all of a feedback.</summary>
    public void EndFeedback(long nowMicroseconds)
    {
        if (_sendSide is not { } estimator) return;
        _unanswered = 0;
        _plan.Answered();
        SentBitsPerSecond = (long)_sent.BitsPerSecond(nowMicroseconds);
        estimator.EndFeedback(new FeedbackContext(SentBitsPerSecond, ApplicationLimited, CanProbe, _probeBegan), nowMicroseconds);
        if (_plan.IsMeasuring && estimator.ProbeResult is { } result)
        {
            _plan.Measured(result, nowMicroseconds);
            if (estimator.Signal != DelaySignal.Overused) estimator.Probed(result, nowMicroseconds);
        }
        else if (estimator.Signal == DelaySignal.Overused)
        {
            _plan.Abort(nowMicroseconds); // E11
        }
        if (!_plan.IsMeasuring) EndProbe();
        Decide();
    }

    /// <summary>The receiver reported its own estimate (REMB).</summary>
    /// <param name="bitsPerSecond">0 says nothing and is ignored.</param>
    /// <param name="nowMicroseconds">Now.</param>
    public void Reported(ulong bitsPerSecond, long nowMicroseconds)
    {
        if (bitsPerSecond == 0) return;
        (_reported, _reportedAt) = ((long)Math.Min(bitsPerSecond, (ulong)RateControl.Most), nowMicroseconds);
        Decide();
    }

    /// <summary>Begins a probe if one is due: <see cref="Probe"/> is then to be sent.</summary>
    public bool TryProbe(long nowMicroseconds)
    {
        if (Probe.Id != 0 || !CanProbe || WantedBitsPerSecond == 0) return false;
        var estimator = _sendSide;
        var question = new ProbeQuestion(
            BitsPerSecond ?? SendSideEstimator.Start, WantedBitsPerSecond, estimator?.IsCalm ?? true, estimator?.DecreasedMicroseconds ?? long.MinValue,
            estimator?.RoundTripMicroseconds ?? 0);
        if (!_plan.TryBegin(question, nowMicroseconds, out var cluster)) return false;
        (_sendSide ??= new SendSideEstimator()).BeginProbe(cluster);
        Probe = cluster;
        _probeBegan = nowMicroseconds;
        return true;
    }

    /// <summary>The cluster has been sent, or cannot be.</summary>
    public void EndProbe() => Probe = default;

    /// <summary>Lets time pass: once a second or more often.</summary>
    public void Tick(long nowMicroseconds)
    {
        SentBitsPerSecond = (long)_sent.BitsPerSecond(nowMicroseconds);
        if (_reportedAt != long.MinValue && nowMicroseconds - _reportedAt > ReportedMicroseconds) _reportedAt = long.MinValue;
        if (_unanswered >= LeastUnanswered && _sendSide is { } estimator && estimator.Silence(nowMicroseconds)) _sendSide = null;
        Decide();
    }

    private void Decide()
    {
        var estimate = _sendSide?.BitsPerSecond;
        if (ReportedBitsPerSecond is { } reported) estimate = Math.Min(estimate ?? long.MaxValue, reported); // E13
        BitsPerSecond = _bound is { } bound ? Math.Min(estimate ?? bound, bound) : estimate; // E15
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
