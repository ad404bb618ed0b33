using System.Buffers.Binary;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>What a receiver says about one source (RFC 3550 section 6.4.1).</summary>
/// <param name="Ssrc">The source.</param>
/// <param name="FractionLost">Share of packets lost since the last report, in 1/256.</param>
/// <param name="CumulativeLost">Packets lost since the beginning; negative with duplicates. 24 bits.</param>
/// <param name="HighestSequence">Highest sequence number received, with the number of wraps in the upper 16 bits.</param>
/// <param name="Jitter">Interarrival jitter in units of the RTP clock.</param>
/// <param name="LastSenderReport">Middle 32 bits of the NTP time of the last sender report; 0 if there was none.</param>
/// <param name="DelaySinceLastSenderReport">Time since that arrived, in 1/65536 s.</param>
public readonly record struct ReportBlock(
    uint Ssrc, byte FractionLost, int CumulativeLost, uint HighestSequence, uint Jitter, uint LastSenderReport, uint DelaySinceLastSenderReport)
{
    /// <summary>Length in bytes.</summary>
    internal const int Length = 24;

    internal static ReportBlock Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32BigEndian(bytes),
        bytes[4],
        BinaryPrimitives.ReadInt32BigEndian(bytes[4..]) << 8 >> 8,
        BinaryPrimitives.ReadUInt32BigEndian(bytes[8..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));

    internal void Write(Span<byte> bytes)
    {
        var lost = Math.Clamp(CumulativeLost, -0x800000, 0x7FFFFF);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Ssrc);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], ((uint)FractionLost << 24) | ((uint)lost & 0xFFFFFF));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], HighestSequence);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], Jitter);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[16..], LastSenderReport);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[20..], DelaySinceLastSenderReport);
    }
}

/// <summary>Walks the report blocks of an SR or RR.</summary>
public ref struct ReportBlockReader
{
    private ReadOnlySpan<byte> _rest;

    private ReportBlockReader(ReadOnlySpan<byte> reports) => _rest = reports;

    /// <summary>Finds the report blocks. False if the block is neither SR nor RR, or they do not fit; what follows them is a profile's extension and skipped.</summary>
    public static bool TryParse(RtcpBlock block, out ReportBlockReader reader)
    {
        reader = default;
        var head = block.Type switch { RtcpPacketType.SenderReport => SenderReport.Length, RtcpPacketType.ReceiverReport => 4, _ => -1 };
        var length = block.Count * ReportBlock.Length;
        if (head < 0 || block.Body.Length < head + length) return false;
        reader = new ReportBlockReader(block.Body.Slice(head, length));
        return true;
    }

    /// <summary>The report reached by the last <see cref="MoveNext"/> that returned true.</summary>
    public ReportBlock Current { get; private set; }

    /// <summary>Lets <c>foreach</c> walk a copy of this reader from where it stands.</summary>
    public readonly ReportBlockReader GetEnumerator() => this;

    /// <summary>Goes on to the next report. False at the end.</summary>
    public bool MoveNext()
    {
        if (_rest.IsEmpty) return false;
        Current = ReportBlock.Read(_rest);
        _rest = _rest[ReportBlock.Length..];
        return true;
    }
}
