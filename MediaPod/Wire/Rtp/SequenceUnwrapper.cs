namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Extends 16-bit sequence numbers to 64 bits, so that they can be compared and subtracted as plain numbers.
/// A mutable struct: keep it in a field of its owner. Default is ready to use.
/// </summary>
public struct SequenceUnwrapper
{
    private long _newest;
    private bool _started;

    /// <summary>
    /// The 64-bit number that is nearest to the newest one seen. The first call returns its argument as it is;
    /// numbers reordered to before the first one can be negative.
    /// </summary>
    public long Unwrap(ushort sequence)
    {
        var value = Peek(sequence);
        if (!_started || value > _newest) _newest = value;
        _started = true;
        return value;
    }

    /// <summary>As <see cref="Unwrap"/>, without remembering the number.</summary>
    public readonly long Peek(ushort sequence) => _started ? _newest + SequenceNumber.Distance((ushort)_newest, sequence) : sequence;
}
