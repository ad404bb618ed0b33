using Conference.MediaPod.Sfu.Slots;

namespace Conference.Sfu.Tests.Slots;

/// <summary>Cases A1 to A5 of docs/slots.md.</summary>
public sealed class AudioSlotAssignmentTests
{
    private const int Empty = AudioSlotAssignment.Empty;
    private const long Now = 100_000;

    [Fact]
    public void A2_who_has_a_slot_keeps_it_whatever_the_order() =>
        Expect([Speaks(3, 50), Speaks(2, 40), Silent(1, 200)], [1, 2, 3], [1, 2, 3]);

    [Fact]
    public void A3_free_slots_are_filled_even_by_the_silent() =>
        Expect([Speaks(5, 30), Silent(6, null)], [Empty, Empty, Empty], [5, 6, Empty]);

    [Fact]
    public void A4_a_speaker_takes_the_slot_of_the_longest_silent() =>
        Expect([Speaks(4, 30), Silent(1, 3_000), Silent(2, 9_000), Silent(3, 2_000)], [1, 2, 3], [1, 4, 3]);

    [Fact]
    public void A4_never_heard_is_longest_silent() =>
        Expect([Speaks(4, 30), Silent(1, 9_000), Silent(2, null), Silent(3, 9_500)], [1, 2, 3], [1, 4, 3]);

    [Fact]
    public void A4_a_pause_takes_no_slot_away() =>
        Expect([Speaks(4, 30), Silent(1, 1_000), Silent(2, 500), Speaks(3, 25)], [1, 2, 3], [1, 2, 3]);

    [Fact]
    public void A4_the_silent_take_nothing() =>
        Expect([Silent(4, 10), Silent(1, 9_000), Silent(2, 9_000), Silent(3, 9_000)], [1, 2, 3], [1, 2, 3]);

    [Fact]
    public void A5_among_speakers_only_a_clear_lead_replaces_the_weakest()
    {
        Expect([Speaks(4, 31), Speaks(1, 30), Speaks(2, 20), Speaks(3, 25)], [1, 2, 3], [1, 2, 3]);
        Expect([Speaks(4, 33), Speaks(1, 30), Speaks(2, 20), Speaks(3, 25)], [1, 2, 3], [1, 4, 3]);
    }

    [Fact]
    public void Two_newcomers_take_two_slots() =>
        Expect([Speaks(4, 40), Speaks(5, 35), Silent(1, 9_000), Silent(2, 8_000), Speaks(3, 30)], [1, 2, 3], [4, 5, 3]);

    private static void Expect(AudioCandidate[] ranked, int[] slots, int[] expected)
    {
        var before = slots.ToArray();
        var changed = AudioSlotAssignment.Assign(ranked, slots, Now);
        Assert.Equal(expected, slots);
        Assert.Equal(!before.SequenceEqual(expected), changed);
        Assert.False(AudioSlotAssignment.Assign(ranked, slots, Now)); // the decision is stable
    }

    private static AudioCandidate Speaks(int id, double score) => new(id, score, true, Now);

    private static AudioCandidate Silent(int id, long? sinceMilliseconds) => new(id, 0, false, sinceMilliseconds is { } since ? Now - since : long.MinValue);
}
