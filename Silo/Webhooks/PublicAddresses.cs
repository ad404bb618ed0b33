using System.Net;
using System.Net.Sockets;

namespace Conference.Silo.Webhooks;

/// <summary>Tells addresses of the public internet from those that only this network has: a tenant must not reach what is behind the service through it.</summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] Others =
    [
        .. ((string[])[
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"]).Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork Unicast = IPNetwork.Parse("2000::/3");

    // Documentation, Teredo, 6to4 and the like: what is behind them is another address.
    private static readonly IPNetwork[] Tunnels = [.. ((string[])["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"]).Select(IPNetwork.Parse)];

    /// <summary>Whether an address is one of the public internet (IANA's registries of special-purpose addresses, RFC 6890).</summary>
    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetwork
            ? !Array.Exists(Others, network => network.Contains(address))
            : Unicast.Contains(address) && !Array.Exists(Tunnels, network => network.Contains(address));
    }
}
