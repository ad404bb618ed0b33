namespace Conference.MediaPod.Sfu.Estimation;

/// <summary>
/// Case E10: what came of a cluster of padding: bytes over the time between its first and last packet, both when sent and when arriving
/// (libwebrtc, probe_bitrate_estimator.cc). Never more than what was really sent, whatever the receiver claims. Pure. A mutable struct: keep it in a field.
/// </summary>
public struct ProbeMeasure
{
    private const double EnoughPackets = 0.8;   // of the least: libwebrtc kMinReceivedProbesRatio
    private const double EnoughBytes = 0.6;     // libwebrtc: 0.8 (kMinReceivedBytesRatio), which half of all clusters miss at 20 % loss
    private const double MostGain = 2.0;        // arrived this much faster than sent: packets were bunched, and measure nothing (kMaxValidRatio)
    private const double Unsaturated = 0.9;     // below this the path was full (kMinRatioForUnsaturatedLink)
    private const double OfCapacity = 0.95;     // then a little less than what it carried is used (kTargetUtilizationFraction)
    private const long LongestMicroseconds = 1_000_000;

    private ProbeCluster _cluster;
    private int _packets;
    private int _bytes;
    private long _firstSent, _lastSent, _firstArrived, _lastArrived;
    private int _lastSentBytes, _firstArrivedBytes;

    /// <summary>Measures a new cluster and forgets the last.</summary>
    public void Begin(ProbeCluster cluster) => this = new ProbeMeasure { _cluster = cluster };

    /// <summary>A packet of a cluster arrived.</summary>
    public void Add(byte cluster, int bytes, long sentMicroseconds, long arrivedMicroseconds)
    {
        if (cluster != _cluster.Id || cluster == 0) return;
        if (_packets++ == 0)
        {
            (_firstSent, _lastSent, _firstArrived, _lastArrived) = (sentMicroseconds, sentMicroseconds, arrivedMicroseconds, arrivedMicroseconds);
            _lastSentBytes = _firstArrivedBytes = bytes;
        }
        _bytes += bytes;
        _firstSent = Math.Min(_firstSent, sentMicroseconds);
        if (sentMicroseconds >= _lastSent) (_lastSent, _lastSentBytes) = (sentMicroseconds, bytes);
        if (arrivedMicroseconds < _firstArrived) (_firstArrived, _firstArrivedBytes) = (arrivedMicroseconds, bytes);
        _lastArrived = Math.Max(_lastArrived, arrivedMicroseconds);
    }

    /// <summary>What the path carried, in bits per second; null: not enough has arrived, or it makes no sense.</summary>
    public readonly long? Result
    {
        get
        {
            if (_packets < ProbeCluster.LeastPackets * EnoughPackets || _bytes < _cluster.Bytes * EnoughBytes) return null;
            var (sent, arrived) = (_lastSent - _firstSent, _lastArrived - _firstArrived);
            if (sent is <= 0 or > LongestMicroseconds || arrived is <= 0 or > LongestMicroseconds) return null;
            var sentRate = (_bytes - _lastSentBytes) * 8e6 / sent;
            var arrivedRate = (_bytes - _firstArrivedBytes) * 8e6 / arrived;
            if (arrivedRate > sentRate * MostGain) return null;
            return (long)(arrivedRate < sentRate * Unsaturated ? arrivedRate * OfCapacity : Math.Min(sentRate, arrivedRate));
        }
    }
}
