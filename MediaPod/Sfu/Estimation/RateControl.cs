namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>What the rate is decided on.</summary>
/// <param name="Signal">What the delay says.</param>
/// <param name="Acknowledged">What arrives, in bits per second; null while unknown.</param>
/// <param name="Sent">What is sent, in bits per second.</param>
/// <param name="Limited">Much less is sent than would be allowed.</param>
/// <param name="CanProbe">Padding can find out what the path carries.</param>
/// <param name="RoundTripMicroseconds">The round-trip time.</param>
public readonly record struct RateInput(DelaySignal Signal, long? Acknowledged, long Sent, bool Limited, bool CanProbe, long RoundTripMicroseconds);

/// <summary>
/// Case E6: additive increase, multiplicative decrease (draft-ietf-rmcat-gcc-02 section 5.5). Far from where the path last was full the rate grows by 8 % a second, near it by
/// about a packet per response time; an overused path takes it to 0.85 of what arrives. Pure.
/// </summary>
public sealed class RateControl
{
    /// <summary>The least and the most it ever says, in bits per second.</summary>
    public const long Least = 50_000, Most = 50_000_000;

    /// <summary>Of what arrives, when the path is overused (draft section 5.5: beta).</summary>
    public const double Beta = 0.85;

    /// <summary>How far above what arrives it may grow (E7); where nothing can probe for more, <see cref="BlindHeadroom"/>.</summary>
    public const double Headroom = 1.5;

    /// <summary>Without probes: simulcast encodings are about three times as large as the next smaller, so less would never reach the next.</summary>
    public const double BlindHeadroom = 3.5;

    private const double GrowthPerSecond = 1.08; // draft section 5.5: eta
    private const double HeadroomBits = 10_000;  // libwebrtc, aimd_rate_control.cc
    private const long LeastBetweenDecreases = 10_000, MostBetweenDecreases = 200_000; // libwebrtc: TimeToReduceFurther
    private const double PathFull = 0.7;         // arrives less than this of what is sent: the path is full, however little is sent

    private double _rate;
    private long _changed = long.MinValue;
    private long _decreased = long.MinValue;
    private bool _holds;
    private double _capacity = -1; // where the path was full, kbit/s
    private double _deviation = 0.4;

    /// <summary>Starts at a rate.</summary>
    public RateControl(long start) => _rate = start;

    /// <summary>Bits per second.</summary>
    public long BitsPerSecond => (long)_rate;

    /// <summary>When it last fell; <see cref="long.MinValue"/>: never.</summary>
    public long DecreasedMicroseconds => _decreased;

    /// <summary>It waits for a queue to drain.</summary>
    public bool Holds => _holds;

    /// <summary>Near the rate at which the path was last full it grows slowly.</summary>
    public bool IsNearCapacity => _capacity >= 0;

    /// <summary>A probe, or the beginning, tells what the path carries.</summary>
    public void Set(long bitsPerSecond, long nowMicroseconds)
    {
        _rate = Math.Clamp(bitsPerSecond, Least, Most);
        _changed = nowMicroseconds;
        if (_capacity >= 0 && _rate / 1000 > UpperCapacity) _capacity = -1;
    }

    /// <summary>Takes in what the last feedback said. True: the rate fell.</summary>
    public bool Update(in RateInput input, long nowMicroseconds)
    {
        switch (input.Signal)
        {
            case DelaySignal.Overused:
                return Decrease(input, nowMicroseconds);
            case DelaySignal.Underused:
                _holds = true; // a queue drains: more would keep it
                _changed = nowMicroseconds;
                return false;
            default:
                if (_holds) (_holds, _changed) = (false, nowMicroseconds);
                else Increase(input, nowMicroseconds);
                return false;
        }
    }

    private double UpperCapacity => _capacity + 3 * Math.Sqrt(_deviation * _capacity);

    private double LowerCapacity => Math.Max(0, _capacity - 3 * Math.Sqrt(_deviation * _capacity));

    private void Increase(in RateInput input, long now)
    {
        var seconds = _changed == long.MinValue ? 0 : Math.Clamp((now - _changed) / 1e6, 0, 1);
        _changed = now;
        if (input.Acknowledged is { } arrives && _capacity >= 0 && arrives / 1000.0 > UpperCapacity) _capacity = -1;
        var grown = _capacity >= 0 ? _rate + PerSecondNearCapacity(input.RoundTripMicroseconds) * seconds : _rate * Math.Pow(GrowthPerSecond, seconds);
        // E7: what was never sent was never seen to arrive. A limit to growth only: little sent takes nothing away.
        var limit = input.Acknowledged is { } known ? (input.CanProbe ? Headroom : BlindHeadroom) * known + HeadroomBits : double.MaxValue;
        if (grown > limit) grown = Math.Max(_rate, limit);
        _rate = Math.Min(grown, Most);
    }

    // About one packet of the average size per response time (draft section 5.5), 30 frames a second of at most 1,200 bytes a packet.
    private double PerSecondNearCapacity(long roundTrip)
    {
        var frame = _rate / 30;
        var packet = frame / Math.Ceiling(Math.Max(1, frame / (8 * 1200)));
        var response = 2 * (roundTrip / 1e6 + 0.1);
        return Math.Max(4_000, packet / response);
    }

    private bool Decrease(in RateInput input, long now)
    {
        var arrives = input.Acknowledged ?? (long)(_rate * Beta);
        var since = _decreased == long.MinValue ? long.MaxValue : now - _decreased;
        var soon = Math.Clamp(input.RoundTripMicroseconds, LeastBetweenDecreases, MostBetweenDecreases);
        if (since < soon && arrives > _rate / 2) return false;
        var target = arrives * Beta;
        // E7: with little sent, what arrives says nothing about the path; it is full only if even that does not arrive.
        if (input.Limited && arrives >= input.Sent * PathFull) target = Math.Max(target, _rate * Beta);
        else NoteCapacity(arrives / 1000.0);
        _holds = true;
        _changed = now;
        _decreased = now;
        if (target >= _rate) return false;
        _rate = Math.Max(target, Least);
        return true;
    }

    // A running mean of what arrived when the path was full, and how much it varies (libwebrtc, link_capacity_estimator.cc).
    private void NoteCapacity(double kilobits)
    {
        if (_capacity >= 0 && (kilobits < LowerCapacity || kilobits > UpperCapacity)) _capacity = -1;
        if (_capacity < 0)
        {
            _capacity = kilobits;
            return;
        }
        _capacity = 0.95 * _capacity + 0.05 * kilobits;
        var error = _capacity - kilobits;
        _deviation = Math.Clamp(0.95 * _deviation + 0.05 * error * error / Math.Max(_capacity, 1), 0.4, 2.5);
    }
}
