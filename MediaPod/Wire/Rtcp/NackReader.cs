using System.Buffers.Binary;
using System.Numerics;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>Walks the sequence numbers that a generic NACK reports as lost (RFC 4585 section 6.2.1), in the order in which they are packed.</summary>
public ref struct NackReader
{
    private ReadOnlySpan<byte> _rest;
    private ushort _packetId;
    private ushort _bitmask;

    private NackReader(ReadOnlySpan<byte> entries) => _rest = entries;

    /// <summary>Starts before the first number. False if the block is no NACK or cut short.</summary>
    public static bool TryParse(RtcpBlock block, out NackReader reader)
    {
        var ok = block.IsNack && block.Body.Length >= 8 && block.Body.Length % 4 == 0;
        reader = ok ? new NackReader(block.Body[8..]) : default;
        return ok;
    }

    /// <summary>The sequence number reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public ushort Current { get; private set; }

    /// <summary>Lets <c>foreach</c> walk a copy of this reader from where it stands.</summary>
    public readonly NackReader GetEnumerator() => this;

    /// <summary>Goes on to the next number. False at the end.</summary>
    public bool MoveNext()
    {
        if (_bitmask != 0)
        {
            var bit = BitOperations.TrailingZeroCount(_bitmask);
            _bitmask &= (ushort)(_bitmask - 1);
            Current = (ushort)(_packetId + bit + 1);
            return true;
        }
        if (_rest.IsEmpty) return false;
        Current = _packetId = BinaryPrimitives.ReadUInt16BigEndian(_rest);
        _bitmask = BinaryPrimitives.ReadUInt16BigEndian(_rest[2..]);
        _rest = _rest[4..];
        return true;
    }
}
