using System.Net;
using System.Net.Sockets;

namespace Conference.Standalone;

/// <summary>
/// Tries the TCP ports before anything is started, so that a taken one is told at once and in one line. Somebody may still take it in between; then the server's own
/// failure is told the same way.
/// </summary>
internal static class PortProbe
{
    public static void Require(IPEndPoint endpoint)
    {
        try
        {
            // As the server will do it: both families where the address is "any", and a port in TIME_WAIT counts as free.
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (endpoint.Address.Equals(IPAddress.IPv6Any)) socket.DualMode = true;
            socket.Bind(endpoint);
            socket.Listen(1);
        }
        catch (SocketException e)
        {
            throw Failure(endpoint, e);
        }
    }

    /// <summary>What a failure to listen means.</summary>
    public static StartFailure Failure(IPEndPoint endpoint, Exception failure)
    {
        var code = (failure as SocketException ?? failure.InnerException as SocketException ?? failure.InnerException?.InnerException as SocketException)?.SocketErrorCode;
        return code switch
        {
            SocketError.AddressNotAvailable => new(StartRefusal.AddressUnavailable, $"{endpoint.Address} is not an address of this machine; choose another with --bind", failure),
            SocketError.AccessDenied => new(StartRefusal.PortTaken, $"TCP port {endpoint.Port} may not be used by this user; choose one above 1023", failure),
            _ => new(StartRefusal.PortTaken, $"TCP port {endpoint.Port} is taken by another program; choose another", failure),
        };
    }
}
