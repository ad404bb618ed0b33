using Conference.MediaPod.Wire.Rtcp;

namespace Conference.Wire.Tests.Rtcp;

public sealed class TransportWideTests
{
    [Fact]
    public void A_run_of_small_deltas()
    {
        // 64 ms * 2 = 128 ms; arrivals at 128, 129, 130.25 ms.
        Assert.Equal(Hex.Bytes("8FCD0006 00000001 00000002 000A0003 00000207 2003 00 04 05 000000"), Write(10, [128_000, 129_000, 130_250], 7, out var packets));
        Assert.Equal(3, packets);
    }

    // Each as a browser sent it; the last byte counts one to three bytes of padding, which RFC 3550 would have be whole words.
    [Theory]
    [InlineData("AFCD0007 C73EFA51 58A3650A 00060008 00107501 2008 74000000000000000002", 6, 8)]
    [InlineData("AFCD0006 C73EFA51 58A3650A 000E0004 00107602 2004 610100000002", 14, 4)]
    [InlineData("AFCD0006 1110209B 76EA356D 00000003 030D7A00 2003 9F0151000003", 0, 3)]
    public void Padding_as_libwebrtc_counts_it(string packet, int first, int count)
    {
        var arrivals = Read(Hex.Bytes(packet));
        Assert.Equal(Enumerable.Range(first, count), arrivals.Select(a => (int)a.Sequence));
        Assert.All(arrivals, a => Assert.True(a.IsReceived));
    }

    [Fact]
    public void Losses_go_into_a_vector_of_bits()
    {
        var bytes = Write(65535, [128_000, -1, 129_000], 0, out _);
        Assert.Equal(Hex.Bytes("8FCD0005 00000001 00000002 FFFF0003 00000200 A800 00 04"), bytes);
        Assert.Equal([new(65535, true, 128_000), new(0, false, 0), new(1, true, 129_000)], Read(bytes));
    }

    [Fact]
    public void Large_and_negative_deltas_go_into_a_vector_of_pairs()
    {
        // Second packet 100 ms later (400 ticks), third arrived before it, fourth is lost.
        var bytes = Write(1, [128_000, 228_000, 200_000, -1, 228_250], 0, out _);
        Assert.Equal(Hex.Bytes("8FCD0006 00000001 00000002 00010005 00000200 DA10 00 0190 FF90 71"), bytes);
        Assert.Equal([new(1, true, 128_000), new(2, true, 228_000), new(3, true, 200_000), new(4, false, 0), new(5, true, 228_250)], Read(bytes));
    }

    [Fact]
    public void A_long_run_of_losses_takes_one_chunk()
    {
        var arrivals = new long[900];
        Array.Fill(arrivals, -1);
        arrivals[^1] = 64_000;
        var bytes = Write(0, arrivals, 0, out var packets);
        Assert.Equal(900, packets);
        Assert.Equal(28, bytes.Length);
        Assert.Equal(new PacketArrival(899, true, 64_000), Read(bytes)[^1]);
    }

    [Fact]
    public void A_gap_that_no_delta_can_express_ends_the_feedback()
    {
        var bytes = Write(5, [0, 1000, 9_000_000, 9_001_000], 0, out var packets);
        Assert.Equal(2, packets);
        Assert.Equal([new(5, true, 0), new(6, true, 1000)], Read(bytes));
    }

    [Fact]
    public void A_short_buffer_takes_fewer_packets()
    {
        var arrivals = Enumerable.Range(0, 500).Select(i => i * 700_000L % 5_000_000).ToArray();
        var buffer = new byte[203];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.TryAddTransportWide(1, 2, 0, arrivals, 0, out var packets));
        Assert.InRange(packets, 50, 499);
        Assert.Equal(arrivals.Take(packets), Read(buffer[..writer.Length]).Select(p => p.Microseconds));
        Assert.False(new RtcpWriter(new byte[22]).TryAddTransportWide(1, 2, 0, arrivals, 0, out packets));
        Assert.Equal(0, packets);
    }

    [Fact]
    public void Nothing_arrived_says_nothing()
    {
        var writer = new RtcpWriter(new byte[100]);
        Assert.False(writer.TryAddTransportWide(1, 2, 0, [-1, -1], 0, out _));
        Assert.False(writer.TryAddTransportWide(1, 2, 0, [], 0, out _));
        Assert.Equal(0, writer.Length);
    }

    [Fact]
    public void Any_arrivals_are_read_back_in_steps_of_250_microseconds() => Property.ForAll((int[] steps, ushort start) =>
    {
        long now = 1_000_000_000;
        var arrivals = steps.Select((step, i) => step % 5 == 0 ? -1 : now += step % 7 == 0 ? (step * 7919L + i) % 4_000_000 : Math.Abs((long)step) * 131 % 60_000).ToArray();
        var buffer = new byte[4096];
        var writer = new RtcpWriter(buffer);
        if (!writer.TryAddTransportWide(1, 2, start, arrivals, 3, out var packets)) return arrivals.All(a => a < 0);
        var read = Read(buffer[..writer.Length]);
        return packets == read.Count && read.Select((p, i) => p.Sequence == (ushort)(start + i) && p.IsReceived == arrivals[i] >= 0
            && (!p.IsReceived || p.Microseconds == arrivals[i] / 250 * 250)).All(ok => ok);
    });

    [Fact]
    public void Reference_times_above_24_bits_wrap()
    {
        var bytes = Write(0, [64_000L * 0x1_000_005], 0, out _);
        Assert.Equal(5 * 64_000, Read(bytes)[0].Microseconds);
        Assert.Equal(-64_000, Read(Write(0, [64_000L * 0xFFFFFF], 0, out _))[0].Microseconds);
    }

    [Theory]
    [InlineData("8FCD0003 00000001 00000002 000A0003", "no reference time")]
    [InlineData("8FCD0004 00000001 00000002 000A0000 00000207", "no status")]
    [InlineData("8FCD0004 00000001 00000002 000A0003 00000207", "no chunk")]
    [InlineData("8FCD0005 00000001 00000002 000A0003 00000207 2003 0004", "deltas cut short")]
    [InlineData("8FCD0005 00000001 00000002 000A0003 00000207 2000 2000", "runs of nothing")]
    [InlineData("8FCD0005 00000001 00000002 000A0003 00000207 2002 0000", "too few statuses")]
    [InlineData("8FCD0005 00000001 00000002 000A0001 00000207 6001 0000", "reserved status in a run")]
    [InlineData("8FCD0005 00000001 00000002 000A0001 00000207 F000 0000", "reserved status in a vector")]
    [InlineData("8FCD0006 00000001 00000002 000AFFFF 00000207 1FFF1FFF 1FFF1FFF", "far too many")]
    public void Malformed_feedback_is_refused(string packet, string why)
    {
        Assert.True(RtcpReader.TryParse(Hex.Bytes(packet), out var reader));
        Assert.True(reader.MoveNext());
        Assert.False(TransportWideReader.TryParse(reader.Current, out _), why);
    }

    private static byte[] Write(ushort start, long[] arrivals, byte count, out int packets)
    {
        var buffer = new byte[2048];
        var writer = new RtcpWriter(buffer);
        Assert.True(writer.TryAddTransportWide(1, 2, start, arrivals, count, out packets));
        return buffer[..writer.Length];
    }

    private static List<PacketArrival> Read(byte[] bytes)
    {
        Assert.True(RtcpReader.TryParse(bytes, out var reader));
        Assert.True(reader.MoveNext());
        Assert.True(TransportWideReader.TryParse(reader.Current, out var feedback));
        var packets = new List<PacketArrival>();
        foreach (var packet in feedback) packets.Add(packet);
        return packets;
    }
}
