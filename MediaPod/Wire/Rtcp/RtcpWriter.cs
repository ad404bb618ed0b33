using System.Buffers.Binary;
using System.Numerics;

namespace Conference.MediaPod.Wire.Rtcp;

/// <summary>
/// Writes a compound or reduced-size RTCP packet into a buffer, block by block. A block that does not fit, or cannot be expressed,
/// is left out as a whole, and its method returns false.
/// </summary>
public ref struct RtcpWriter
{
    /// <summary>Most reports, sources or chunks in one block (five bits).</summary>
    public const int MaxCount = 31;

    private readonly Span<byte> _buffer;

    /// <summary>Starts an empty packet.</summary>
    public RtcpWriter(Span<byte> buffer) => _buffer = buffer;

    /// <summary>Bytes written so far, a multiple of four.</summary>
    public int Length { get; private set; }

    /// <summary>Adds an SR (RFC 3550 section 6.4.1).</summary>
    public bool TryAddSenderReport(in SenderReport report, scoped ReadOnlySpan<ReportBlock> reports = default)
    {
        if (reports.Length > MaxCount) return false;
        if (!TryStart(RtcpPacketType.SenderReport, reports.Length, SenderReport.Length + reports.Length * ReportBlock.Length, out var body)) return false;
        report.Write(body);
        WriteReports(body[SenderReport.Length..], reports);
        return true;
    }

    /// <summary>Adds an RR (RFC 3550 section 6.4.2).</summary>
    public bool TryAddReceiverReport(uint senderSsrc, scoped ReadOnlySpan<ReportBlock> reports)
    {
        if (reports.Length > MaxCount) return false;
        if (!TryStart(RtcpPacketType.ReceiverReport, reports.Length, 4 + reports.Length * ReportBlock.Length, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, senderSsrc);
        WriteReports(body[4..], reports);
        return true;
    }

    /// <summary>Adds an SDES with a canonical name in UTF-8, 1 to 255 bytes (RFC 3550 section 6.5.1).</summary>
    public bool TryAddCName(uint ssrc, scoped ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > 255) return false;
        // At least one zero byte ends the list of items.
        if (!TryStart(RtcpPacketType.SourceDescription, 1, (4 + 2 + name.Length + 4) & ~3, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, ssrc);
        body[4] = SourceDescriptionItem.CName;
        body[5] = (byte)name.Length;
        name.CopyTo(body[6..]);
        body[(6 + name.Length)..].Clear();
        return true;
    }

    /// <summary>Adds a BYE for up to <see cref="MaxCount"/> sources, without a reason (RFC 3550 section 6.6).</summary>
    public bool TryAddBye(scoped ReadOnlySpan<uint> ssrcs)
    {
        if (ssrcs.Length > MaxCount || !TryStart(RtcpPacketType.Bye, ssrcs.Length, ssrcs.Length * 4, out var body)) return false;
        WriteWords(body, ssrcs);
        return true;
    }

    /// <summary>Adds a generic NACK (RFC 4585 section 6.2.1).</summary>
    /// <param name="senderSsrc">Who asks.</param>
    /// <param name="mediaSsrc">The source whose packets are lost.</param>
    /// <param name="lost">Sequence numbers from oldest to newest, at least one. Others pack worse, but are not lost.</param>
    public bool TryAddNack(uint senderSsrc, uint mediaSsrc, scoped ReadOnlySpan<ushort> lost)
    {
        var entries = 0;
        for (var rest = lost; !rest.IsEmpty; rest = rest[PackNack(rest, out _)..]) entries++;
        if (entries == 0 || !TryStartFeedback(RtcpPacketType.TransportFeedback, RtcpFeedbackFormat.Nack, senderSsrc, mediaSsrc, entries * 4, out var body)) return false;
        for (var rest = lost; !rest.IsEmpty;)
        {
            BinaryPrimitives.WriteUInt16BigEndian(body, rest[0]);
            rest = rest[PackNack(rest, out var bitmask)..];
            BinaryPrimitives.WriteUInt16BigEndian(body[2..], bitmask);
            body = body[4..];
        }
        return true;
    }

    /// <summary>Takes the numbers that one entry can hold: the first, and those up to 16 ahead of it.</summary>
    private static int PackNack(ReadOnlySpan<ushort> lost, out ushort bitmask)
    {
        bitmask = 0;
        var taken = 1;
        for (; taken < lost.Length; taken++)
        {
            var ahead = (ushort)(lost[taken] - lost[0]);
            if (ahead is 0 or > 16) break;
            bitmask |= (ushort)(1 << (ahead - 1));
        }
        return taken;
    }

    /// <summary>Adds a picture loss indication (RFC 4585 section 6.3.1).</summary>
    public bool TryAddPictureLoss(uint senderSsrc, uint mediaSsrc) =>
        TryStartFeedback(RtcpPacketType.PayloadFeedback, RtcpFeedbackFormat.PictureLoss, senderSsrc, mediaSsrc, 0, out _);

    /// <summary>Adds a full intra request (RFC 5104 section 4.3.1).</summary>
    public bool TryAddFullIntraRequest(uint senderSsrc, scoped ReadOnlySpan<FirEntry> entries)
    {
        if (!TryStartFeedback(RtcpPacketType.PayloadFeedback, RtcpFeedbackFormat.FullIntraRequest, senderSsrc, 0, entries.Length * FirEntry.Length, out var body)) return false;
        foreach (var entry in entries)
        {
            BinaryPrimitives.WriteUInt32BigEndian(body, entry.Ssrc);
            BinaryPrimitives.WriteUInt32BigEndian(body[4..], (uint)entry.Sequence << 24);
            body = body[FirEntry.Length..];
        }
        return true;
    }

    /// <summary>Adds a REMB (draft-alvestrand-rmcat-remb-03 section 2.2). The rate is rounded down to 18 significant bits.</summary>
    /// <param name="senderSsrc">Who estimates.</param>
    /// <param name="bitsPerSecond">The estimate in bit/s.</param>
    /// <param name="ssrcs">The sources it is for, up to 255.</param>
    public bool TryAddReceiverEstimate(uint senderSsrc, ulong bitsPerSecond, scoped ReadOnlySpan<uint> ssrcs)
    {
        if (ssrcs.Length > byte.MaxValue) return false;
        var length = ReceiverEstimate.HeadLength - 8 + ssrcs.Length * 4;
        if (!TryStartFeedback(RtcpPacketType.PayloadFeedback, RtcpFeedbackFormat.ApplicationLayer, senderSsrc, 0, length, out var body)) return false;
        var exponent = Math.Max(0, 64 - BitOperations.LeadingZeroCount(bitsPerSecond) - 18);
        BinaryPrimitives.WriteUInt32BigEndian(body, ReceiverEstimate.Identifier);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], ((uint)ssrcs.Length << 24) | ((uint)exponent << 18) | (uint)(bitsPerSecond >> exponent));
        WriteWords(body[8..], ssrcs);
        return true;
    }

    /// <summary>Adds a transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1).</summary>
    /// <param name="senderSsrc">Who reports.</param>
    /// <param name="mediaSsrc">A source of the transport that is reported on.</param>
    /// <param name="baseSequence">Transport-wide sequence number of the first packet of <paramref name="arrivals"/>.</param>
    /// <param name="arrivals">When each packet arrived, in microseconds on a clock that never goes back (0 or more); negative if it did not arrive.</param>
    /// <param name="feedbackCount">Number of this feedback, modulo 256.</param>
    /// <param name="packets">
    /// How many packets it reports on: fewer than given if there are more than 1,024, the buffer is short, or two arrivals are more than 8 s apart.
    /// Report on the others in another feedback.
    /// </param>
    /// <returns>False if nothing arrived or nothing fits.</returns>
    public bool TryAddTransportWide(
        uint senderSsrc, uint mediaSsrc, ushort baseSequence, scoped ReadOnlySpan<long> arrivals, byte feedbackCount, out int packets)
    {
        packets = 0;
        if (_buffer.Length - Length < RtcpReader.HeaderLength) return false;
        var rest = _buffer[(Length + RtcpReader.HeaderLength)..];
        // Whole words only, so that filling up the last one cannot overflow.
        (var length, packets) = TransportWideWriter.Write(rest[..(rest.Length & ~3)], senderSsrc, mediaSsrc, baseSequence, arrivals, feedbackCount);
        if (packets == 0) return false;
        var words = (length + 3) & ~3;
        rest[length..words].Clear();
        return TryStart(RtcpPacketType.TransportFeedback, RtcpFeedbackFormat.TransportWide, words, out _);
    }

    /// <summary>Adds an XR with the time by which the sender can tell the receiver the round-trip time (RFC 3611 section 4.4).</summary>
    public bool TryAddReceiverReferenceTime(uint senderSsrc, ulong ntpTimestamp)
    {
        if (!TryStart(RtcpPacketType.ExtendedReport, 0, 16, out var body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, senderSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], (uint)ExtendedReportReader.ReceiverReferenceTime << 24 | 2);
        BinaryPrimitives.WriteUInt64BigEndian(body[8..], ntpTimestamp);
        return true;
    }

    private static void WriteReports(Span<byte> body, ReadOnlySpan<ReportBlock> reports)
    {
        foreach (var report in reports)
        {
            report.Write(body);
            body = body[ReportBlock.Length..];
        }
    }

    private static void WriteWords(Span<byte> body, ReadOnlySpan<uint> words)
    {
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(body[(i * 4)..], words[i]);
    }

    private bool TryStartFeedback(RtcpPacketType type, int format, uint senderSsrc, uint mediaSsrc, int length, out Span<byte> body)
    {
        if (!TryStart(type, format, 8 + length, out body)) return false;
        BinaryPrimitives.WriteUInt32BigEndian(body, senderSsrc);
        BinaryPrimitives.WriteUInt32BigEndian(body[4..], mediaSsrc);
        body = body[8..];
        return true;
    }

    private bool TryStart(RtcpPacketType type, int count, int length, out Span<byte> body)
    {
        body = default;
        if (_buffer.Length - Length < RtcpReader.HeaderLength + length || length / 4 > ushort.MaxValue) return false;
        var block = _buffer.Slice(Length, RtcpReader.HeaderLength + length);
        block[0] = (byte)(0x80 | count);
        block[1] = (byte)type;
        BinaryPrimitives.WriteUInt16BigEndian(block[2..], (ushort)(length / 4));
        body = block[RtcpReader.HeaderLength..];
        Length += block.Length;
        return true;
    }
}
