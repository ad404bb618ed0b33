using Conference.MediaPod.Sfu.Publishing;

namespace Conference.Sfu.Tests.Publishing;

public sealed class MissingPacketsTests
{
    private readonly MissingPackets _missing = new();

    [Fact]
    public void A_gap_is_asked_for_at_once_and_again_after_one_and_a_half_round_trips()
    {
        Receive(0, 1, 5);
        Assert.Equal([2, 3, 4], Due(10));
        Assert.Empty(Due(100));
        Assert.Equal([2, 3, 4], Due(161));
    }

    [Fact]
    public void What_arrives_is_not_asked_for_again_and_teaches_the_round_trip()
    {
        Receive(0, 1, 3);
        Due(0);
        Assert.True(_missing.Received(2, 20));
        Assert.Equal(0, _missing.Count);
        Assert.True(_missing.RoundTripMilliseconds < 100);
    }

    [Fact]
    public void A_packet_is_given_up_after_a_second()
    {
        Receive(0, 1, 3);
        Due(0);
        Due(MissingPackets.MaxAgeMilliseconds + 1);
        Assert.Equal(0, _missing.Count);
    }

    [Fact]
    public void It_is_asked_for_a_bounded_number_of_times()
    {
        Receive(0, 1, 3);
        for (var i = 0; i < 40; i++)
        {
            Assert.True(_missing.Received(4 + i * 2L, 0)); // keeps teaching nothing
        }
        var asked = 0;
        for (var now = 0; now < 2_000; now++) asked += Due(now).Count(s => s == 2);
        Assert.InRange(asked, 2, MissingPackets.MaxTries);
    }

    [Fact]
    public void A_gap_too_large_to_repair_is_said_and_forgotten()
    {
        Receive(0, 1);
        Assert.False(_missing.Received(1_000, 0));
        Assert.Equal(0, _missing.Count);
    }

    [Fact]
    public void Numbers_wrap()
    {
        Receive(0, 65_535, 65_538);
        Assert.Equal([0, 1], Due(0));
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
