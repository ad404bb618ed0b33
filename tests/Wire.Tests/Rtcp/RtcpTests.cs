using System.Text;
using Conference.MediaPod.Wire.Rtcp;

namespace Conference.Wire.Tests.Rtcp;

public sealed class RtcpTests
{
    [Fact]
    public void A_compound_of_sender_report_and_canonical_name()
    {
        var buffer = new byte[256];
        var writer = new RtcpWriter(buffer);
        var report = new SenderReport(0x11223344, 0x0123456789ABCDEF, 0xDEADBEEF, 7, 8);
        var block = new ReportBlock(0x55667788, 64, -3, 0x00010002, 9, 10, 11);
        Assert.True(writer.TryAddSenderReport(report, [block]));
        Assert.True(writer.TryAddCName(0x11223344, "abc"u8));
        Assert.Equal(Hex.Bytes("""
            81 C8 000C 11223344 0123456789ABCDEF DEADBEEF 00000007 00000008
            55667788 40FFFFFD 00010002 00000009 0000000A 0000000B
            81 CA 0003 11223344 01 03 616263 00 0000
            """), buffer[..writer.Length]);

        Assert.True(RtcpReader.TryParse(buffer.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.MoveNext());
        Assert.True(SenderReport.TryRead(reader.Current, out var read));
        Assert.Equal(report, read);
        Assert.Equal([block], Reports(reader.Current));
        Assert.True(reader.MoveNext());
        Assert.Equal([(0x11223344u, (byte)1, "abc")], Items(reader.Current));
        Assert.False(reader.MoveNext());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(255)]
    public void Canonical_names_of_every_length_are_filled_up(int length)
    {
        var buffer = new byte[300];
        Array.Fill(buffer, (byte)0xEE);
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.TryAddCName(1, Encoding.ASCII.GetBytes(new string('x', length))));
        Assert.Equal(0, writer.Length % 4);
        Assert.True(RtcpReader.TryParse(buffer.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.MoveNext());
        Assert.Equal([(1u, (byte)1, new string('x', length))], Items(reader.Current));
    }

    [Fact]
    public void A_description_of_two_sources_with_several_items()
    {
        var bytes = Hex.Bytes("82 CA 0008 00000001 01 02 6162 02 01 63 00 00000002 0F 01 30 00 01 05 6465666768 00");
        bytes[3] = (byte)(bytes.Length / 4 - 1);
        Assert.True(RtcpReader.TryParse(bytes, out var reader));
        Assert.True(reader.MoveNext());
        Assert.Equal([(1u, (byte)1, "ab"), (1u, (byte)2, "c"), (2u, SourceDescriptionItem.Mid, "0")], Items(reader.Current));
    }

    [Fact]
    public void Receiver_report_and_bye()
    {
        var buffer = new byte[256];
        var writer = new RtcpWriter(buffer);
        ReportBlock[] blocks = [new(1, 2, 0x7FFFFF, 4, 5, 6, 7), new(8, 255, -0x800000, 9, 10, 11, 12)];
        Assert.True(writer.TryAddReceiverReport(3, blocks));
        Assert.True(writer.TryAddBye([4, 5]));
        Assert.True(RtcpReader.TryParse(buffer.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.MoveNext());
        Assert.Equal(RtcpPacketType.ReceiverReport, reader.Current.Type);
        Assert.True(reader.Current.TryGetSender(out var sender));
        Assert.Equal(3u, sender);
        Assert.Equal(blocks, Reports(reader.Current));
        Assert.True(reader.MoveNext());
        var bye = reader.Current;
        Assert.Equal((2, 4u, 5u), (bye.ByeCount, bye.ByeSsrc(0), bye.ByeSsrc(1)));
    }

    [Fact]
    public void Picture_loss_and_full_intra_request()
    {
        var buffer = new byte[64];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.TryAddPictureLoss(1, 2));
        Assert.True(writer.TryAddFullIntraRequest(1, [new FirEntry(2, 200), new FirEntry(3, 0)]));
        Assert.Equal(Hex.Bytes("81CE0002 00000001 00000002 84CE0006 00000001 00000000 00000002 C8000000 00000003 00000000"), buffer[..writer.Length]);
        Assert.True(RtcpReader.TryParse(buffer.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.MoveNext());
        Assert.True(reader.Current.IsPictureLoss);
        Assert.True(reader.Current.TryGetFeedback(out var sender, out var media));
        Assert.Equal((1u, 2u), (sender, media));
        Assert.True(reader.MoveNext());
        Assert.True(FirReader.TryParse(reader.Current, out var entries));
        var read = new List<FirEntry>();
        foreach (var entry in entries) read.Add(entry);
        Assert.Equal([new FirEntry(2, 200), new FirEntry(3, 0)], read);
    }

    [Fact]
    public void Negative_acknowledgements_are_packed_by_sixteen()
    {
        var buffer = new byte[64];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.TryAddNack(1, 2, [65534, 65535, 1, 14, 15, 100]));
        Assert.Equal(Hex.Bytes("81CD0005 00000001 00000002 FFFE8005 000F0000 00640000"), buffer[..writer.Length]);
        Assert.True(RtcpReader.TryParse(buffer.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.MoveNext());
        Assert.Equal([65534, 65535, 1, 14, 15, 100], Lost(reader.Current));
        Assert.False(writer.TryAddNack(1, 2, []));
    }

    [Fact]
    public void Any_list_of_lost_packets_is_read_back() => Property.ForAll((ushort[] lost) =>
    {
        var buffer = new byte[2048];
        var writer = new RtcpWriter(buffer);
        if (!writer.TryAddNack(1, 2, lost)) return lost.Length == 0;
        return RtcpReader.TryParse(buffer.AsSpan(0, writer.Length), out var reader) && reader.MoveNext() && Lost(reader.Current).Order().SequenceEqual(lost.Distinct().Order())
            || lost.Distinct().Count() != lost.Length;
    });

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0x3FFFF)]
    [InlineData(1_000_000)]
    [InlineData(2_500_000_000)]
    public void Receiver_estimates_keep_eighteen_bits(long rate)
    {
        var buffer = new byte[64];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.TryAddReceiverEstimate(1, (ulong)rate, [7, 8]));
        Assert.True(RtcpReader.TryParse(buffer.AsSpan(0, writer.Length), out var reader));
        Assert.True(reader.MoveNext());
        Assert.True(ReceiverEstimate.TryParse(reader.Current, out var estimate));
        Assert.InRange(estimate.BitsPerSecond, (ulong)(rate - rate / 131072), (ulong)rate);
        Assert.Equal((1u, 2, 7u, 8u), (estimate.SenderSsrc, estimate.SsrcCount, estimate.Ssrc(0), estimate.Ssrc(1)));
    }

    [Fact]
    public void A_receiver_estimate_by_hand()
    {
        // 2^20 * 3 bit/s for one source; then the same with an exponent that cannot be.
        Assert.True(RtcpReader.TryParse(Hex.Bytes("8FCE0005 00000001 00000000 52454D42 01500003 00000007"), out var reader));
        Assert.True(reader.MoveNext());
        Assert.True(ReceiverEstimate.TryParse(reader.Current, out var estimate));
        Assert.Equal(3ul << 20, estimate.BitsPerSecond);
        Assert.True(RtcpReader.TryParse(Hex.Bytes("8FCE0005 00000001 00000000 52454D42 01FFFFFF 00000007"), out reader));
        Assert.True(reader.MoveNext());
        Assert.False(ReceiverEstimate.TryParse(reader.Current, out _));
        Assert.True(RtcpReader.TryParse(Hex.Bytes("8FCE0005 00000001 00000000 52454D42 02500003 00000007"), out reader));
        Assert.True(reader.MoveNext());
        Assert.False(ReceiverEstimate.TryParse(reader.Current, out _));
    }

    [Fact]
    public void Extended_reports_are_walked_and_unknown_ones_skipped()
    {
        var buffer = new byte[64];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.TryAddReceiverReferenceTime(9, 0x0123456789ABCDEF));
        Assert.Equal(Hex.Bytes("80CF0004 00000009 04000002 0123456789ABCDEF"), buffer[..writer.Length]);
        var bytes = Hex.Bytes("80CF0006 00000009 63000001 AABBCCDD 04000002 0123456789ABCDEF");
        Assert.True(RtcpReader.TryParse(bytes, out var reader));
        Assert.True(reader.MoveNext());
        Assert.True(ExtendedReportReader.TryParse(reader.Current, out var reports));
        Assert.True(reports.MoveNext());
        Assert.Equal(0x63, reports.Type);
        Assert.False(reports.TryGetReferenceTime(out _));
        Assert.True(reports.MoveNext());
        Assert.True(reports.TryGetReferenceTime(out var time));
        Assert.Equal(0x0123456789ABCDEFul, time);
        Assert.False(reports.MoveNext());
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("81C900", "header cut short")]
    [InlineData("41C90000", "version 1")]
    [InlineData("81C90001", "block cut short")]
    [InlineData("80C90001 00000001 00", "bytes left over")]
    [InlineData("80C90001 00000001 40CA0000", "version of the second block")]
    [InlineData("A0C90001 00000004 80CA0000", "padding in a block that is not the last")]
    [InlineData("A0C90001 00000008", "padding longer than the block")]
    [InlineData("A0C90001 00000005", "padding longer than the block by a byte")]
    [InlineData("A0C90001 00000000", "padding of nothing")]
    [InlineData("A0C90000", "padding in an empty block")]
    public void Malformed_packets_are_refused(string packet, string why) => Assert.False(RtcpReader.TryParse(Hex.Bytes(packet), out _), why);

    [Fact]
    public void Padding_of_the_last_block_is_no_part_of_its_body()
    {
        Assert.True(RtcpReader.TryParse(Hex.Bytes("80C90001 00000001 A1CB0002 00000007 00000004"), out var reader));
        Assert.True(reader.MoveNext());
        Assert.True(reader.MoveNext());
        Assert.Equal(4, reader.Current.Body.Length);
        Assert.Equal(1, reader.Current.ByeCount);
    }

    [Theory]
    [InlineData("82C90007 00000001 00000002 00000003 00000004 00000005 00000006 00000007")]
    [InlineData("81C80006 00000001 00000002 00000003 00000004 00000005 00000006")]
    public void Reports_that_are_not_there_are_refused(string packet)
    {
        Assert.True(RtcpReader.TryParse(Hex.Bytes(packet), out var reader));
        Assert.True(reader.MoveNext());
        Assert.False(ReportBlockReader.TryParse(reader.Current, out _));
    }

    [Fact]
    public void What_does_not_fit_is_left_out_as_a_whole()
    {
        var writer = new RtcpWriter(new byte[15]);
        Assert.True(writer.TryAddPictureLoss(1, 2));
        Assert.False(writer.TryAddPictureLoss(1, 2));
        Assert.Equal(12, writer.Length);
        var wide = new RtcpWriter(new byte[4096]);
        Assert.False(wide.TryAddReceiverReport(1, new ReportBlock[32]));
        Assert.False(wide.TryAddBye(new uint[32]));
        Assert.False(wide.TryAddReceiverEstimate(1, 1, new uint[256]));
        Assert.False(wide.TryAddCName(1, new byte[256]));
        Assert.Equal(0, wide.Length);
    }

    [Fact]
    public void Ntp_times_and_round_trips()
    {
        Assert.Equal(2_208_988_800ul << 32, NtpTime.FromTime(DateTimeOffset.UnixEpoch));
        Assert.Equal((2_208_988_800ul << 32) + (1ul << 31), NtpTime.FromTime(DateTimeOffset.UnixEpoch.AddMilliseconds(500)));
        Assert.Equal(0x456789ABu, NtpTime.Compact(0x0123456789ABCDEF));
        Assert.Equal(1_500_000, NtpTime.CompactToMicroseconds(0x18000));
        Assert.Equal(0x18000u, NtpTime.CompactFromMicroseconds(1_500_000));
        // The example of RFC 3550 figure 2: 6.125 s round trip.
        var report = new ReportBlock(1, 0, 0, 0, 0, 0xB705_2000, 0x0005_4000);
        Assert.True(NtpTime.TryGetRoundTrip(report, 0x0000_B710_8000_0000, out var microseconds));
        Assert.Equal(6_125_000, microseconds);
        Assert.False(NtpTime.TryGetRoundTrip(report with { LastSenderReport = 0 }, 0x0000_B710_8000_0000, out _));
        Assert.False(NtpTime.TryGetRoundTrip(report with { DelaySinceLastSenderReport = 0x000C_4000 }, 0x0000_B710_8000_0000, out _));
    }

    private static List<ReportBlock> Reports(RtcpBlock block)
    {
        Assert.True(ReportBlockReader.TryParse(block, out var reader));
        var reports = new List<ReportBlock>();
        foreach (var report in reader) reports.Add(report);
        return reports;
    }

    private static List<(uint, byte, string)> Items(RtcpBlock block)
    {
        Assert.True(SourceDescriptionReader.TryParse(block, out var reader));
        var items = new List<(uint, byte, string)>();
        foreach (var item in reader) items.Add((item.Ssrc, item.Type, Encoding.UTF8.GetString(item.Text)));
        return items;
    }

    private static List<ushort> Lost(RtcpBlock block)
    {
        Assert.True(NackReader.TryParse(block, out var reader));
        var lost = new List<ushort>();
        foreach (var sequence in reader) lost.Add(sequence);
        return lost;
    }
}
