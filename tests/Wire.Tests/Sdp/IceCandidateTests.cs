using System.Net;
using Conference.MediaPod.Wire.Sdp;

namespace Conference.Wire.Tests.Sdp;

public sealed class IceCandidateTests
{
    [Theory]
    [InlineData("candidate:1 1 udp 2122194687 192.0.2.2 46260 typ host generation 0 network-id 1")]
    [InlineData("candidate:2 1 udp 1686052607 198.51.100.7 4000 typ srflx raddr 192.0.2.2 rport 46260")]
    [InlineData("candidate:3 1 udp 41885439 2001:db8::7 5000 typ relay raddr 0.0.0.0 rport 0 ufrag abcd")]
    [InlineData("candidate:4 1 tcp 1518280447 fe80::1%eth0 9 typ host tcptype active")]
    [InlineData("candidate:5 2 tcp 1518280447 192.0.2.2 4433 typ prflx tcptype so")]
    [InlineData("candidate:6 1 udp 2113937151 1f4712db-ea17-4bcf-a596-105139dfd8bf.local 54596 typ host")]
    public void Go_there_and_back(string text)
    {
        Assert.True(IceCandidate.TryParse(text, out var candidate));
        Assert.Equal(text, candidate!.ToString());
    }

    [Fact]
    public void Addresses_and_names_are_told_apart()
    {
        Assert.True(IceCandidate.TryParse("1 1 UDP 1 2001:db8::7 1 typ host", out var address));
        Assert.True(address!.TryGetAddress(out var ip));
        Assert.Equal(IPAddress.Parse("2001:db8::7"), ip);
        Assert.False(address.IsMdns);
        Assert.True(IceCandidate.TryParse("1 1 UDP 1 abc.local 1 typ host", out var name));
        Assert.False(name!.TryGetAddress(out _));
        Assert.True(name.IsMdns);
    }

    [Theory]
    [InlineData("1 1 sctp 1 192.0.2.2 1 typ host")]
    [InlineData("1 1 udp 1 192.0.2.2 1 typ magic")]
    public void Unknown_transports_and_types_are_ignored(string text)
    {
        Assert.True(IceCandidate.TryParse(text, out var candidate));
        Assert.Null(candidate);
    }

    [Theory]
    [InlineData("")]
    [InlineData("1 0 udp 1 192.0.2.2 1 typ host")]
    [InlineData("1 1 udp 4294967296 192.0.2.2 1 typ host")]
    [InlineData("1 1 udp 1 192.0.2.2 65536 typ host")]
    [InlineData("1 1 udp 1 192.0.2.2/8 1 typ host")]
    [InlineData("1 1 udp 1 192.0.2.2 1 host")]
    [InlineData("1 1 udp 1 192.0.2.2 1 typ host raddr")]
    [InlineData("1 1 udp 1 192.0.2.2 1 typ host rport x")]
    [InlineData("1 1 tcp 1 192.0.2.2 1 typ host tcptype maybe")]
    [InlineData("012345678901234567890123456789012 1 udp 1 192.0.2.2 1 typ host")]
    public void Malformed_ones_are_refused(string text) => Assert.False(IceCandidate.TryParse(text, out _));
}
