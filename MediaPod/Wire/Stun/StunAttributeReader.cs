using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Stun;

/// <summary>Walks the attributes of a parsed <see cref="StunMessage"/>, leaving out those behind MESSAGE-INTEGRITY that nobody vouches for.</summary>
public ref struct StunAttributeReader
{
    private readonly ReadOnlySpan<byte> _message;
    private readonly int _integrityOffset;
    private int _offset;
    private int _next;

    internal StunAttributeReader(ReadOnlySpan<byte> message, int integrityOffset)
    {
        _message = message;
        _integrityOffset = integrityOffset;
        _next = StunMessage.HeaderLength;
    }

    /// <summary>The attribute reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public readonly StunAttributeView Current => new(TypeAt(_offset), _message.Slice(_offset + 4, LengthAt(_offset)));

    /// <summary>Goes on to the next attribute. False at the end.</summary>
    public bool MoveNext()
    {
        while (_next < _message.Length)
        {
            _offset = _next;
            _next += 4 + StunMessage.Align(LengthAt(_offset));
            var vouched = _integrityOffset == 0 || _offset <= _integrityOffset;
            if (vouched || TypeAt(_offset) is StunAttribute.Fingerprint or StunAttribute.MessageIntegritySha256) return true;
        }
        return false;
    }

    private readonly StunAttribute TypeAt(int offset) => (StunAttribute)BinaryPrimitives.ReadUInt16BigEndian(_message[offset..]);

    private readonly int LengthAt(int offset) => BinaryPrimitives.ReadUInt16BigEndian(_message[(offset + 2)..]);
}

/// <summary>One attribute of a STUN message.</summary>
public readonly ref struct StunAttributeView
{
    internal StunAttributeView(StunAttribute type, ReadOnlySpan<byte> value)
    {
        Type = type;
        Value = value;
    }

    /// <summary>The type, known or not.</summary>
    public StunAttribute Type { get; }

    /// <summary>The value, without padding.</summary>
    public ReadOnlySpan<byte> Value { get; }
}
