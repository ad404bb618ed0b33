using Conference.MediaPod.Wire.Rtp;

namespace Conference.Wire.Tests.Rtp;

public sealed class RedTests
{
    [Fact]
    public void Two_generations_and_a_primary_block_go_there_and_back()
    {
        var payload = new byte[64];
        var writer = new RedWriter(payload);
        Assert.True(writer.TryAdd(111, 1920, [1, 2, 3]));
        Assert.True(writer.TryAdd(111, 960, [4]));
        Assert.True(writer.TryComplete(111, [5, 6], out var length));
        Assert.Equal(Hex.Bytes("EF 1E0003 EF 0F0001 6F 010203 04 0506"), payload[..length]);
        Assert.True(RedReader.TryParse(payload.AsSpan(0, length), out var reader));
        Assert.Equal([(111, 1920, false, "010203"), (111, 960, false, "04"), (111, 0, true, "0506")], Blocks(reader));
    }

    [Fact]
    public void A_single_primary_block_has_a_header_of_one_byte()
    {
        Assert.True(RedReader.TryParse(Hex.Bytes("6F AABB"), out var reader));
        Assert.Equal([(111, 0, true, "AABB")], Blocks(reader));
    }

    [Theory]
    [InlineData("")]
    [InlineData("EF1E00")]
    [InlineData("EF1E0003")]
    [InlineData("EF1E0003 6F 0102")]
    [InlineData("EF1E0000 EF1E0000")]
    public void Blocks_that_do_not_fit_are_refused(string payload) => Assert.False(RedReader.TryParse(Hex.Bytes(payload), out _));

    [Fact]
    public void What_cannot_be_expressed_or_does_not_fit_is_refused()
    {
        var writer = new RedWriter(new byte[2000]);
        Assert.False(writer.TryAdd(111, RedWriter.MaxTimestampOffset + 1, [1]));
        Assert.False(writer.TryAdd(111, -1, [1]));
        Assert.False(writer.TryAdd(111, 0, new byte[RedWriter.MaxBlockLength + 1]));
        Assert.True(writer.TryAdd(111, RedWriter.MaxTimestampOffset, new byte[RedWriter.MaxBlockLength]));
        Assert.False(writer.TryComplete(111, new byte[1000], out var length));
        Assert.Equal(0, length);
        Assert.True(writer.TryComplete(111, new byte[100], out _));
    }

    private static List<(int PayloadType, int Offset, bool Primary, string Data)> Blocks(RedReader reader)
    {
        var blocks = new List<(int, int, bool, string)>();
        foreach (var block in reader) blocks.Add((block.PayloadType, block.TimestampOffset, block.IsPrimary, Convert.ToHexString(block.Data)));
        return blocks;
    }
}
