namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Extends 32-bit timestamps to 64 bits, as <see cref="SequenceUnwrapper"/> does for sequence numbers.
/// A mutable struct: keep it in a field of its owner. Default is ready to use.
/// </summary>
public struct TimestampUnwrapper
{
    private long _newest;
    private bool _started;

    /// <summary>
    /// The 64-bit timestamp that is nearest to the newest one seen. The first call returns its argument as it is;
    /// timestamps reordered to before the first one can be negative.
    /// </summary>
    public long Unwrap(uint timestamp)
    {
        var value = Peek(timestamp);
        if (!_started || value > _newest) _newest = value;
        _started = true;
        return value;
    }

    /// <summary>As <see cref="Unwrap"/>, without remembering the timestamp.</summary>
    public readonly long Peek(uint timestamp) => _started ? _newest + (int)(timestamp - (uint)_newest) : timestamp;
}
