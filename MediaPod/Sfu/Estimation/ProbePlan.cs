namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>What decides whether to probe.</summary>
/// <param name="Estimate">Bits per second.</param>
/// <param name="Wanted">What the allocator would like to send, in bits per second; 0: nothing more.</param>
/// <param name="Calm">No queue, no overuse, no trial of the loss bound at present.</param>
/// <param name="DecreasedMicroseconds">When the estimate last fell; <see cref="long.MinValue"/>: never.</param>
/// <param name="RoundTripMicroseconds">The round-trip time.</param>
public readonly record struct ProbeQuestion(long Estimate, long Wanted, bool Calm, long DecreasedMicroseconds, long RoundTripMicroseconds);

/// <summary>
/// Case E9: when to probe and at which rate. At the beginning three times the start rate; each success is followed at once by twice as much, until what is wanted is reached; a failure by
/// a wait that doubles. Nothing is probed for that nobody wants, and nothing while the path is not calm. Pure.
/// </summary>
public sealed class ProbePlan
{
    /// <summary>The shortest and the longest wait between two probes, in microseconds.</summary>
    public const long LeastWaitMicroseconds = 1_500_000, MostWaitMicroseconds = 5_000_000;

    /// <summary>The longest wait after successes that did not last: the path carries a burst and not the rate. In microseconds.</summary>
    public const long RefutedWaitMicroseconds = 20_000_000;

    /// <summary>How long after the estimate fell nothing is probed, in microseconds: a queue is to drain first.</summary>
    public const long AfterDecreaseMicroseconds = 3_000_000;

    /// <summary>Probes without any feedback after which no more are sent until feedback comes.</summary>
    public const int MostUnanswered = 3;

    private const double First = 3;           // times the start rate (libwebrtc: first_exponential_probe_scale)
    private const double Next = 2;            // times the last result (libwebrtc: further_exponential_probe_scale)
    private const double Success = 0.7;       // of the cluster's rate (libwebrtc: further_probe_threshold)
    private const double Further = 1.1;       // than the success before: otherwise it is where that was
    private const double Lasting = 0.8;       // of a result: an estimate below has refuted it
    private const double BeyondWanted = 1.25; // the allocator needs a little more than what it wants to send
    private const long PatienceMicroseconds = 500_000;

    private byte _id;
    private long _rate;
    private long _sentAt = long.MinValue;
    private long _notBefore = long.MinValue;
    private long _wait = LeastWaitMicroseconds;
    private bool _measuring;
    private bool _began;
    private long _againUntil = long.MinValue;
    private long _believed;
    private int _unanswered;

    /// <summary>The last cluster's rate, for <c>/debug</c>; 0: none was sent.</summary>
    public long LastRate => _rate;

    /// <summary>What came of it; null: nothing that could be measured.</summary>
    public long? LastResult { get; private set; }

    /// <summary>A cluster is on its way.</summary>
    public bool IsMeasuring => _measuring;

    /// <summary>Clusters begun.</summary>
    public int Count { get; private set; }

    /// <summary>The next cluster, if one is due.</summary>
    public bool TryBegin(in ProbeQuestion question, long nowMicroseconds, out ProbeCluster cluster)
    {
        cluster = default;
        if (_measuring) GiveUp(question.RoundTripMicroseconds, nowMicroseconds);
        if (_measuring || !question.Calm || question.Wanted <= question.Estimate || _unanswered >= MostUnanswered) return false;
        if (question.DecreasedMicroseconds != long.MinValue && nowMicroseconds - question.DecreasedMicroseconds < AfterDecreaseMicroseconds) return false;
        if (nowMicroseconds > _againUntil)
        {
            Doubt(question.Estimate, nowMicroseconds);
            if (nowMicroseconds < _notBefore) return false;
        }
        var goal = Math.Min(question.Wanted * BeyondWanted, RateControl.Most);
        var rate = (long)Math.Min(goal, question.Estimate * (_began ? Next : First));
        _id = _id == byte.MaxValue ? (byte)1 : (byte)(_id + 1);
        (_rate, _measuring, _began, _againUntil, _sentAt) = (rate, true, true, long.MinValue, nowMicroseconds);
        LastResult = null;
        _unanswered++;
        Count++;
        cluster = ProbeCluster.At(_id, rate);
        return true;
    }

    /// <summary>Feedback came: somebody answers.</summary>
    public void Answered() => _unanswered = 0;

    /// <summary>The cluster was measured.</summary>
    public void Measured(long result, long nowMicroseconds)
    {
        if (!_measuring) return;
        _measuring = false;
        LastResult = result;
        if (result >= _rate * Success && result > _believed * Further)
        {
            _againUntil = nowMicroseconds + PatienceMicroseconds;
            _believed = result;
            _notBefore = nowMicroseconds + _wait;
            return;
        }
        Fail(nowMicroseconds);
    }

    /// <summary>The path does not bear it: what is left of the cluster is not sent (E11).</summary>
    public void Abort(long nowMicroseconds)
    {
        if (!_measuring) return;
        _measuring = false;
        Fail(nowMicroseconds);
    }

    private void GiveUp(long roundTrip, long now)
    {
        if (now - _sentAt < roundTrip + PatienceMicroseconds) return;
        _measuring = false;
        Fail(now);
    }

    private void Fail(long now)
    {
        _againUntil = long.MinValue;
        _notBefore = now + _wait;
        _wait = Math.Max(_wait, Math.Min(_wait * 2, MostWaitMicroseconds));
    }

    // A success after which the estimate fell soon was none.
    private void Doubt(long estimate, long now)
    {
        if (_believed == 0) return;
        if (now - _sentAt > MostWaitMicroseconds)
        {
            (_believed, _wait) = (0, LeastWaitMicroseconds);
            return;
        }
        if (estimate >= _believed * Lasting) return;
        _believed = 0;
        _wait = Math.Min(Math.Max(_wait, LeastWaitMicroseconds) * 2, RefutedWaitMicroseconds);
        _notBefore = now + _wait;
    }
}
