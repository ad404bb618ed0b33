using Conference.Load.Media;
using Conference.MediaPod.Sfu.Crypto;
using Conference.MediaPod.Wire.Rtp;

namespace Conference.Load.Tests;

/// <summary>What is said of what came.</summary>
public sealed class CheckTests
{
    private readonly ReceiverCheck _check = new(Offers.Types);

    [Theory]
    [InlineData("5 6 7 8", 4, 4, 0, 0)]
    [InlineData("5 7 8", 4, 3, 0, 0)]
    [InlineData("5 7 6 8", 4, 4, 0, 1)]
    [InlineData("5 6 6 6 7", 3, 3, 2, 0)]
    [InlineData("5 4 6", 2, 2, 0, 1)]
    [InlineData("0 2000 1999 1 1999", 2001, 3, 1, 2)]
    [InlineData("0 1023 1 1024 0 2", 1025, 5, 0, 3)]
    [InlineData("", 0, 0, 0, 0)]
    public void Numbers_are_missing_doubled_or_late(string came, long expected, long received, long duplicates, long late)
    {
        var check = default(NumberCheck);
        foreach (var number in came.Split(' ', StringSplitOptions.RemoveEmptyEntries)) check.Add(long.Parse(number));
        Assert.Equal((expected, received, duplicates, late), (check.Expected, check.Received, check.Duplicates, check.Late));
    }

    [Fact]
    public void Any_order_with_loss_and_doubles_is_counted_as_a_list_would()
    {
        for (var seed = 0; seed < 50; seed++)
        {
            var random = new Random(seed);
            var (check, seen, late, doubled, highest) = (default(NumberCheck), new HashSet<long>(), 0L, 0L, -1L);
            for (var i = 0; i < 3000; i++)
            {
                var number = Math.Max(0, i + random.Next(-20, 1));
                if (random.Next(10) == 0) continue;
                if (highest < 0) number = 0;
                check.Add(number);
                if (!seen.Add(number)) doubled++;
                else if (number < highest) late++;
                highest = Math.Max(highest, number);
            }
            Assert.Equal((highest + 1, seen.Count, doubled, late), (check.Expected, check.Received, check.Duplicates, check.Late));
        }
    }

    [Fact]
    public void A_stream_that_came_whole_is_whole_and_what_was_sent_after_the_last_packet_is_lost()
    {
        Give(Video(10), slot: 500, from: 0);
        Assert.Equal((10, 10, 0L), Lost(_check.Finish(new Dictionary<uint, uint> { [7] = 9 })));
        Assert.Equal([7u], _check.Streams);

        var late = new ReceiverCheck(Offers.Types);
        foreach (var packet in Slotted(Video(10).Take(6), 500, 0)) late.Take(packet, 0);
        Assert.Equal((10, 6, 4L), Lost(late.Finish(new Dictionary<uint, uint> { [7] = 9 })));
    }

    [Fact]
    public void What_a_slot_shows_later_is_another_stream_and_the_gap_between_is_nobodys_loss()
    {
        Give(Video(10), slot: 500, from: 0);
        Give(Video(10, stream: 8), slot: 500, from: 10);
        var counts = _check.Finish(new Dictionary<uint, uint> { [7] = 5000, [8] = 9 });
        Assert.Equal((20, 20, 0L), Lost(counts));
        Assert.Equal((0, 0), (counts.Gaps, counts.KeylessStarts));
    }

    [Fact]
    public void A_transport_that_was_left_owes_nothing_after_that()
    {
        Give(Video(10), slot: 500, from: 0);
        Give(Video(20).Skip(12), slot: 600, from: 0);
        var counts = _check.Finish(new Dictionary<uint, uint> { [7] = 19 }, new HashSet<uint> { 600 });
        Assert.Equal((18, 18, 0L), Lost(counts));
        Assert.Equal(1, counts.KeylessStarts); // it went on in the middle of a picture
    }

    [Fact]
    public void Numbers_that_are_missing_on_the_way_down_are_gaps_and_loss()
    {
        Give(Slotted(Video(10), 500, 0).Where((_, i) => i is not (3 or 4)));
        var counts = _check.Finish(new Dictionary<uint, uint> { [7] = 9 });
        Assert.Equal((10, 8, 2L), Lost(counts));
        Assert.Equal(2, counts.Gaps);
    }

    [Fact]
    public void Damage_forgery_and_doubles_have_names()
    {
        var packets = Slotted(Video(3), 500, 0).ToList();
        packets[1][^1] ^= 1;
        Give(packets);
        _check.Take([1, 2, 3], 0);
        _check.Refuse(SrtpResult.AuthenticationFailed);
        _check.Refuse(SrtpResult.Replayed);
        var counts = _check.Finish(new Dictionary<uint, uint>());
        Assert.Equal((2, 1, 1, 1L), (counts.Damaged, counts.Unauthentic, counts.Duplicates, counts.Lost));
    }

    [Fact]
    public void Delays_are_kept_to_within_two_percent()
    {
        var (histogram, other) = (new DelayHistogram(), new DelayHistogram());
        for (var i = 1; i <= 100_000; i++) (i % 2 == 0 ? histogram : other).Add(i);
        histogram.Add(other);
        Assert.Equal((100_000, 100_000), (histogram.Count, histogram.Max));
        foreach (var share in new[] { 0.01, 0.5, 0.9, 0.99, 0.999 }) Assert.InRange(histogram.Quantile(share), share * 100_000 * 0.98, share * 100_000 * 1.02);
        Assert.Equal(100_000, histogram.Quantile(1));
        Assert.Equal(0, new DelayHistogram().Quantile(0.5));
        var small = new DelayHistogram();
        small.Add(-5);
        small.Add(3);
        Assert.Equal((0, 3), (small.Quantile(0.5), small.Quantile(0.99)));
    }

    [Fact]
    public void A_delay_is_the_time_from_the_stamp()
    {
        var packet = Slotted(Video(1, sentAt: 1000), 500, 0).First();
        _check.Take(packet, 3500);
        Assert.Equal(2500, _check.Delays.Max);
    }

    private void Give(IEnumerable<byte[]> packets)
    {
        foreach (var packet in packets) _check.Take(packet, 0);
    }

    private void Give(IEnumerable<byte[]> packets, uint slot, int from) => Give(Slotted(packets, slot, from));

    /// <summary>The first packets of a picture.</summary>
    private static List<byte[]> Video(int count, uint stream = 7, long sentAt = 0)
    {
        var sent = new Recorder();
        var source = new VideoSource(stream, 22, Offers.Types.Video, 0, 600, new Random(1));
        for (var now = sentAt; sent.Packets.Count < count; now += 34_000) source.Run(now, sent);
        return [.. sent.Packets.Take(count).Select(p => p.Packet)];
    }

    /// <summary>As a pod sends them on.</summary>
    private static IEnumerable<byte[]> Slotted(IEnumerable<byte[]> packets, uint slot, int from) => packets.Select((packet, i) =>
    {
        var copy = packet.ToArray();
        RtpHeader.SetSsrc(copy, slot);
        RtpHeader.SetSequence(copy, (ushort)(65_530 + from + i));
        return copy;
    });

    private static (long Expected, long Received, long Lost) Lost(ReceiverCounts counts) => (counts.Expected, counts.Received, counts.Lost);
}
