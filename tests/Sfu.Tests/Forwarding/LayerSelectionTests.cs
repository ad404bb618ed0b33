using Conference.MediaPod.Sfu.Forwarding;

namespace Conference.Sfu.Tests.Forwarding;

public sealed class LayerSelectionTests
{
    private static readonly LayerState[] Three = [new(true, 180, 150_000), new(true, 360, 500_000), new(true, 720, 1_500_000)];

    [Theory]
    [InlineData(90, 0)]
    [InlineData(180, 0)]
    [InlineData(200, 0)] // 180 is within an eighth
    [InlineData(240, 1)]
    [InlineData(360, 1)]
    [InlineData(720, 2)]
    [InlineData(2160, 2)]
    public void The_smallest_that_fills_the_height_else_the_largest(int height, int expected) =>
        Assert.Equal(expected, LayerSelection.Select(Three, height));

    [Fact]
    public void What_does_not_arrive_is_not_chosen() =>
        Assert.Equal(1, LayerSelection.Select([Three[0], Three[1], Three[2] with { Arrives = false }], 720));

    [Fact]
    public void Nothing_arrives() => Assert.Equal(LayerSelection.None, LayerSelection.Select([new(false, 720, 0)], 720));

    [Fact]
    public void Rates_order_layers_of_unknown_height() =>
        Assert.Equal(1, LayerSelection.Select([new(true, 0, 100_000), new(true, 0, 900_000), new(true, 0, 300_000)], 720));
}
