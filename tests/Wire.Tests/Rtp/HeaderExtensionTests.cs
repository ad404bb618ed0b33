using Conference.MediaPod.Wire.Rtp;

namespace Conference.Wire.Tests.Rtp;

public sealed class HeaderExtensionTests
{
    private const string Fixed = "90 60 0001 00000002 00000003 ";

    [Fact]
    public void Reads_one_byte_elements_between_padding()
    {
        // RFC 8285 section 4.2, the figure's layout: a one-byte element, a two-byte element, padding, a four-byte element.
        var packet = Hex.Bytes(Fixed + "BEDE0003 10AA 21BBCC 0000 33DDEEFF11");
        Assert.True(RtpHeader.TryParse(packet, out var header));
        Assert.Equal([(1, "AA"), (2, "BBCC"), (3, "DDEEFF11")], Elements(packet, header));
        var reader = new HeaderExtensionReader(packet, header);
        Assert.True(reader.TryFind(2, out int offset, out var length));
        Assert.Equal((19, 2), (offset, length));
        Assert.False(reader.TryFind(4, out ReadOnlySpan<byte> _));
        Assert.False(reader.TryFind(0, out ReadOnlySpan<byte> _));
    }

    [Fact]
    public void Reads_two_byte_elements()
    {
        // RFC 8285 section 4.3: lengths 0, 1 and 4; an identifier above 14; application bits set.
        var packet = Hex.Bytes(Fixed + "1005 0004 0100 1F01AA 00 FF04DDEEFF11 0000 0000");
        Assert.True(RtpHeader.TryParse(packet, out var header));
        Assert.Equal([(1, ""), (31, "AA"), (255, "DDEEFF11")], Elements(packet, header));
    }

    [Theory]
    [InlineData("BEDE0001 10AA F0BB", "identifier 15 ends the extension")]
    [InlineData("BEDE0001 10AA 01BB", "identifier 0 with a length ends the extension")]
    [InlineData("BEDE0001 10AA 3FBB", "element longer than the extension")]
    [InlineData("10000001 0101AA 02", "two-byte element cut in its header")]
    [InlineData("10000002 0101AA 02 04BBCCDD", "two-byte element longer than the extension")]
    public void Stops_at_what_it_cannot_read(string extension, string why)
    {
        var packet = Hex.Bytes(Fixed + extension);
        Assert.True(RtpHeader.TryParse(packet, out var header));
        Assert.True(Elements(packet, header) is [(1, "AA")], why);
    }

    [Fact]
    public void Other_profiles_have_no_elements()
    {
        var packet = Hex.Bytes(Fixed + "ABCD0001 10AA0000");
        Assert.True(RtpHeader.TryParse(packet, out var header));
        Assert.Empty(Elements(packet, header));
    }

    [Fact]
    public void Writes_the_one_byte_form_padded()
    {
        Span<byte> packet = new byte[64];
        RtpHeader.Write(packet, false, 96, 1, 2, 3);
        var writer = new HeaderExtensionWriter(packet);
        Assert.True(writer.TryAdd(4, "m0"u8));
        Assert.True(writer.TryAdd(3, [0x12, 0x34]));
        Assert.Equal(24, writer.Complete());
        Assert.Equal(Hex.Bytes("90 60 0001 00000002 00000003 BEDE0002 416D30 311234 0000"), packet[..24].ToArray());
    }

    [Fact]
    public void Overwrites_an_element_of_the_same_length_in_place_and_replaces_one_of_another()
    {
        Span<byte> packet = new byte[64];
        RtpHeader.Write(packet, false, 96, 1, 2, 3);
        var writer = new HeaderExtensionWriter(packet);
        Assert.True(writer.TryAdd(1, [0xAA]));
        Assert.True(writer.TryAdd(2, [0xBB]));
        Assert.True(writer.TryAdd(1, [0xCC]));
        Assert.Equal(20, writer.Complete());
        Assert.Equal(Hex.Bytes("BEDE0001 10CC 20BB"), packet[12..20].ToArray());
        Assert.True(writer.TryAdd(1, [1, 2, 3]));
        Assert.Equal(24, writer.Complete());
        Assert.Equal(Hex.Bytes("BEDE0002 20BB 12010203 0000"), packet[12..24].ToArray());
    }

    [Theory]
    [InlineData(15, 1)]
    [InlineData(1, 17)]
    [InlineData(1, 0)]
    public void Changes_to_the_two_byte_form_when_needed(int id, int length)
    {
        Span<byte> packet = new byte[64];
        RtpHeader.Write(packet, false, 96, 1, 2, 3);
        var strict = new HeaderExtensionWriter(packet, allowTwoByte: false);
        Assert.False(strict.TryAdd(id, new byte[length]));
        var writer = new HeaderExtensionWriter(packet);
        Assert.True(writer.TryAdd(4, "m0"u8));
        Assert.True(writer.TryAdd(3, [0x12, 0x34]));
        Assert.True(writer.TryAdd(id, new byte[length]));
        var end = writer.Complete();
        Assert.True(RtpHeader.TryParse(packet[..end], out var header));
        Assert.Equal(0x1000, header.ExtensionProfile);
        Assert.Equal([(4, "6D30"), (3, "1234"), (id, new string('0', length * 2))], Elements(packet[..end], header));
    }

    [Fact]
    public void Without_elements_there_is_no_extension()
    {
        var packet = Hex.Bytes(Fixed + "BEDE0001 10AA0000");
        var writer = new HeaderExtensionWriter(packet);
        Assert.Equal(12, writer.Complete());
        Assert.Equal(0x80, packet[0]);
    }

    [Fact]
    public void What_does_not_fit_changes_nothing()
    {
        Span<byte> packet = new byte[24];
        RtpHeader.Write(packet, false, 96, 1, 2, 3);
        var writer = new HeaderExtensionWriter(packet);
        Assert.True(writer.TryAdd(1, [1, 2, 3, 4]));
        Assert.False(writer.TryAdd(2, [1, 2, 3]));
        Assert.False(writer.TryAdd(1, [1, 2, 3, 4, 5, 6, 7, 8]));
        Assert.False(writer.TryAdd(20, [1, 2]));
        Assert.Equal(24, writer.Complete());
        Assert.Equal(Hex.Bytes("BEDE0002 1301020304 000000"), packet[12..].ToArray());
    }

    [Fact]
    public void What_is_written_is_read_back() => Property.ForAll((byte[] ids, byte seed) =>
    {
        var expected = new Dictionary<int, string>();
        Span<byte> packet = new byte[512];
        RtpHeader.Write(packet, true, 96, 1, 2, 3);
        var writer = new HeaderExtensionWriter(packet);
        foreach (var id in ids)
        {
            var value = new byte[(id * 7 + seed) % 23];
            Array.Fill(value, id);
            if (writer.TryAdd(id, value)) expected[id] = Convert.ToHexString(value);
        }
        var end = writer.Complete();
        return RtpHeader.TryParse(packet[..end], out var header) && header.PayloadOffset == end
            && Elements(packet[..end], header).OrderBy(e => e.Id).SequenceEqual(expected.Select(e => (e.Key, e.Value)).OrderBy(e => e.Key));
    });

    private static List<(int Id, string Value)> Elements(ReadOnlySpan<byte> packet, RtpHeader header)
    {
        var elements = new List<(int, string)>();
        foreach (var element in new HeaderExtensionReader(packet, header))
        {
            Assert.Equal(Convert.ToHexString(packet.Slice(element.Offset, element.Value.Length)), Convert.ToHexString(element.Value));
            elements.Add((element.Id, Convert.ToHexString(element.Value)));
        }
        return elements;
    }
}
