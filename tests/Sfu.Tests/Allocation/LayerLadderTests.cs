using Conference.MediaPod.Sfu.Allocation;

namespace Conference.Sfu.Tests.Allocation;

public sealed class LayerLadderTests
{
    /// <summary>Three encodings of a camera with three temporal layers each, as Chromium sends them.</summary>
    internal static readonly LayerOption[] Camera =
    [
        new(0, 0, 0, 180, 7.5, 60_000), new(0, 0, 1, 180, 15, 100_000), new(0, 0, 2, 180, 30, 150_000),
        new(1, 0, 0, 360, 7.5, 200_000), new(1, 0, 1, 360, 15, 340_000), new(1, 0, 2, 360, 30, 500_000),
        new(2, 0, 0, 720, 7.5, 600_000), new(2, 0, 1, 720, 15, 1_000_000), new(2, 0, 2, 720, 30, 1_500_000),
    ];

    [Theory]
    [InlineData(90, 180)]
    [InlineData(200, 180)] // within an eighth
    [InlineData(240, 360)]
    [InlineData(720, 720)]
    [InlineData(2160, 720)]
    public void L1_the_top_is_the_smallest_picture_that_fills_the_height_else_the_largest(int height, int expected) =>
        Assert.Equal(expected, Ladder(Camera, ContentHint.None, height)[^1].Height);

    [Fact]
    public void L2_text_keeps_its_lines_and_gives_up_frames() => Assert.Equal(
        ["180p7", "180p15", "180p30", "360p7", "360p15", "360p30", "720p7", "720p15", "720p30"], Ladder(Camera, ContentHint.Detail).Select(Name));

    [Fact]
    public void L3_a_film_keeps_its_frames_and_gives_up_lines() => Assert.Equal(
        ["180p7", "180p15", "180p30", "360p30", "720p30"], Ladder(Camera, ContentHint.Motion).Select(Name));

    [Fact]
    public void L4_a_face_gets_some_frames_then_lines_then_all_frames() => Assert.Equal(
        ["180p7", "180p15", "180p30", "360p15", "360p30", "720p15", "720p30"], Ladder(Camera, ContentHint.None).Select(Name));

    [Fact]
    public void L5_what_costs_as_much_as_something_better_is_no_step() => Assert.Equal(
        ["180p30", "720p30"], Ladder([new(0, 0, 0, 180, 30, 100_000), new(1, 0, 0, 360, 30, 700_000), new(2, 0, 0, 720, 30, 700_000)], ContentHint.None).Select(Name));

    [Fact]
    public void Encodings_whose_frame_rates_differ_a_little_are_ordered_by_size() => Assert.Equal(
        [180, 360, 720], Ladder([new(0, 0, 0, 180, 5.1, 100_000), new(1, 0, 0, 360, 5.0, 300_000), new(2, 0, 0, 720, 4.9, 900_000)], ContentHint.None).Select(o => o.Height));

    [Theory]
    [InlineData(ContentHint.None, 0)]
    [InlineData(ContentHint.Detail, 6)]
    [InlineData(ContentHint.Motion, 2)]
    public void B2_what_is_essential_of_a_screen(ContentHint hint, int expected) => Assert.Equal(expected, LayerLadder.Essential(Ladder(Camera, hint), hint));

    [Fact]
    public void Nothing_is_offered() => Assert.Equal(0, LayerLadder.Build([], ContentHint.None, 720));

    internal static LayerOption[] Ladder(LayerOption[] options, ContentHint hint, int height = 720)
    {
        var copy = options.Reverse().ToArray();
        return copy[..LayerLadder.Build(copy, hint, height)];
    }

    private static string Name(LayerOption option) => $"{option.Height}p{(int)option.FramesPerSecond}";
}
