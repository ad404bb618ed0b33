using System.Net;
using Conference.MediaPod.Sfu.Native;

namespace Conference.Sfu.Tests.Native;

public sealed class TransportAddressTests
{
    [Theory]
    [InlineData("192.0.2.1:5000"), InlineData("0.0.0.0:0"), InlineData("255.255.255.255:65535"), InlineData("127.0.0.1:1")]
    [InlineData("[::1]:4000"), InlineData("[2001:db8::7]:6000"), InlineData("[fe80::1%3]:9"), InlineData("[::]:0")]
    public void Endpoints_survive_the_round_trip(string text)
    {
        var endPoint = IPEndPoint.Parse(text);
        var address = TransportAddress.From(endPoint);
        Assert.Equal(endPoint, address.ToEndPoint());
        Assert.Equal(text, address.ToString());
        Assert.Equal(endPoint.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork, address.IsIPv4);
    }

    [Fact]
    public void IPv4_equals_its_mapped_form()
    {
        var plain = TransportAddress.From(IPAddress.Parse("192.0.2.1"), 5);
        var mapped = TransportAddress.From(IPAddress.Parse("::ffff:192.0.2.1"), 5);
        Assert.True(plain == mapped);
        Assert.Equal(plain.GetHashCode(), mapped.GetHashCode());
        Assert.True(plain != plain.WithPort(6));
        Assert.NotEqual(plain, TransportAddress.From(IPAddress.Parse("192.0.2.2"), 5));
        Assert.NotEqual(TransportAddress.From(IPEndPoint.Parse("[fe80::1%1]:5")), TransportAddress.From(IPEndPoint.Parse("[fe80::1%2]:5")));
    }

    [Fact]
    public void Only_the_any_addresses_are_unspecified()
    {
        Assert.True(TransportAddress.From(IPAddress.Any, 7).IsUnspecified);
        Assert.True(TransportAddress.From(IPAddress.IPv6Any, 7).IsUnspecified);
        Assert.False(TransportAddress.From(IPAddress.Loopback, 7).IsUnspecified);
        Assert.False(TransportAddress.From(IPAddress.IPv6Loopback, 7).IsUnspecified);
    }

    [Fact]
    public void Hashes_of_neighbours_spread()
    {
        var hashes = new HashSet<int>();
        for (var host = 0; host < 64; host++)
        {
            for (var port = 1000; port < 1100; port++) hashes.Add(TransportAddress.From(IPAddress.Parse($"10.0.0.{host}"), port).GetHashCode() & 0xFFFF);
        }
        // 6,400 random draws of 65,536 give about 6,100 different ones.
        Assert.InRange(hashes.Count, 5_900, 6_300);
    }

    [Theory]
    [InlineData(-1), InlineData(65536)]
    public void Impossible_ports_are_refused(int port) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TransportAddress.From(IPAddress.Loopback, port));
}
