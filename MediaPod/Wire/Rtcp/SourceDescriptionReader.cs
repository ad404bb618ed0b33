using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>One item of a source description.</summary>
public readonly ref struct SourceDescriptionItem
{
    /// <summary>Type of the canonical name (RFC 3550 section 6.5.1).</summary>
    public const byte CName = 1;

    /// <summary>Type of the MID (RFC 9143 section 15).</summary>
    public const byte Mid = 15;

    internal SourceDescriptionItem(uint ssrc, byte type, ReadOnlySpan<byte> text)
    {
        Ssrc = ssrc;
        Type = type;
        Text = text;
    }

    /// <summary>The source.</summary>
    public uint Ssrc { get; }

    /// <summary>What is told.</summary>
    public byte Type { get; }

    /// <summary>The text in UTF-8, 0 to 255 bytes.</summary>
    public ReadOnlySpan<byte> Text { get; }
}

/// <summary>Walks the items of an SDES block (RFC 3550 section 6.5). An item that does not fit ends the walk.</summary>
public ref struct SourceDescriptionReader
{
    private readonly ReadOnlySpan<byte> _body;
    private int _chunks;
    private int _position;
    private bool _inChunk;
    private uint _ssrc;

    private SourceDescriptionReader(ReadOnlySpan<byte> body, int chunks)
    {
        _body = body;
        _chunks = chunks;
    }

    /// <summary>Starts before the first item. False if the block is no SDES.</summary>
    public static bool TryParse(RtcpBlock block, out SourceDescriptionReader reader)
    {
        reader = new SourceDescriptionReader(block.Body, block.Count);
        return block.Type == RtcpPacketType.SourceDescription;
    }

    /// <summary>The item reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public SourceDescriptionItem Current { get; private set; }

    /// <summary>Lets <c>foreach</c> walk a copy of this reader from where it stands.</summary>
    public readonly SourceDescriptionReader GetEnumerator() => this;

    /// <summary>Goes on to the next item. False at the end.</summary>
    public bool MoveNext()
    {
        while (true)
        {
            if (!_inChunk && !TryStartChunk()) return false;
            if (_position >= _body.Length) return false;
            var type = _body[_position];
            if (type != 0) return TryReadItem(type);
            // The list ends with a zero byte and is filled up to a whole word.
            _position = (_position + 4) & ~3;
            _inChunk = false;
        }
    }

    private bool TryStartChunk()
    {
        if (_chunks-- <= 0 || _body.Length - _position < 4) return false;
        _ssrc = BinaryPrimitives.ReadUInt32BigEndian(_body[_position..]);
        _position += 4;
        return _inChunk = true;
    }

    private bool TryReadItem(byte type)
    {
        if (_body.Length - _position < 2 || _body[_position + 1] > _body.Length - _position - 2)
        {
            _position = _body.Length;
            return false;
        }
        Current = new SourceDescriptionItem(_ssrc, type, _body.Slice(_position + 2, _body[_position + 1]));
        _position += 2 + _body[_position + 1];
        return true;
    }
}
