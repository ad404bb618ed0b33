namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>What the transport knows when a feedback has been read.</summary>
/// <param name="Sent">What is sent, in bits per second.</param>
/// <param name="Limited">Much less is sent than would be allowed.</param>
/// <param name="CanProbe">Padding can find out what the path carries.</param>
/// <param name="ProbeMicroseconds">When the last probe began; <see cref="long.MinValue"/>: none.</param>
public readonly record struct FeedbackContext(long Sent, bool Limited, bool CanProbe, long ProbeMicroseconds);

/// <summary>
/// What one path carries, from transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01): the delay's trend and the rate control behind it, bounded by loss.
/// Cases E1 to E8 and E12 of <c>docs/estimation.md</c>. Pure: packets and moments in, bits per second out; allocates nothing after it was made.
/// </summary>
public sealed class SendSideEstimator
{
    /// <summary>Where it starts, in bits per second; the first probe is at three times this.</summary>
    public const long Start = 600_000;

    /// <summary>How long after the first feedback nothing is said unless a probe, overuse or loss says something, in microseconds.</summary>
    public const long SettleMicroseconds = 1_000_000;

    /// <summary>A queue longer than this stands, in microseconds.</summary>
    public const long StandingMicroseconds = 30_000;

    /// <summary>E4: growth of the delay with a shorter queue than this is jitter, in microseconds.</summary>
    public const long OveruseLeastMicroseconds = 12_000;

    /// <summary>E6: a decrease with a longer queue is followed by a drain, in microseconds.</summary>
    public const long LongQueueMicroseconds = 60_000;

    /// <summary>E12: without feedback for so long, while packets are sent, the estimate falls, in microseconds.</summary>
    public const long SilentMicroseconds = 2_000_000;

    /// <summary>E12: without feedback for so long it is forgotten, in microseconds.</summary>
    public const long ForgetMicroseconds = 10_000_000;

    /// <summary>E12: it falls no further than to this for want of feedback, in bits per second.</summary>
    public const long SilentLeast = 300_000;

    private const double SilentFall = 0.7;
    private const double DrainFactor = 0.8;
    private const long LongestDrain = 2_000_000;
    private const long ProbeEcho = 300_000; // for so long after a probe its own queue is seen
    private const double SettleHeadroom = 1.5;

    private readonly ArrivalGroups _groups = new();
    private readonly DelayTrend _trend = new();
    private readonly AcknowledgedRate _acknowledged = new();
    private readonly LossBound _loss = new();
    private readonly RateControl _rate = new(Start);
    private QueueDelay _queue = new();
    private ProbeMeasure _probe;
    private int _jumps;
    private bool _known;
    private long _firstFeedback = long.MinValue;
    private long _lastFeedback = long.MinValue;
    private long _fellSilent = long.MinValue;
    private long _drainUntil = long.MinValue;
    private long _answeredProbe = long.MinValue;
    private long _newestSent = long.MinValue;

    /// <summary>Bits per second; null: not known yet.</summary>
    public long? BitsPerSecond { get; private set; }

    /// <summary>What the delay says. Overuse counts only when even the least delayed packet of a feedback waited: after a stall of the path, or of a busy receiver, the last packets did not.</summary>
    public DelaySignal Signal => _trend.Signal == DelaySignal.Overused && QueueMicroseconds < OveruseLeastMicroseconds ? DelaySignal.Normal : _trend.Signal;

    /// <summary>How long packets wait on the path, in microseconds.</summary>
    public long QueueMicroseconds => _queue.Microseconds;

    /// <summary>What arrives, in bits per second; null while unknown.</summary>
    public long? AcknowledgedBitsPerSecond => _acknowledged.BitsPerSecond;

    /// <summary>What loss says.</summary>
    public LossBound Loss => _loss;

    /// <summary>When the estimate last fell because of delay; <see cref="long.MinValue"/>: never.</summary>
    public long DecreasedMicroseconds => _rate.DecreasedMicroseconds;

    /// <summary>The shortest time from a packet to feedback about it, smoothed, in microseconds.</summary>
    public long RoundTripMicroseconds { get; private set; } = 100_000;

    /// <summary>A queue is being drained: less is allowed than the path carries.</summary>
    public bool IsDraining => _drainUntil != long.MinValue;

    /// <summary>Nothing stands against probing.</summary>
    public bool IsCalm => Signal != DelaySignal.Overused && QueueMicroseconds < StandingMicroseconds && !IsDraining && !_loss.IsTrying;

    /// <summary>When the last feedback came; <see cref="long.MinValue"/>: none.</summary>
    public long LastFeedbackMicroseconds => _lastFeedback;

    /// <summary>What the last probe measured so far.</summary>
    public long? ProbeResult => _probe.Result;

    /// <summary>A probe begins.</summary>
    public void BeginProbe(ProbeCluster cluster) => _probe.Begin(cluster);

    /// <summary>Feedback says that a packet arrived.</summary>
    /// <param name="sentMicroseconds">When it left, in our clock.</param>
    /// <param name="arrivedMicroseconds">When it arrived, in the receiver's.</param>
    /// <param name="bytes">Its UDP payload.</param>
    /// <param name="cluster">The probe that it belongs to; 0: none.</param>
    /// <param name="wasLost">An earlier feedback reported it lost.</param>
    /// <param name="nowMicroseconds">Now.</param>
    public void Arrived(long sentMicroseconds, long arrivedMicroseconds, int bytes, byte cluster, bool wasLost, long nowMicroseconds)
    {
        if (wasLost) _loss.TakeBack();
        else _loss.Add(lost: false);
        _newestSent = Math.Max(_newestSent, sentMicroseconds);
        _acknowledged.Add(bytes, arrivedMicroseconds);
        _probe.Add(cluster, bytes, sentMicroseconds, arrivedMicroseconds);
        _queue.Add(sentMicroseconds, arrivedMicroseconds);
        if (_groups.Add(sentMicroseconds, arrivedMicroseconds, nowMicroseconds, out var delta)) _trend.Add(delta, nowMicroseconds);
        else if (_groups.Jumps != _jumps) ClockJumped();
    }

    /// <summary>Feedback says that a packet did not arrive.</summary>
    public void Lost()
    {
        _loss.Add(lost: true);
        _queue.Lost();
    }

    /// <summary>That was all of a feedback: decides.</summary>
    public void EndFeedback(in FeedbackContext context, long nowMicroseconds)
    {
        if (_newestSent == long.MinValue) return; // nothing of ours arrived yet
        if (_firstFeedback == long.MinValue) _firstFeedback = nowMicroseconds;
        _lastFeedback = nowMicroseconds;
        RoundTripMicroseconds += (Math.Clamp(nowMicroseconds - _newestSent, 0, 5_000_000) - RoundTripMicroseconds) / 8;
        _queue.EndFeedback(nowMicroseconds);
        var fell = UpdateRate(context, nowMicroseconds);
        Drain(fell, nowMicroseconds);
        if (fell) _loss.Restart(nowMicroseconds);
        _loss.Judge(Signal == DelaySignal.Overused || QueueMicroseconds >= StandingMicroseconds, _rate.BitsPerSecond, Arrives(), nowMicroseconds);
        Settle(fell, nowMicroseconds);
        Publish();
    }

    /// <summary>A probe measured this much (E10): the estimate is at least that.</summary>
    public void Probed(long bitsPerSecond, long nowMicroseconds)
    {
        if (bitsPerSecond > _rate.BitsPerSecond || !_known)
        {
            _rate.Set(Math.Max(bitsPerSecond, _known ? 0 : AcknowledgedBitsPerSecond ?? 0), nowMicroseconds);
            _acknowledged.ExpectChange();
            _loss.Raise(bitsPerSecond);
        }
        _known = true;
        Publish();
    }

    /// <summary>E12: packets are sent, and no feedback comes. Call about once a second.</summary>
    /// <returns>True: it came to nothing, and this estimator is to be forgotten.</returns>
    public bool Silence(long nowMicroseconds)
    {
        if (_lastFeedback == long.MinValue) return false;
        var silent = nowMicroseconds - _lastFeedback;
        if (silent < SilentMicroseconds) return false;
        if (silent >= ForgetMicroseconds) return true;
        if (_fellSilent != long.MinValue && nowMicroseconds - _fellSilent < 900_000) return false;
        _fellSilent = nowMicroseconds;
        if (_known && _rate.BitsPerSecond > SilentLeast) _rate.Set(Math.Max(SilentLeast, (long)(_rate.BitsPerSecond * SilentFall)), nowMicroseconds);
        Publish();
        return false;
    }

    private bool UpdateRate(in FeedbackContext context, long now)
    {
        if (_trend.Signal == DelaySignal.Overused && Signal != DelaySignal.Overused) return false; // jitter: neither up nor down
        var input = new RateInput(Signal, Arrives(), context.Sent, context.Limited, context.CanProbe, RoundTripMicroseconds);
        if (Signal != DelaySignal.Overused || !IsEcho(context.ProbeMicroseconds, now)) return _rate.Update(input, now);
        // E11: our own padding filled the path for a moment, which says what the padding measured and nothing about the media.
        _answeredProbe = context.ProbeMicroseconds;
        if (_probe.Result is not { } carried || carried >= _rate.BitsPerSecond) return false;
        _rate.Set(Math.Max(carried, (long)((AcknowledgedBitsPerSecond ?? 0) * RateControl.Beta)), now);
        return true;
    }

    // Behind a standing queue packets arrive as fast as the path carries them: the last sample says it at once, the average only later.
    // Without one the average lags behind what was raised a moment ago, and would take the raise back.
    private long? Arrives() => _acknowledged is not { LastSample: { } sample, BitsPerSecond: { } average } ? _acknowledged.BitsPerSecond
        : QueueMicroseconds >= LongQueueMicroseconds ? Math.Min(sample, average)
        : Signal == DelaySignal.Overused ? Math.Max(sample, average)
        : average;

    // Once per probe: overuse that lasts is no echo.
    private bool IsEcho(long probe, long now) => probe != long.MinValue && probe != _answeredProbe && now - probe < ProbeEcho + RoundTripMicroseconds;

    private void Drain(bool fell, long now)
    {
        if (fell && QueueMicroseconds >= LongQueueMicroseconds) _drainUntil = now + LongestDrain;
        if (IsDraining && (QueueMicroseconds < StandingMicroseconds || now >= _drainUntil)) _drainUntil = long.MinValue;
    }

    private void Settle(bool fell, long now)
    {
        if (_known) return;
        if (!fell && _loss.BitsPerSecond is null)
        {
            if (now - _firstFeedback < SettleMicroseconds) return;
            _rate.Set(Math.Max(_rate.BitsPerSecond, (long)((AcknowledgedBitsPerSecond ?? 0) * SettleHeadroom)), now);
        }
        _known = true;
    }

    private void Publish()
    {
        if (!_known) return;
        var rate = IsDraining ? (long)(_rate.BitsPerSecond * DrainFactor) : _rate.BitsPerSecond;
        BitsPerSecond = Math.Max(RateControl.Least, Math.Min(rate, _loss.BitsPerSecond ?? long.MaxValue));
    }

    private void ClockJumped()
    {
        _jumps = _groups.Jumps;
        _trend.Reset();
        _queue.Reset();
    }
}
