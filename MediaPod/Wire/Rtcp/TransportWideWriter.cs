using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>
/// Packs arrival times into a transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1):
/// choice of chunks, deltas of one or two bytes, reference time.
/// </summary>
internal ref struct TransportWideWriter
{
    /// <summary>Most packets in one feedback: 200 Mbit/s of full packets in 50 ms.</summary>
    public const int MaxPackets = 1024;

    private const int MaxRun = 0x1FFF;
    private const int BitVector = 14;
    private const int PairVector = 7;

    private readonly Span<byte> _body;
    private int _position;

    private TransportWideWriter(Span<byte> body)
    {
        _body = body;
        _position = TransportWideReader.HeadLength;
    }

    /// <summary>
    /// Writes everything behind the block's header. Gives the length in bytes (not rounded to words), and how many packets were taken: fewer than given if
    /// the buffer is too short or a gap between arrivals is too large for a delta. 0 and 0 if nothing can be said.
    /// </summary>
    public static (int Length, int Packets) Write(
        Span<byte> body, uint senderSsrc, uint mediaSsrc, ushort baseSequence, ReadOnlySpan<long> arrivals, byte feedbackCount)
    {
        Span<byte> statuses = stackalloc byte[MaxPackets];
        Span<short> deltas = stackalloc short[MaxPackets];
        arrivals = arrivals[..Math.Min(arrivals.Length, MaxPackets)];
        var count = Measure(arrivals, statuses, deltas, out var reference);
        while (count > 0 && body.Length > TransportWideReader.HeadLength)
        {
            var writer = new TransportWideWriter(body);
            if (writer.TryWriteChunks(statuses[..count]) && writer.TryWriteDeltas(statuses[..count], deltas))
            {
                BinaryPrimitives.WriteUInt32BigEndian(body, senderSsrc);
                BinaryPrimitives.WriteUInt32BigEndian(body[4..], mediaSsrc);
                BinaryPrimitives.WriteUInt16BigEndian(body[8..], baseSequence);
                BinaryPrimitives.WriteUInt16BigEndian(body[10..], (ushort)count);
                BinaryPrimitives.WriteUInt32BigEndian(body[12..], ((uint)reference << 8) | feedbackCount);
                return (writer._position, count);
            }
            count /= 2;
        }
        return (0, 0);
    }

    /// <summary>Turns arrivals into statuses and deltas, until a delta does not fit in 16 bits. 0 if nothing arrived.</summary>
    private static int Measure(ReadOnlySpan<long> arrivals, Span<byte> statuses, Span<short> deltas, out long reference)
    {
        reference = 0;
        long last = 0;
        var started = false;
        for (var i = 0; i < arrivals.Length; i++)
        {
            statuses[i] = TransportWideReader.NotReceived;
            if (arrivals[i] < 0) continue;
            var ticks = arrivals[i] / TransportWideReader.MicrosecondsPerTick;
            if (!started)
            {
                reference = ticks / TransportWideReader.TicksPerReference;
                last = reference * TransportWideReader.TicksPerReference;
                started = true;
            }
            var delta = ticks - last;
            if (delta is < short.MinValue or > short.MaxValue) return i;
            statuses[i] = delta is >= 0 and <= byte.MaxValue ? (byte)TransportWideReader.SmallDelta : (byte)TransportWideReader.LargeDelta;
            deltas[i] = (short)delta;
            last = ticks;
        }
        return started ? arrivals.Length : 0;
    }

    private bool TryWriteChunks(scoped ReadOnlySpan<byte> statuses)
    {
        while (!statuses.IsEmpty)
        {
            if (_body.Length - _position < 2) return false;
            var chunk = NextChunk(statuses, out var taken);
            BinaryPrimitives.WriteUInt16BigEndian(_body[_position..], chunk);
            _position += 2;
            statuses = statuses[taken..];
        }
        return true;
    }

    /// <summary>A run where it takes at least as many packets as a vector would, else the longest vector that can express them.</summary>
    private static ushort NextChunk(ReadOnlySpan<byte> statuses, out int taken)
    {
        var run = statuses.IndexOfAnyExcept(statuses[0]);
        if (run < 0) run = statuses.Length;
        var bits = statuses[..Math.Min(BitVector, statuses.Length)];
        var fitsBits = !bits.Contains((byte)TransportWideReader.LargeDelta);
        if (run >= (fitsBits ? bits.Length : Math.Min(PairVector, statuses.Length)))
        {
            taken = Math.Min(run, MaxRun);
            return (ushort)((statuses[0] << 13) | taken);
        }
        var width = fitsBits ? 1 : 2;
        taken = Math.Min(fitsBits ? BitVector : PairVector, statuses.Length);
        var chunk = fitsBits ? 0x8000 : 0xC000;
        for (var i = 0; i < taken; i++) chunk |= statuses[i] << (14 - (i + 1) * width);
        return (ushort)chunk;
    }

    private bool TryWriteDeltas(scoped ReadOnlySpan<byte> statuses, scoped ReadOnlySpan<short> deltas)
    {
        for (var i = 0; i < statuses.Length; i++)
        {
            // The status is also the length of the delta.
            if (_body.Length - _position < statuses[i]) return false;
            if (statuses[i] == TransportWideReader.SmallDelta) _body[_position] = (byte)deltas[i];
            else if (statuses[i] == TransportWideReader.LargeDelta) BinaryPrimitives.WriteInt16BigEndian(_body[_position..], deltas[i]);
            _position += statuses[i];
        }
        return true;
    }
}
