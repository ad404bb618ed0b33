using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>
/// Walks the packets that a transport-wide feedback reports on (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1),
/// received or not, in order of sequence number. Everything is checked before the first is seen.
/// </summary>
public ref struct TransportWideReader
{
    /// <summary>Most packets that one feedback may report on; real ones stay far below. A few bytes could otherwise cost 65,535 steps.</summary>
    public const int MaxStatusCount = 8192;

    internal const int HeadLength = 16;
    internal const int MicrosecondsPerTick = 250;
    internal const int TicksPerReference = 256;
    internal const int NotReceived = 0;
    internal const int SmallDelta = 1;
    internal const int LargeDelta = 2;

    private readonly ReadOnlySpan<byte> _body;
    private int _chunkOffset;
    private int _deltaOffset;
    private int _left;
    private int _chunkLeft;
    private ushort _chunk;
    private ushort _sequence;
    private long _ticks;

    private TransportWideReader(ReadOnlySpan<byte> body)
    {
        _body = body;
        _sequence = BaseSequence;
        _left = StatusCount;
        _chunkOffset = HeadLength;
        _ticks = (long)ReferenceTime * TicksPerReference;
    }

    /// <summary>Who reports.</summary>
    public readonly uint SenderSsrc => BinaryPrimitives.ReadUInt32BigEndian(_body);

    /// <summary>A source of the transport that is reported on.</summary>
    public readonly uint MediaSsrc => BinaryPrimitives.ReadUInt32BigEndian(_body[4..]);

    /// <summary>Transport-wide sequence number of the first packet.</summary>
    public readonly ushort BaseSequence => BinaryPrimitives.ReadUInt16BigEndian(_body[8..]);

    /// <summary>Number of packets reported on, 1 to <see cref="MaxStatusCount"/>.</summary>
    public readonly int StatusCount => BinaryPrimitives.ReadUInt16BigEndian(_body[10..]);

    /// <summary>Reference time in units of 64 ms, signed 24 bits.</summary>
    public readonly int ReferenceTime => BinaryPrimitives.ReadInt32BigEndian(_body[12..]) >> 8;

    /// <summary>Counts the feedbacks of a sender, so that lost ones are noticed; modulo 256.</summary>
    public readonly byte FeedbackCount => _body[15];

    /// <summary>Checks a block.</summary>
    /// <returns>False if it is no transport-wide feedback, reports on nothing or too many, uses the reserved status, or its statuses or deltas are cut short.</returns>
    public static bool TryParse(RtcpBlock block, out TransportWideReader reader)
    {
        reader = default;
        if (!block.IsTransportWide || block.Body.Length < HeadLength) return false;
        var candidate = new TransportWideReader(block.Body);
        if (candidate.StatusCount is 0 or > MaxStatusCount || !candidate.TryLocateDeltas()) return false;
        reader = candidate;
        return true;
    }

    /// <summary>The packet reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public PacketArrival Current { get; private set; }

    /// <summary>Lets <c>foreach</c> walk a copy of this reader from where it stands.</summary>
    public readonly TransportWideReader GetEnumerator() => this;

    /// <summary>Goes on to the next packet. False at the end.</summary>
    public bool MoveNext()
    {
        if (_left == 0) return false;
        var status = NextStatus();
        switch (status)
        {
            case SmallDelta:
                _ticks += _body[_deltaOffset++];
                break;
            case LargeDelta:
                _ticks += BinaryPrimitives.ReadInt16BigEndian(_body[_deltaOffset..]);
                _deltaOffset += 2;
                break;
        }
        var received = status != NotReceived;
        Current = new PacketArrival(_sequence++, received, received ? _ticks * MicrosecondsPerTick : 0);
        return true;
    }

    private int NextStatus()
    {
        if (_chunkLeft == 0)
        {
            _chunk = BinaryPrimitives.ReadUInt16BigEndian(_body[_chunkOffset..]);
            _chunkOffset += 2;
            _chunkLeft = ChunkLength(_chunk);
        }
        _left--;
        _chunkLeft--;
        return (_chunk >> 14) switch
        {
            2 => _chunk >> _chunkLeft & 1,
            3 => _chunk >> (_chunkLeft * 2) & 3,
            _ => _chunk >> 13 & 3,
        };
    }

    /// <summary>Number of statuses in a chunk: a run (sections 3.1.3), or 14 of one bit or 7 of two bits (section 3.1.4).</summary>
    private static int ChunkLength(ushort chunk) => (chunk >> 14) switch { 2 => 14, 3 => 7, _ => chunk & 0x1FFF };

    private bool TryLocateDeltas()
    {
        var walk = this;
        var deltas = 0;
        while (walk._left > 0)
        {
            if (walk._chunkLeft == 0)
            {
                if (_body.Length - walk._chunkOffset < 2) return false;
                if (ChunkLength(BinaryPrimitives.ReadUInt16BigEndian(_body[walk._chunkOffset..])) == 0) return false;
            }
            var status = walk.NextStatus();
            if (status > LargeDelta) return false;
            deltas += status;
        }
        _deltaOffset = walk._chunkOffset;
        return deltas <= _body.Length - _deltaOffset;
    }
}
