using System.Collections.Immutable;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Conference.MediaPod.Sfu.Transports;

/// <summary>The addresses that answers name as candidates. Some clients (ffmpeg) try only the first, so the one most likely reachable comes first.</summary>
public static class HostAddresses
{
    /// <summary>
    /// Addresses that were configured, in their order; without any, those of the machine, as <see cref="Order"/> has them.
    /// Duplicates and unspecified addresses are left out.
    /// </summary>
    /// <param name="configured">What the operator says clients reach us by (`--public-address`); empty: use <paramref name="ofInterfaces"/>.</param>
    /// <param name="ofInterfaces">The machine's own addresses.</param>
    /// <param name="withIPv6">False where the socket is IPv4 only.</param>
    public static ImmutableArray<IPAddress> Choose(IReadOnlyCollection<IPAddress> configured, IEnumerable<IPAddress> ofInterfaces, bool withIPv6) =>
    [
        .. (configured.Count > 0 ? configured : Order(ofInterfaces))
            .Select(a => a.IsIPv4MappedToIPv6 ? a.MapToIPv4() : a)
            .Where(a => !a.Equals(IPAddress.Any) && !a.Equals(IPAddress.IPv6Any))
            .Where(a => withIPv6 || a.AddressFamily == AddressFamily.InterNetwork)
            .Distinct(),
    ];

    /// <summary>
    /// Public before private, IPv4 before IPv6 among equals, loopback last and only if there is nothing else. IPv6 link-local addresses are left out:
    /// a candidate cannot say on which link.
    /// </summary>
    public static IEnumerable<IPAddress> Order(IEnumerable<IPAddress> addresses)
    {
        var usable = addresses.Where(a => !a.IsIPv6LinkLocal && !IsIPv4LinkLocal(a)).Distinct().ToList();
        var beyond = usable.Where(a => !IPAddress.IsLoopback(a)).ToList();
        return (beyond.Count > 0 ? beyond : usable).OrderBy(IsPrivate).ThenBy(a => a.AddressFamily == AddressFamily.InterNetworkV6);
    }

    /// <summary>Addresses of all interfaces that are up, loopback included.</summary>
    public static IReadOnlyList<IPAddress> OfThisMachine() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(i => i.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address),
    ];

    private static bool IsIPv4LinkLocal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..];

    private static bool IsPrivate(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? address.GetAddressBytes() is [10, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] or [100, >= 64 and < 128, ..] or [127, ..]
        : address.IsIPv6UniqueLocal || IPAddress.IsLoopback(address);
}
