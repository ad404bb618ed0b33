using Conference.MediaPod.Wire.Rtp;

namespace Conference.Wire.Tests.Rtp;

public sealed class SequenceNumberTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0, 1, 1)]
    [InlineData(1, 0, -1)]
    [InlineData(65535, 0, 1)]
    [InlineData(0, 65535, -1)]
    [InlineData(65000, 100, 636)]
    [InlineData(0, 32767, 32767)]
    [InlineData(0, 32768, -32768)]
    public void Distance_is_the_shorter_way(ushort from, ushort to, int distance)
    {
        Assert.Equal(distance, SequenceNumber.Distance(from, to));
        Assert.Equal(distance > 0, SequenceNumber.IsNewer(to, from));
        Assert.Equal(Math.Sign(distance), Math.Sign(SequenceNumber.Compare(to, from)));
    }

    [Fact]
    public void Unwraps_over_several_turns_and_reordering()
    {
        var unwrapper = default(SequenceUnwrapper);
        Assert.Equal(65534, unwrapper.Unwrap(65534));
        Assert.Equal(65537, unwrapper.Unwrap(1));
        Assert.Equal(65535, unwrapper.Unwrap(65535));
        Assert.Equal(65538, unwrapper.Peek(2));
        Assert.Equal(65536 + 30000, unwrapper.Unwrap(30000));
        Assert.Equal(65536 + 60000, unwrapper.Unwrap(60000));
        Assert.Equal(65536 * 2 + 5, unwrapper.Unwrap(5));
    }

    [Fact]
    public void Numbers_before_the_first_are_negative()
    {
        var unwrapper = default(SequenceUnwrapper);
        Assert.Equal(3, unwrapper.Unwrap(3));
        Assert.Equal(-2, unwrapper.Unwrap(65534));
        Assert.Equal(4, unwrapper.Unwrap(4));
    }

    [Fact]
    public void Timestamps_unwrap_alike()
    {
        var unwrapper = default(TimestampUnwrapper);
        Assert.Equal(0xFFFF_FF00, unwrapper.Unwrap(0xFFFF_FF00));
        Assert.Equal(0x1_0000_0010, unwrapper.Unwrap(0x10));
        Assert.Equal(0xFFFF_FFF0, unwrapper.Unwrap(0xFFFF_FFF0));
        Assert.Equal(0x1_7000_0000, unwrapper.Unwrap(0x7000_0000));
    }

    [Fact]
    public void Unwrapping_a_stream_with_small_steps_gives_the_stream() => Property.ForAll((ushort start, short[] steps) =>
    {
        var unwrapper = default(SequenceUnwrapper);
        long value = start, newest = start;
        if (unwrapper.Unwrap(start) != start) return false;
        foreach (var step in steps)
        {
            // Any value within half the circle of the newest one.
            value = newest + step / 2;
            if (unwrapper.Unwrap((ushort)value) != value) return false;
            newest = Math.Max(newest, value);
        }
        return true;
    });
}
