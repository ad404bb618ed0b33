namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>
/// Case E5: the rate at which packets arrive, by the receiver's clock. Samples of 150 ms (the first: 500 ms) are averaged by how much each is believed: one far from the
/// average is believed less, so that a burst after a gap does not pass for a fast path (libwebrtc, bitrate_estimator.cc). Pure.
/// </summary>
public sealed class AcknowledgedRate
{
    private const long FirstMicroseconds = 500_000, SampleMicroseconds = 150_000;
    private const double Disbelief = 10;       // libwebrtc: uncertainty_scale
    private const double LeastVariance = 1;
    private const double Restlessness = 5;     // libwebrtc: variance added per sample, in (kbit/s)^2
    private const double FastVariance = 200;   // libwebrtc: ExpectFastRateChange

    private long _last = long.MinValue;
    private long _elapsed;
    private long _bytes;
    private double _kilobits = -1;
    private double _variance = 50;

    /// <summary>Bits per second; null before the first half second.</summary>
    public long? BitsPerSecond => _kilobits < 0 ? null : (long)(_kilobits * 1000);

    /// <summary>The last sample by itself: noisy, but what the path carries now where a queue stands; null before the first.</summary>
    public long? LastSample { get; private set; }

    /// <summary>A packet arrived.</summary>
    public void Add(int bytes, long arrivedMicroseconds)
    {
        var window = _kilobits < 0 ? FirstMicroseconds : SampleMicroseconds;
        var passed = _last == long.MinValue ? 0 : arrivedMicroseconds - _last;
        if (passed < 0)
        {
            // Reordered, unless the clock went back.
            if (passed > -ArrivalGroups.JumpMicroseconds) passed = 0;
            else (_bytes, _elapsed, passed) = (0, 0, 0);
            if (_elapsed == 0) _last = arrivedMicroseconds;
        }
        else
        {
            _last = arrivedMicroseconds;
        }
        _elapsed += passed;
        if (passed > window) (_bytes, _elapsed) = (0, _elapsed % window); // a gap says nothing about the path
        if (_elapsed >= window)
        {
            Take(_bytes * 8000.0 / window);
            (_bytes, _elapsed) = (0, _elapsed - window);
        }
        _bytes += bytes;
    }

    /// <summary>More (or less) is being sent than before on purpose: what comes is believed.</summary>
    public void ExpectChange() => _variance += FastVariance;

    private void Take(double kilobits)
    {
        LastSample = (long)(kilobits * 1000);
        if (_kilobits < 0)
        {
            _kilobits = kilobits;
            return;
        }
        var doubt = Disbelief * Math.Abs(_kilobits - kilobits) / Math.Max(_kilobits, 1);
        var (sample, predicted) = (Math.Max(doubt * doubt, LeastVariance), _variance + Restlessness);
        _kilobits = Math.Max(0, (sample * _kilobits + predicted * kilobits) / (sample + predicted));
        _variance = sample * predicted / (sample + predicted);
    }
}
