namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Walks the elements of a packet's header extension, one-byte (RFC 8285 section 4.2) and two-byte form (section 4.3) alike.
/// An extension of another profile has no elements. An element that does not fit ends the walk. Nothing is copied.
/// </summary>
public ref struct HeaderExtensionReader
{
    internal const ushort OneByteProfile = 0xBEDE;
    internal const ushort TwoByteProfile = 0x1000;

    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _end;
    private readonly bool _twoByte;
    private int _position;
    private int _valueOffset;
    private int _valueLength;
    private byte _id;

    /// <summary>Starts before the first element.</summary>
    /// <param name="packet">The packet that <paramref name="header"/> was parsed from.</param>
    /// <param name="header">The packet's header.</param>
    public HeaderExtensionReader(ReadOnlySpan<byte> packet, in RtpHeader header)
    {
        _packet = packet;
        _position = header.ExtensionOffset;
        _twoByte = (header.ExtensionProfile & 0xFFF0) == TwoByteProfile;
        _end = _twoByte || header.ExtensionProfile == OneByteProfile ? header.PayloadOffset : _position;
    }

    /// <summary>The element reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public readonly HeaderExtensionElement Current => new(_id, _valueOffset, _packet.Slice(_valueOffset, _valueLength));

    /// <summary>Lets <c>foreach</c> walk a copy of this reader from where it stands.</summary>
    public readonly HeaderExtensionReader GetEnumerator() => this;

    /// <summary>Goes on to the next element, skipping padding. False at the end.</summary>
    public bool MoveNext()
    {
        while (_position < _end)
        {
            var first = _packet[_position];
            if (first == 0)
            {
                _position++;
                continue;
            }
            if (!(_twoByte ? TryReadTwoByte(first) : TryReadOneByte(first))) break;
            _position = _valueOffset + _valueLength;
            return true;
        }
        _position = _end;
        return false;
    }

    private bool TryReadOneByte(byte first)
    {
        // Identifier 0 with a length, and identifier 15, both end the extension (RFC 8285 section 4.2).
        _id = (byte)(first >> 4);
        _valueOffset = _position + 1;
        _valueLength = (first & 0x0F) + 1;
        return _id is not (0 or 15) && _valueLength <= _end - _valueOffset;
    }

    private bool TryReadTwoByte(byte first)
    {
        if (_end - _position < 2) return false;
        _id = first;
        _valueOffset = _position + 2;
        _valueLength = _packet[_position + 1];
        return _valueLength <= _end - _valueOffset;
    }

    /// <summary>Finds the first element with the given identifier, from where the reader stands.</summary>
    /// <param name="id">The negotiated identifier; 0 (not negotiated) finds nothing.</param>
    /// <param name="value">The element's value inside the packet.</param>
    public readonly bool TryFind(int id, out ReadOnlySpan<byte> value)
    {
        foreach (var element in this)
        {
            if (element.Id != id) continue;
            value = element.Value;
            return true;
        }
        value = default;
        return false;
    }

    /// <summary>As <see cref="TryFind(int, out ReadOnlySpan{byte})"/>, but says where in the packet the value is, so that it can be patched in place.</summary>
    public readonly bool TryFind(int id, out int offset, out int length)
    {
        foreach (var element in this)
        {
            if (element.Id != id) continue;
            (offset, length) = (element.Offset, element.Value.Length);
            return true;
        }
        (offset, length) = (0, 0);
        return false;
    }
}
