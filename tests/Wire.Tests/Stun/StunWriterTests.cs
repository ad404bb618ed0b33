using System.Net;
using System.Text;
using Conference.MediaPod.Wire.Stun;

namespace Conference.Wire.Tests.Stun;

public sealed class StunWriterTests
{
    private static readonly byte[] Id = Hex.Bytes("b7e7a701bc34d686fa87dfae");
    private static readonly byte[] Key = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    [Fact]
    public void A_request_is_read_back()
    {
        var buffer = new byte[200];
        var length = WriteRequest(buffer);
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out var message));
        Assert.True(message.IsBindingRequest);
        Assert.True(message.TryGetUsername(out var username));
        Assert.Equal("them:us", Encoding.ASCII.GetString(username));
        Assert.True(message.TryGetPriority(out var priority) && priority == 12345);
        Assert.True(message.TryGetIceControlling(out var tieBreaker) && tieBreaker == ulong.MaxValue - 1);
        Assert.True(message.UseCandidate);
        Assert.True(message.VerifyIntegrity(Key));
        Assert.True(message.VerifyFingerprint());
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8::1", "2001:db8::1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    public void A_success_response_carries_the_source(string source, string seen)
    {
        var buffer = new byte[200];
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, WriteRequest(buffer)), out var request));
        var answer = new byte[StunResponse.MaxLength];
        Assert.True(StunResponse.TryWriteSuccess(request, StunAddress.Create(new IPEndPoint(IPAddress.Parse(source), 54321)), Key, answer, out var length));
        Assert.True(StunMessage.TryParse(answer.AsSpan(0, length), out var response));
        Assert.Equal(StunClass.SuccessResponse, response.Class);
        Assert.Equal(Id, response.TransactionId.ToArray());
        Assert.True(response.TryGetXorMappedAddress(out var address));
        Assert.Equal(new IPEndPoint(IPAddress.Parse(seen), 54321), address.ToEndPoint());
        Assert.True(response.VerifyIntegrity(Key) && response.VerifyFingerprint());
    }

    [Theory]
    [InlineData(StunErrorCode.BadRequest, false)]
    [InlineData(StunErrorCode.Unauthenticated, false)]
    [InlineData(StunErrorCode.RoleConflict, true)]
    public void Error_responses_carry_their_code(StunErrorCode code, bool withKey)
    {
        var buffer = new byte[200];
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, WriteRequest(buffer)), out var request));
        var answer = new byte[StunResponse.MaxLength];
        Assert.True(StunResponse.TryWriteError(request, code, withKey ? Key : default(ReadOnlySpan<byte>), answer, out var length));
        Assert.True(StunMessage.TryParse(answer.AsSpan(0, length), out var response));
        Assert.Equal(StunClass.ErrorResponse, response.Class);
        Assert.True(response.TryGetErrorCode(out var read));
        Assert.Equal(code, read);
        Assert.Equal(withKey, response.HasIntegrity);
        Assert.True(response.VerifyFingerprint());
    }

    [Fact]
    public void Unknown_required_attributes_are_listed()
    {
        var buffer = new byte[200];
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, Id);
        writer.Add((StunAttribute)0x7001, [1, 2, 3]);
        writer.Add((StunAttribute)0x9001, [1]);
        writer.Add((StunAttribute)0x7002, []);
        Assert.True(writer.TryComplete(Key, out var length));
        Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out var request));
        var answer = new byte[StunResponse.MaxLength];
        Assert.True(StunResponse.TryWriteError(request, StunErrorCode.UnknownAttribute, Key, answer, out length));
        Assert.True(StunMessage.TryParse(answer.AsSpan(0, length), out var response));
        Assert.True(response.TryFind(StunAttribute.UnknownAttributes, out var types));
        Assert.Equal(Hex.Bytes("7001 7002"), types.ToArray());
        Assert.True(response.TryGetErrorCode(out var code));
        Assert.Equal(StunErrorCode.UnknownAttribute, code);
    }

    [Fact]
    public void Every_buffer_too_short_is_refused()
    {
        var whole = WriteRequest(new byte[200]);
        for (var size = 0; size < whole; size++) Assert.Equal(0, WriteRequest(new byte[size]));
        Assert.Equal(whole, WriteRequest(new byte[whole]));
    }

    [Fact]
    public void All_methods_and_classes_go_there_and_back()
    {
        var buffer = new byte[64];
        foreach (var messageClass in Enum.GetValues<StunClass>())
        {
            for (var method = 0; method <= 0xFFF; method++)
            {
                var writer = new StunWriter(buffer, messageClass, (StunMethod)method, Id);
                Assert.True(writer.TryComplete(default, out var length));
                Assert.True(StunMessage.TryParse(buffer.AsSpan(0, length), out var message));
                Assert.Equal((messageClass, (StunMethod)method), (message.Class, message.Method));
            }
        }
    }

    private static int WriteRequest(byte[] buffer)
    {
        var writer = new StunWriter(buffer, StunClass.Request, StunMethod.Binding, Id);
        writer.AddUsername("them:us"u8);
        writer.AddPriority(12345);
        writer.AddIceControlling(ulong.MaxValue - 1);
        writer.AddUseCandidate();
        return writer.TryComplete(Key, out var length) ? length : 0;
    }
}
