using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Codecs;

/// <summary>
/// Picture identifier and TL0PICIDX of a payload descriptor, which VP8 (RFC 7741 section 4.2) and VP9 (RFC 9628 section 4.2) write alike, with their places from
/// the start of the payload, so that both can be overwritten there. Default: neither is there.
/// </summary>
public readonly struct PictureNumbers
{
    private readonly ushort _id;
    private readonly byte _idLength;
    private readonly byte _tl0;
    private readonly bool _hasTl0;

    private PictureNumbers(ushort id, byte idLength, byte idOffset) => (_id, _idLength, IdOffset) = (id, idLength, idOffset);

    private PictureNumbers(PictureNumbers id, byte tl0, byte tl0Offset)
    {
        this = id;
        (_tl0, _hasTl0, Tl0Offset) = (tl0, true, tl0Offset);
    }

    /// <summary>Whether there is a picture identifier or a TL0PICIDX.</summary>
    public bool Any => _idLength != 0 || _hasTl0;

    /// <summary>The picture identifier, modulo 2^<see cref="IdBits"/>; -1 without one.</summary>
    public int Id => _idLength == 0 ? -1 : _id;

    /// <summary>Width of the picture identifier: 7 or 15 bits; 0 without one.</summary>
    public int IdBits => _idLength == 0 ? 0 : _idLength * 8 - 1;

    /// <summary>Where the picture identifier is.</summary>
    public byte IdOffset { get; }

    /// <summary>TL0PICIDX: counts frames of temporal layer 0, modulo 256; -1 without one.</summary>
    public int Tl0 => _hasTl0 ? _tl0 : -1;

    /// <summary>Where TL0PICIDX is.</summary>
    public byte Tl0Offset { get; }

    /// <summary>Overwrites the picture identifier in its width. Does nothing without one.</summary>
    public void SetId(Span<byte> payload, int value)
    {
        if (_idLength == 2) BinaryPrimitives.WriteUInt16BigEndian(payload[IdOffset..], (ushort)(0x8000 | value));
        else if (_idLength == 1) payload[IdOffset] = (byte)(value & 0x7F);
    }

    /// <summary>Overwrites TL0PICIDX. Does nothing without one.</summary>
    public void SetTl0(Span<byte> payload, byte value)
    {
        if (_hasTl0) payload[Tl0Offset] = value;
    }

    /// <summary>Reads a picture identifier of one or two bytes at a position, which goes on behind it. False if it is cut short.</summary>
    internal static bool TryReadId(ReadOnlySpan<byte> payload, ref int position, ref PictureNumbers numbers)
    {
        if (payload.Length <= position) return false;
        var length = (payload[position] & 0x80) != 0 ? 2 : 1;
        if (payload.Length < position + length) return false;
        var id = length == 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload[position..]) & 0x7FFF : payload[position];
        numbers = new PictureNumbers((ushort)id, (byte)length, (byte)position);
        position += length;
        return true;
    }

    /// <summary>Reads TL0PICIDX at a position, as <see cref="TryReadId"/>.</summary>
    internal static bool TryReadTl0(ReadOnlySpan<byte> payload, ref int position, ref PictureNumbers numbers)
    {
        if (payload.Length <= position) return false;
        numbers = new PictureNumbers(numbers, payload[position], (byte)position);
        position++;
        return true;
    }
}
