using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Conference.Support;

/// <summary>
/// Ports for the programs that tests start. They lie below those that systems give to outgoing connections: one of those may take a number between the look and the program's start.
/// </summary>
public static class FreePorts
{
    private const int First = 10_000, End = 30_000;

    /// <summary>A TCP port.</summary>
    public static int Tcp() => Find(port => IsFree(port, SocketType.Stream));

    /// <summary>The first of as many consecutive ports as there may be media workers, each free for UDP and for TCP.</summary>
    public static int Media() => Find(port => Enumerable.Range(port, Environment.ProcessorCount).All(p => IsFree(p, SocketType.Dgram) && IsFree(p, SocketType.Stream)));

    private static int Find(Func<int, bool> isFree)
    {
        for (var tries = 0; tries < 1000; tries++)
        {
            var port = RandomNumberGenerator.GetInt32(First, End);
            if (isFree(port)) return port;
        }
        throw new InvalidOperationException("no free port was found");
    }

    private static bool IsFree(int port, SocketType type)
    {
        using var socket = new Socket(type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp); // both families, where there are two
        try
        {
            socket.Bind(new IPEndPoint(Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
