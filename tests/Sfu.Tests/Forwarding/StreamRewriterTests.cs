using Conference.MediaPod.Sfu.Forwarding;
using FsCheck;
using FsCheck.Fluent;

namespace Conference.Sfu.Tests.Forwarding;

public sealed class StreamRewriterTests
{
    private const int Video = 90_000;

    private readonly StreamRewriter _rewriter = new(Video, firstSequence: 65_533, firstTimestamp: 5_000);

    [Fact]
    public void The_first_packet_has_the_first_numbers()
    {
        var first = new SourceNumbers(7_000, 123_456, 900, 44);
        _rewriter.SwitchTo(first, 1_000_000);

        Assert.True(_rewriter.TryMap(first, 1_000_000, out var slot));
        Assert.Equal(new SlotNumbers(65_533, 5_000, 1, 1), slot);
    }

    [Fact]
    public void Sequence_goes_on_over_the_wrap_as_the_packet_index_of_srtp()
    {
        _rewriter.SwitchTo(new SourceNumbers(10, 0, 0, 0), 0);
        var last = Enumerable.Range(10, 6).Select(i => Map(i, (uint)i, 0)).Last();

        Assert.Equal(65_538, last.Sequence);
    }

    [Fact]
    public void A_switch_continues_sequence_and_picture_and_advances_the_timestamp_by_the_time_that_passed()
    {
        _rewriter.SwitchTo(new SourceNumbers(100, 1_000, 50, 5), 0);
        var before = Map(100, 1_000, 0, picture: 50, tl0: 5);

        _rewriter.SwitchTo(new SourceNumbers(9_000, 777_777, 20_000, 200), 40_000);
        var after = Map(9_000, 777_777, 40_000, picture: 20_000, tl0: 200);

        Assert.Equal(before.Sequence + 1, after.Sequence);
        Assert.Equal(before.Timestamp + 3_600, after.Timestamp);
        Assert.Equal(before.PictureId + 1, after.PictureId);
        Assert.Equal(before.Tl0 + 1, after.Tl0);
    }

    [Fact]
    public void A_switch_within_one_tick_still_advances_the_timestamp()
    {
        _rewriter.SwitchTo(new SourceNumbers(1, 0, 0, 0), 0);
        var before = Map(1, 0, 0);
        _rewriter.SwitchTo(new SourceNumbers(1, 0, 0, 0), 0);

        Assert.Equal(before.Timestamp + 1, Map(1, 0, 0).Timestamp);
    }

    [Fact]
    public void What_is_from_before_the_switch_is_not_mapped()
    {
        _rewriter.SwitchTo(new SourceNumbers(100, 0, 0, 0), 0);

        Assert.False(_rewriter.TryMap(new SourceNumbers(99, 0, 0, 0), 0, out _));
    }

    [Fact]
    public void A_gap_of_the_source_stays_a_gap_and_is_filled_by_a_late_packet()
    {
        _rewriter.SwitchTo(new SourceNumbers(1, 0, 0, 0), 0);
        var first = Map(1, 0, 0);
        var third = Map(3, 2, 0);
        var second = Map(2, 1, 0);

        Assert.Equal(first.Sequence + 2, third.Sequence);
        Assert.Equal(first.Sequence + 1, second.Sequence);
    }

    [Fact]
    public void Skipped_packets_leave_no_hole_and_late_ones_around_them_keep_their_places()
    {
        _rewriter.SwitchTo(new SourceNumbers(1, 0, 0, 0), 0);
        var first = Map(1, 0, 0);
        Assert.Equal(SkipOutcome.LeftOut, _rewriter.Skip(3)); // 2 is missing
        var fourth = Map(4, 0, 0);
        var second = Map(2, 0, 0);

        Assert.Equal(first.Sequence + 1, second.Sequence);
        Assert.Equal(first.Sequence + 2, fourth.Sequence);
        Assert.False(_rewriter.TryMap(new SourceNumbers(3, 0, 0, 0), 0, out _));
    }

    [Fact]
    public void Pictures_close_up_over_what_is_left_out_where_the_codec_wants_it()
    {
        _rewriter.SwitchTo(new SourceNumbers(1, 0, 50, 0), 0);
        var first = Map(1, 0, 0, picture: 50);
        foreach (var sequence in new[] { 2, 3 }) Assert.Equal(SkipOutcome.LeftOut, _rewriter.Skip(sequence, 51, closePictures: true));
        Assert.Equal(SkipOutcome.LeftOut, _rewriter.Skip(4, 52, closePictures: true));
        Assert.Equal(first.PictureId + 1, Map(5, 9, 0, picture: 53).PictureId);
        Assert.Equal(SkipOutcome.LeftOut, _rewriter.Skip(6, 54));
        Assert.Equal(first.PictureId + 3, Map(7, 12, 0, picture: 55).PictureId);
    }

    [Fact]
    public void A_late_packet_of_a_picture_that_was_left_out_is_a_hole_and_a_whole_late_picture_keeps_its_number()
    {
        _rewriter.SwitchTo(new SourceNumbers(1, 0, 50, 0), 0);
        var first = Map(1, 0, 0, picture: 50);
        _rewriter.Skip(2, 51, closePictures: true); // 3 is missing
        var next = Map(4, 3, 0, picture: 52);
        Assert.Equal(SkipOutcome.Hole, _rewriter.Skip(3, 51, closePictures: true));
        Assert.True(_rewriter.TryMapHole(3, out var hole));
        Assert.Equal((first.Sequence + 1, first.Sequence + 2), (hole.Sequence, next.Sequence));
        // 5 is missing, the only packet of picture 53.
        var after = Map(6, 9, 0, picture: 54);
        Assert.Equal(SkipOutcome.Late, _rewriter.Skip(5, 53, closePictures: true));
        var late = Map(5, 6, 0, picture: 53);
        Assert.Equal((after.Sequence - 1, after.PictureId - 1), (late.Sequence, late.PictureId));
        // One that came before something was left out keeps the distance that held then.
        _rewriter.Skip(8, 56, closePictures: true); // 7 is missing
        Assert.Equal(after.PictureId + 2, Map(9, 15, 0, picture: 57).PictureId);
        Assert.Equal(after.PictureId + 1, Map(7, 12, 0, picture: 55).PictureId);
    }

    [Fact]
    public void Whatever_the_sources_do_no_number_is_used_twice_and_order_is_kept()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            var rewriter = new StreamRewriter(Video, 1, 0);
            var used = new HashSet<long>();
            long now = 0;
            for (var source = 0; source < 4; source++)
            {
                var numbers = Enumerable.Range(random.Next(60_000), 40).Select(i => (long)i).ToList();
                rewriter.SwitchTo(new SourceNumbers(numbers[0], (uint)random.Next(), 0, 0), now);
                Assert.True(rewriter.TryMap(new SourceNumbers(numbers[0], 0, 0, 0), now, out var start));
                Assert.True(used.Add(start.Sequence));
                var last = start.Sequence;
                foreach (var number in numbers.Skip(1).OrderBy(n => n + random.Next(6)))
                {
                    now += 1_000;
                    if (random.Next(4) == 0)
                    {
                        rewriter.Skip(number);
                        continue;
                    }
                    if (rewriter.TryMap(new SourceNumbers(number, (uint)number, 0, 0), now, out var slot)) Assert.True(used.Add(slot.Sequence), $"{slot.Sequence} twice");
                    last = Math.Max(last, slot.Sequence);
                }
            }
        }).QuickCheckThrowOnFailure();
    }

    private SlotNumbers Map(long sequence, uint timestamp, long now, ushort picture = 0, byte tl0 = 0)
    {
        Assert.True(_rewriter.TryMap(new SourceNumbers(sequence, timestamp, picture, tl0), now, out var slot));
        return slot;
    }
}
