using System.Net;
using Conference.MediaPod.Sfu.Transports;

namespace Conference.Sfu.Tests.Transports;

public sealed class HostAddressTests
{
    [Fact]
    public void Configured_addresses_keep_their_order_and_replace_those_of_interfaces()
    {
        var addresses = HostAddresses.Choose([IPAddress.Parse("10.0.0.9"), IPAddress.Parse("203.0.113.5")], [IPAddress.Loopback], withIPv6: true);
        Assert.Equal(["10.0.0.9", "203.0.113.5"], addresses.Select(a => a.ToString()));
    }

    [Fact]
    public void What_clients_can_most_likely_reach_comes_first()
    {
        IPAddress[] mine = [.. new[] { "127.0.0.1", "::1", "fe80::1", "169.254.1.1", "fd00::2", "192.168.1.4", "2001:db8::5", "203.0.113.5" }.Select(IPAddress.Parse)];
        var addresses = HostAddresses.Choose([], mine, withIPv6: true);
        Assert.Equal(["203.0.113.5", "2001:db8::5", "192.168.1.4", "fd00::2"], addresses.Select(a => a.ToString()));
    }

    [Fact]
    public void Loopback_serves_where_there_is_nothing_else()
    {
        var addresses = HostAddresses.Choose([], [IPAddress.IPv6Loopback, IPAddress.Loopback], withIPv6: false);
        Assert.Equal(["127.0.0.1"], addresses.Select(a => a.ToString()));
    }

    [Fact]
    public void Unspecified_and_doubled_addresses_are_left_out()
    {
        var addresses = HostAddresses.Choose([IPAddress.Any, IPAddress.Parse("::ffff:192.0.2.1"), IPAddress.Parse("192.0.2.1")], [], withIPv6: true);
        Assert.Equal(["192.0.2.1"], addresses.Select(a => a.ToString()));
    }

    [Fact]
    public void This_machine_has_addresses() => Assert.NotEmpty(HostAddresses.OfThisMachine());

    [Fact]
    public void Credentials_are_ice_characters_and_never_the_same()
    {
        var all = Enumerable.Range(0, 100).Select(_ => IceCredentials.Generate()).ToArray();
        Assert.Equal(200, all.SelectMany(c => new[] { c.UsernameFragment, c.Password }).Distinct().Count());
        Assert.All(all, c => Assert.Matches("^[A-Za-z0-9+/]{16}$", c.UsernameFragment));
        Assert.All(all, c => Assert.Matches("^[A-Za-z0-9+/]{32}$", c.Password));
    }
}
