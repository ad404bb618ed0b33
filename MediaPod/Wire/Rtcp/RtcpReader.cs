using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>
/// Walks the blocks of a compound (RFC 3550 section 6.1) or reduced-size (RFC 5506) RTCP packet.
/// All lengths are checked before the first block is seen. Nothing is copied.
/// </summary>
public ref struct RtcpReader
{
    internal const int HeaderLength = 4;

    private readonly ReadOnlySpan<byte> _packet;
    private int _offset;
    private int _next;

    private RtcpReader(ReadOnlySpan<byte> packet) => _packet = packet;

    /// <summary>Checks the blocks of a plain RTCP packet.</summary>
    /// <returns>False if it is empty, a version is not 2, the lengths do not add up to the packet, or padding is wrong or not in the last block.</returns>
    public static bool TryParse(ReadOnlySpan<byte> packet, out RtcpReader reader)
    {
        reader = new RtcpReader(packet);
        if (packet.IsEmpty) return false;
        for (var offset = 0; offset < packet.Length;)
        {
            var rest = packet[offset..];
            if (rest.Length < HeaderLength || rest[0] >> 6 != 2) return false;
            var length = BlockLength(rest);
            if (length > rest.Length) return false;
            if (HasPadding(rest) && (length != rest.Length || PaddingLength(rest[..length]) is 0)) return false;
            offset += length;
        }
        return true;
    }

    /// <summary>The block reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public readonly RtcpBlock Current
    {
        get
        {
            var block = _packet[_offset.._next];
            return new RtcpBlock(block, HasPadding(block) ? PaddingLength(block) : 0);
        }
    }

    /// <summary>Lets <c>foreach</c> walk a copy of this reader from where it stands.</summary>
    public readonly RtcpReader GetEnumerator() => this;

    /// <summary>Goes on to the next block. False at the end.</summary>
    public bool MoveNext()
    {
        if (_next >= _packet.Length) return false;
        _offset = _next;
        _next += BlockLength(_packet[_offset..]);
        return true;
    }

    private static int BlockLength(ReadOnlySpan<byte> block) => HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(block[2..]) * 4;

    private static bool HasPadding(ReadOnlySpan<byte> block) => (block[0] & 0x20) != 0;

    /// <summary>
    /// 0 if it is wrong. RFC 3550 section 6.4.1 wants a multiple of four; libwebrtc fills its transport-wide feedback with one to three bytes and counts just those.
    /// </summary>
    private static int PaddingLength(ReadOnlySpan<byte> block) => block[^1] <= block.Length - HeaderLength ? block[^1] : 0;
}
