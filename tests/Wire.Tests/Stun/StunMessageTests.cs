using System.Net;
using System.Security.Cryptography;
using System.Text;
using Conference.MediaPod.Wire.Stun;

namespace Conference.Wire.Tests.Stun;

/// <summary>The vectors are those of RFC 5769.</summary>
public sealed class StunMessageTests
{
    internal const string Request = """
        00010058 2112a442 b7e7a701bc34d686fa87dfae
        80220010 5354554e207465737420636c69656e74
        00240004 6e0001ff
        80290008 932ff9b151263b36
        00060009 6576746a3a68367659202020
        00080014 9aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
        80280004 e57a3bcf
        """;

    internal const string ResponseV4 = """
        0101003c 2112a442 b7e7a701bc34d686fa87dfae
        8022000b 7465737420766563746f7220
        00200008 0001a147e112a643
        00080014 2b91f599fd9e90c38c7489f92af9ba53f06be7d7
        80280004 c07d4c96
        """;

    internal const string ResponseV6 = """
        01010048 2112a442 b7e7a701bc34d686fa87dfae
        8022000b 7465737420766563746f7220
        00200014 0002a147 0113a9faa5d3f179bc25f4b5bed2b9d9
        00080014 a382954e4be67bf11784c97c8292c275bfe3ed41
        80280004 c8fb0b4c
        """;

    private static readonly byte[] Password = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    [Fact]
    public void Section_2_1_request()
    {
        Assert.True(StunMessage.TryParse(Hex.Bytes(Request), out var message));
        Assert.True(message.IsBindingRequest);
        Assert.Equal(StunClass.Request, message.Class);
        Assert.Equal(StunMethod.Binding, message.Method);
        Assert.Equal(Hex.Bytes("b7e7a701bc34d686fa87dfae"), message.TransactionId.ToArray());
        Assert.True(message.TryFind(StunAttribute.Software, out var software));
        Assert.Equal("STUN test client", Encoding.UTF8.GetString(software));
        Assert.True(message.TryGetPriority(out var priority));
        Assert.Equal(0x6e0001ffu, priority);
        Assert.True(message.TryGetIceControlled(out var tieBreaker));
        Assert.Equal(0x932ff9b151263b36u, tieBreaker);
        Assert.False(message.TryGetIceControlling(out _));
        Assert.False(message.UseCandidate);
        Assert.True(message.TryGetUsername(out var username));
        Assert.Equal("evtj:h6vY", Encoding.UTF8.GetString(username));
        Assert.True(message.VerifyIntegrity(Password));
        Assert.False(message.VerifyIntegrity("VOkJxbRl1RmTxUk/WvJxBu"u8));
        Assert.True(message.VerifyFingerprint());
        Assert.Equal(0, message.FindUnknownRequired(new ushort[4]));
    }

    [Theory]
    [InlineData(ResponseV4, "192.0.2.1")]
    [InlineData(ResponseV6, "2001:db8:1234:5678:11:2233:4455:6677")]
    public void Sections_2_2_and_2_3_responses(string hex, string address)
    {
        Assert.True(StunMessage.TryParse(Hex.Bytes(hex), out var message));
        Assert.Equal(StunClass.SuccessResponse, message.Class);
        Assert.True(message.TryGetXorMappedAddress(out var mapped));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(address), 32853), mapped.ToEndPoint());
        Assert.True(message.VerifyIntegrity(Password));
        Assert.True(message.VerifyFingerprint());
    }

    [Fact]
    public void Section_2_4_request_with_long_term_credentials()
    {
        var bytes = Hex.Bytes("""
            00010060 2112a442 78ad3433c6ad72c029da412e
            00060012 e3839ee38388e383aae38383e382afe382b9 0000
            0015001c 662f2f3439396b39353464364f4c33346f4c394653547679363473 41
            0014000b 6578616d706c652e6f7267 00
            00080014 f67024656dd64a3e02b8e0712e85c9a28ca89666
            """);
        Assert.True(StunMessage.TryParse(bytes, out var message));
        Assert.True(message.VerifyIntegrity(MD5.HashData(Encoding.UTF8.GetBytes("マトリックス:example.org:TheMatrIX"))));
        Assert.False(message.HasFingerprint);
        Assert.False(message.VerifyFingerprint());
    }

    [Fact]
    public void Every_changed_bit_breaks_fingerprint_or_form()
    {
        var bytes = Hex.Bytes(Request);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
            Assert.False(StunMessage.TryParse(bytes, out var message) && message.VerifyFingerprint() && message.VerifyIntegrity(Password), $"bit {bit}");
            bytes[bit / 8] ^= (byte)(1 << bit % 8);
        }
    }

    [Theory]
    [InlineData("0001 0000 2112a442 b7e7a701bc34d686fa87df", "header cut short")]
    [InlineData("8001 0000 2112a442 b7e7a701bc34d686fa87dfae", "first bits")]
    [InlineData("0001 0000 2112a443 b7e7a701bc34d686fa87dfae", "magic cookie")]
    [InlineData("0001 0004 2112a442 b7e7a701bc34d686fa87dfae", "length beyond the datagram")]
    [InlineData("0001 0000 2112a442 b7e7a701bc34d686fa87dfae 00250000", "bytes behind the message")]
    [InlineData("0001 0006 2112a442 b7e7a701bc34d686fa87dfae 00240002 0000", "length no multiple of 4")]
    [InlineData("0001 0004 2112a442 b7e7a701bc34d686fa87dfae 00240004", "attribute beyond the message")]
    [InlineData("0001 0008 2112a442 b7e7a701bc34d686fa87dfae 0024ffff 00000000", "attribute far beyond the message")]
    [InlineData("0001 0008 2112a442 b7e7a701bc34d686fa87dfae 00080004 00000000", "integrity of the wrong length")]
    [InlineData("0001 000c 2112a442 b7e7a701bc34d686fa87dfae 80280004 00000000 00250000", "fingerprint not last")]
    [InlineData("0001 0004 2112a442 b7e7a701bc34d686fa87dfae 80280000", "fingerprint of the wrong length")]
    public void Malformed_messages_are_refused(string hex, string why) => Assert.False(StunMessage.TryParse(Hex.Bytes(hex), out _), why);

    [Fact]
    public void Attributes_behind_the_integrity_do_not_count()
    {
        var id = new byte[12];
        var buffer = new byte[256];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, id);
        writer.AddUsername("a:b"u8);
        writer.Add(StunAttribute.MessageIntegrity, new byte[20]);
        writer.AddUseCandidate();
        writer.AddPriority(1);
        Assert.True(writer.TryComplete(default, out var length));
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.True(message.TryGetUsername(out _));
        Assert.False(message.UseCandidate);
        Assert.False(message.TryGetPriority(out _));
        Assert.True(message.VerifyFingerprint());
    }
}
