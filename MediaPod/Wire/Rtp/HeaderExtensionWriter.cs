using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtp;

/// <summary>
/// Writes the header extension of an outgoing packet in place, right behind its fixed header (RFC 8285).
/// Starts in the one-byte form and changes what is written already to the two-byte form when an element needs it.
/// Add elements, then call <see cref="Complete"/>, then put the payload at the offset it returns.
/// </summary>
public ref struct HeaderExtensionWriter
{
    private readonly Span<byte> _packet;
    private readonly int _start;
    private readonly bool _allowTwoByte;
    private int _position;
    private bool _twoByte;

    /// <summary>Starts an empty extension.</summary>
    /// <param name="packet">The packet's buffer from its first byte on.</param>
    /// <param name="offset">Where the extension begins: 12 plus 4 for each contributing source.</param>
    /// <param name="allowTwoByte">Whether the two-byte form may be used (the receiver negotiated an identifier above 14 or <c>extmap-allow-mixed</c>).</param>
    public HeaderExtensionWriter(Span<byte> packet, int offset = RtpHeader.FixedLength, bool allowTwoByte = true)
    {
        _packet = packet;
        _start = offset;
        _allowTwoByte = allowTwoByte;
        _position = offset + 4;
    }

    /// <summary>Adds an element, or overwrites the one with the same identifier.</summary>
    /// <inheritdoc cref="TryReserve"/>
    public bool TryAdd(int id, scoped ReadOnlySpan<byte> value)
    {
        if (!TryReserve(id, value.Length, out var place)) return false;
        value.CopyTo(place);
        return true;
    }

    /// <summary>Makes room for an element, or replaces the one with the same identifier, and gives the place for its value.</summary>
    /// <param name="id">Identifier, 1 to 255; those above 14 need the two-byte form.</param>
    /// <param name="length">Length of the value in bytes, 0 to 255; 0 and those above 16 need the two-byte form.</param>
    /// <param name="value">Where to write the value; not cleared. Valid until the next element is added.</param>
    /// <returns>False, and nothing changed, if the element cannot be expressed or does not fit in the buffer.</returns>
    public bool TryReserve(int id, int length, out Span<byte> value)
    {
        value = default;
        if (id is < 1 or > 255 || (uint)length > 255) return false;
        var exists = TryFind(id, out var at, out var oldLength);
        var upgrade = !_twoByte && (id > 14 || length is 0 or > 16);
        if (upgrade && !_allowTwoByte) return false;
        if (!HasRoom(length, upgrade, exists ? oldLength : -1)) return false;
        if (exists && oldLength == length)
        {
            value = _packet.Slice(at, length);
            return true;
        }
        if (exists) Remove(at, oldLength);
        if (upgrade) Upgrade();
        WriteElementHeader(id, length);
        value = _packet.Slice(_position, length);
        _position += length;
        return true;
    }

    /// <summary>Pads to a multiple of four bytes and writes the extension's own header and the packet's extension bit.</summary>
    /// <returns>The offset of the payload. Without elements that is where the extension would begin, and the extension bit is cleared.</returns>
    public readonly int Complete()
    {
        var length = _position - _start - 4;
        RtpHeader.SetExtensionBit(_packet, length > 0);
        if (length <= 0) return _start;
        var end = _start + 4 + Align(length);
        _packet[_position..end].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(_packet[_start..], _twoByte ? HeaderExtensionReader.TwoByteProfile : HeaderExtensionReader.OneByteProfile);
        BinaryPrimitives.WriteUInt16BigEndian(_packet[(_start + 2)..], (ushort)(Align(length) / 4));
        return end;
    }

    private static int Align(int length) => (length + 3) & ~3;

    private readonly int ElementHeaderLength => _twoByte ? 2 : 1;

    private readonly bool HasRoom(int length, bool upgrade, int oldLength)
    {
        var used = _position - _start - 4;
        var header = _twoByte || upgrade ? 2 : 1;
        if (oldLength >= 0) used -= oldLength + ElementHeaderLength;
        if (upgrade) used += CountElements() - (oldLength >= 0 ? 1 : 0);
        return Align(used + header + length) <= _packet.Length - _start - 4;
    }

    private readonly bool TryFind(int id, out int at, out int length)
    {
        for (var i = _start + 4; i < _position; i = at + length)
        {
            at = i + ElementHeaderLength;
            length = LengthAt(i);
            if ((_twoByte ? _packet[i] : _packet[i] >> 4) == id) return true;
        }
        (at, length) = (0, 0);
        return false;
    }

    private readonly int LengthAt(int header) => _twoByte ? _packet[header + 1] : (_packet[header] & 0x0F) + 1;

    private readonly int CountElements()
    {
        var count = 0;
        for (var i = _start + 4; i < _position; i += ElementHeaderLength + LengthAt(i)) count++;
        return count;
    }

    private void Remove(int at, int length)
    {
        var end = at + length;
        var begin = at - ElementHeaderLength;
        _packet[end.._position].CopyTo(_packet[begin..]);
        _position -= end - begin;
    }

    private void Upgrade()
    {
        for (var i = _start + 4; i < _position;)
        {
            var (id, length) = (_packet[i] >> 4, LengthAt(i));
            _packet[(i + 1).._position].CopyTo(_packet[(i + 2)..]);
            _packet[i] = (byte)id;
            _packet[i + 1] = (byte)length;
            _position++;
            i += 2 + length;
        }
        _twoByte = true;
    }

    private void WriteElementHeader(int id, int length)
    {
        if (_twoByte)
        {
            _packet[_position++] = (byte)id;
            _packet[_position++] = (byte)length;
        }
        else
        {
            _packet[_position++] = (byte)((id << 4) | (length - 1));
        }
    }
}
