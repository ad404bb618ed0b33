namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>Bits per second over about the last second. A mutable struct: keep it in a field.</summary>
public struct RateMeter
{
    private const int WindowMicroseconds = 500_000;

    private long _bytes;
    private long _since;
    private double _rate;

    /// <summary>Counts a packet.</summary>
    public void Add(int bytes, long nowMicroseconds)
    {
        if (nowMicroseconds - _since >= WindowMicroseconds) Turn(nowMicroseconds);
        _bytes += bytes;
    }

    /// <summary>The rate in bits per second; falls to 0 a second after the last packet.</summary>
    public double BitsPerSecond(long nowMicroseconds)
    {
        if (nowMicroseconds - _since >= WindowMicroseconds) Turn(nowMicroseconds);
        return _rate;
    }

    private void Turn(long now)
    {
        var elapsed = now - _since;
        var rate = _bytes * 8e6 / elapsed;
        _rate = elapsed > 3 * WindowMicroseconds || _rate == 0 ? rate : (_rate + rate) / 2;
        (_bytes, _since) = (0, now);
    }
}
