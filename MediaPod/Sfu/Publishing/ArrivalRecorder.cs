using Conference.MediaPod.Wire.Rtcp;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.MediaPod.Sfu.Publishing;

/// <summary>
/// Notes when packets with transport-wide sequence numbers arrive and reports them to their sender
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1). Pure: time is an argument. Memory is taken with the first packet.
/// </summary>
public sealed class ArrivalRecorder
{
    /// <summary>Packets between two reports: far more than 100 ms of the fastest publisher.</summary>
    public const int Capacity = 2048;

    private const long Missing = -1;

    private long[]? _arrivals;
    private SequenceUnwrapper _sequences;
    private long _next;
    private long _highest = -1;
    private byte _count;

    /// <summary>Arrivals wait to be reported.</summary>
    public bool HasNews { get; private set; }

    /// <summary>Notes a packet.</summary>
    /// <param name="sequence">Its transport-wide sequence number.</param>
    /// <param name="nowMicroseconds">On a clock that never goes back.</param>
    public void Arrived(ushort sequence, long nowMicroseconds)
    {
        var number = _sequences.Unwrap(sequence);
        if (_arrivals is null || number - _next >= Capacity || _next - number > Capacity)
        {
            _arrivals ??= new long[Capacity];
            _arrivals.AsSpan().Fill(Missing);
            (_next, _highest) = (number, number - 1);
        }
        if (number < _next) return; // reported as lost already
        _highest = Math.Max(_highest, number);
        _arrivals[number & (Capacity - 1)] = nowMicroseconds;
        HasNews = true;
    }

    /// <summary>Adds a report about what has arrived since the last; call again while it returns true.</summary>
    public bool TryReport(ref RtcpWriter writer, uint senderSsrc, uint mediaSsrc)
    {
        if (!HasNews || _arrivals is null) return false;
        Span<long> arrivals = stackalloc long[256];
        var count = (int)Math.Min(arrivals.Length, _highest - _next + 1);
        for (var i = 0; i < count; i++) arrivals[i] = _arrivals[(_next + i) & (Capacity - 1)];
        var leading = 0;
        while (leading < count && arrivals[leading] == Missing) leading++;
        var written = writer.TryAddTransportWide(senderSsrc, mediaSsrc, (ushort)_next, arrivals[..count], _count, out var reported);
        if (!written && leading < count) return false; // no room in this packet
        if (written) _count++;
        else reported = count;
        for (var i = 0; i < reported; i++) _arrivals[(_next + i) & (Capacity - 1)] = Missing;
        _next += reported;
        HasNews = _next <= _highest;
        return written;
    }
}
