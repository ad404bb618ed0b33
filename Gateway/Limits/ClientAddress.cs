using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;

namespace Conference.Gateway.Limits;

/// <summary>Who asks, for limits.</summary>
internal static class ClientAddress
{
    public static IPAddress Of(HttpContext context)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        return address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    /// <summary>The address itself, or the /64 of an IPv6 address: one subscriber has that many addresses.</summary>
    public static string Partition(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        Array.Clear(bytes, 8, 8);
        return new IPAddress(bytes).ToString();
    }
}
