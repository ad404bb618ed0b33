using Conference.MediaPod.Sfu.Publishing;

namespace Conference.Sfu.Tests.Publishing;

/// <summary>Cases N1 to N6 of docs/repair.md.</summary>
public sealed class MissingPacketsTests
{
    private const int Tolerance = (int)MissingPackets.LeastToleranceMilliseconds;

    private readonly MissingPackets _missing = new();

    [Fact]
    public void N1_a_gap_is_asked_for_when_the_packets_are_more_than_late()
    {
        Receive(0, 1, 5);
        Assert.Empty(Due(Tolerance - 1));
        Assert.Equal([2, 3, 4], Due(Tolerance));
    }

    [Fact]
    public void N1_a_link_that_reorders_teaches_patience_and_it_is_forgotten_slowly()
    {
        Receive(0, 1, 3);
        Receive(4, 2);
        Assert.Equal(6, _missing.ToleranceMilliseconds);
        Receive(10, 5);
        Receive(35, 4); // was not asked for by then: nobody called Due
        Assert.InRange(_missing.ToleranceMilliseconds, 32, 33);
        Receive(100, 7);
        Assert.Empty(Due(130));
        Assert.Equal([6], Due(133));
        Receive(233, 6);
        Assert.InRange(_missing.ToleranceMilliseconds, 31, 32);
        Receive(300, 9);
        Receive(900, 8);
        Assert.Equal(MissingPackets.MostToleranceMilliseconds, _missing.ToleranceMilliseconds);
    }

    [Fact]
    public void N2_it_is_asked_for_again_after_a_round_trip()
    {
        Receive(0, 1, 3);
        Assert.Equal([2], Due(10));
        Assert.Empty(Due(119));
        Assert.Equal([2], Due(120));
    }

    [Fact]
    public void N2_a_near_publisher_is_not_flooded()
    {
        Receive(0, 1, 3);
        Due(10);
        Receive(11, 2, 5);
        Assert.Equal([4], Due(20));
        Assert.Empty(Due(39));
        Assert.Equal([4], Due(40));
    }

    [Fact]
    public void N3_the_round_trip_is_learnt_from_answers()
    {
        Receive(0, 1, 3);
        Due(10);
        Receive(60, 2);
        Assert.Equal(50, _missing.RoundTripMilliseconds);
        Receive(60, 5);
        Due(70);
        Receive(160, 4);
        Assert.Equal(55, _missing.RoundTripMilliseconds);
    }

    [Fact]
    public void N3_what_comes_sooner_than_an_answer_could_was_late_by_itself()
    {
        Receive(0, 1, 3);
        Due(10);
        Receive(110, 2);
        Receive(200, 5);
        Due(205);
        Receive(215, 4);
        Assert.Equal(100, _missing.RoundTripMilliseconds);
        Assert.Equal(19.75, _missing.ToleranceMilliseconds);
    }

    [Theory]
    [InlineData(MissingPackets.VideoLifetimeMilliseconds, 8)]
    [InlineData(MissingPackets.SoundLifetimeMilliseconds, 2)]
    public void N4_it_is_given_up_when_an_answer_would_come_too_late(int lifetime, int most)
    {
        var missing = new MissingPackets(lifetime);
        missing.Received(1, 0);
        missing.Received(3, 0);
        var last = 0;
        var asked = 0;
        Span<ushort> due = stackalloc ushort[8];
        for (var now = 0; now < 3_000; now++)
        {
            if (missing.Due(due, now) == 0) continue;
            (last, asked) = (now, asked + 1);
        }
        Assert.InRange(asked, 2, most);
        Assert.True(last + 100 <= lifetime);
        Assert.Equal((0, 1L), (missing.Count, missing.GivenUp));
    }

    [Fact]
    public void N4_it_is_asked_for_a_bounded_number_of_times()
    {
        Receive(0, 1, 3);
        Due(10);
        Receive(11, 2, 5);
        var asked = 0;
        for (var now = 12; now < 2_000; now++) asked += Due(now).Count(s => s == 4);
        Assert.Equal(MissingPackets.MaxTries, asked);
        Assert.Equal(1, _missing.GivenUp);
    }

    [Fact]
    public void N5_a_key_frame_makes_what_is_missing_before_it_needless()
    {
        Receive(0, 1, 3, 6);
        _missing.KeyFrameBegan(5);
        Assert.Equal([5], Due(10));
        Assert.Equal(0, _missing.GivenUp);
    }

    [Fact]
    public void N6_a_gap_too_large_to_repair_is_said_and_forgotten()
    {
        Receive(0, 1);
        Assert.False(_missing.Received(1_000, 0));
        Assert.Equal(0, _missing.Count);
    }

    [Fact]
    public void Numbers_wrap()
    {
        Receive(0, 65_535, 65_538);
        Assert.Equal([0, 1], Due(10));
    }

    private void Receive(long now, params long[] sequences)
    {
        foreach (var sequence in sequences) Assert.True(_missing.Received(sequence, now));
    }

    private ushort[] Due(long now)
    {
        Span<ushort> due = stackalloc ushort[MissingPackets.Capacity];
        return due[.._missing.Due(due, now)].ToArray();
    }
}
