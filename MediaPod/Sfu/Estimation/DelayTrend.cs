namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>
/// Case E3: whether the path's delay grows. A line is fitted to the smoothed delay of the last 20 groups, and its slope compared with a threshold that adapts, so
/// that the estimate neither starves beside flows that fill queues nor trips over jitter (draft-ietf-rmcat-gcc-02 section 5.4; numbers from libwebrtc,
/// trendline_estimator.cc, where the draft's Kalman filter gave way to this line). Pure.
/// </summary>
public sealed class DelayTrend
{
    /// <summary>Groups that the line is fitted to.</summary>
    public const int Window = 20;

    private const double Smoothing = 0.9;         // libwebrtc: kDefaultTrendlineSmoothingCoeff
    private const double Gain = 4.0;              // libwebrtc: kDefaultTrendlineThresholdGain
    private const int MostDeltas = 60;            // libwebrtc: kMinNumDeltas
    private const double ThresholdStart = 12.5;   // draft section 5.4: del_var_th(0)
    private const double ThresholdUp = 0.0087;    // libwebrtc: k_up, per ms
    private const double ThresholdDown = 0.039;   // libwebrtc: k_down, per ms
    private const double LeastThreshold = 6, MostThreshold = 600; // draft section 5.4
    private const double MostAdaption = 15;       // draft section 5.4: larger excursions do not teach
    private const double OveruseMilliseconds = 10; // draft section 5.4: overuse_time_th

    private readonly double[] _times = new double[Window];
    private readonly double[] _delays = new double[Window];
    private int _deltas;
    private double _accumulated;
    private double _smoothed;
    private long _firstArrival;
    private long _lastUpdate = long.MinValue;
    private double _previousTrend;
    private double _overMilliseconds = -1;
    private int _overs;

    /// <summary>What it says now.</summary>
    public DelaySignal Signal { get; private set; }

    /// <summary>The slope, scaled as it is compared with <see cref="Threshold"/>; for <c>/debug</c>.</summary>
    public double Trend { get; private set; }

    /// <summary>The threshold now.</summary>
    public double Threshold { get; private set; } = ThresholdStart;

    /// <summary>Takes in the comparison of two groups.</summary>
    /// <param name="delta">From <see cref="ArrivalGroups"/>.</param>
    /// <param name="nowMicroseconds">Now.</param>
    public void Add(in GroupDelta delta, long nowMicroseconds)
    {
        if (_deltas == 0) _firstArrival = delta.ArrivalMicroseconds;
        _accumulated += delta.GrowthMicroseconds / 1000.0;
        _smoothed = Smoothing * _smoothed + (1 - Smoothing) * _accumulated;
        _times[_deltas % Window] = (delta.ArrivalMicroseconds - _firstArrival) / 1000.0;
        _delays[_deltas % Window] = _smoothed;
        _deltas++;
        var slope = _deltas >= Window ? Slope() : _previousTrend;
        Detect(slope, delta.SentMicroseconds / 1000.0);
        Adapt(nowMicroseconds);
    }

    /// <summary>Forgets everything but the threshold: the receiver's clock jumped.</summary>
    public void Reset()
    {
        (_deltas, _accumulated, _smoothed, _previousTrend) = (0, 0, 0, 0);
        (_overMilliseconds, _overs) = (-1, 0);
        (Signal, Trend) = (DelaySignal.Normal, 0);
    }

    private double Slope()
    {
        double time = 0, delay = 0;
        for (var i = 0; i < Window; i++)
        {
            time += _times[i];
            delay += _delays[i];
        }
        (time, delay) = (time / Window, delay / Window);
        double above = 0, below = 0;
        for (var i = 0; i < Window; i++)
        {
            above += (_times[i] - time) * (_delays[i] - delay);
            below += (_times[i] - time) * (_times[i] - time);
        }
        return below == 0 ? _previousTrend : above / below;
    }

    private void Detect(double slope, double sentMilliseconds)
    {
        Trend = Math.Min(_deltas, MostDeltas) * slope * Gain;
        if (Trend > Threshold)
        {
            _overMilliseconds = _overMilliseconds < 0 ? sentMilliseconds / 2 : _overMilliseconds + sentMilliseconds;
            _overs++;
            if (_overMilliseconds > OveruseMilliseconds && _overs > 1 && slope >= _previousTrend)
            {
                (_overMilliseconds, _overs) = (0, 0);
                Signal = DelaySignal.Overused;
            }
        }
        else
        {
            (_overMilliseconds, _overs) = (-1, 0);
            Signal = Trend < -Threshold ? DelaySignal.Underused : DelaySignal.Normal;
        }
        _previousTrend = slope;
    }

    private void Adapt(long now)
    {
        var size = Math.Abs(Trend);
        var elapsed = _lastUpdate == long.MinValue ? 0 : Math.Clamp((now - _lastUpdate) / 1000.0, 0, 100);
        _lastUpdate = now;
        if (size > Threshold + MostAdaption) return;
        Threshold += (size < Threshold ? ThresholdDown : ThresholdUp) * (size - Threshold) * elapsed;
        Threshold = Math.Clamp(Threshold, LeastThreshold, MostThreshold);
    }
}
