using System.Net;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>One non-blocking TCP socket that listens, for IPv6 and IPv4 alike as <see cref="UdpSocket"/> does. Owned by one thread after opening.</summary>
public sealed unsafe class StreamListener : IDisposable
{
    private const int Backlog = 128;
    private const int UserTimeoutMilliseconds = 10_000;

    // What the kernel may hold unsent of one connection: more would be delay that nobody can take back.
    private const int UnsentBytes = 64 << 10;

    private int _descriptor;

    private StreamListener(int descriptor, bool isIPv6) => (_descriptor, IsIPv6) = (descriptor, isIPv6);

    /// <summary>For <see cref="Epoll.Add"/>.</summary>
    public int Descriptor => _descriptor;

    /// <summary>IPv6, and IPv4 too unless bound to one IPv6 address; else IPv4 alone.</summary>
    public bool IsIPv6 { get; }

    /// <summary>What it is bound to, with its real port.</summary>
    public TransportAddress LocalAddress { get; private set; }

    /// <summary>Opens, binds and listens.</summary>
    /// <param name="address">The address; <see cref="IPAddress.IPv6Any"/>: every one.</param>
    /// <param name="port">0 lets the system choose.</param>
    /// <param name="isIPv6">What the UDP socket beside it is.</param>
    /// <exception cref="NativeException">The port is taken, the address is not ours, or the process may open no more files.</exception>
    public static StreamListener Open(IPAddress address, int port, bool isIPv6)
    {
        var descriptor = Libc.Socket(
            isIPv6 ? Libc.AddressFamilyInet6 : Libc.AddressFamilyInet, Libc.SocketStream | Libc.SocketNonBlocking | Libc.SocketCloseOnExec, 0);
        if (descriptor < 0) throw NativeException.FromErrno("cannot open a TCP socket");
        var listener = new StreamListener(descriptor, isIPv6);
        try
        {
            listener.Bind(isIPv6 || !address.Equals(IPAddress.IPv6Any) ? address : IPAddress.Any, port);
            return listener;
        }
        catch
        {
            listener.Dispose();
            throw;
        }
    }

    /// <summary>Takes one connection that waits. False: none does, or it cannot be taken; then <paramref name="outOfFiles"/> says whether it will stay so for a while.</summary>
    public bool TryAccept(out int descriptor, out TransportAddress remote, out TransportAddress local, out bool outOfFiles)
    {
        var name = stackalloc byte[TransportAddress.SockaddrIn6Length];
        var length = (uint)TransportAddress.SockaddrIn6Length;
        (remote, local, outOfFiles) = (default, default, false);
        descriptor = Libc.Accept(_descriptor, name, &length, Libc.SocketNonBlocking | Libc.SocketCloseOnExec);
        if (descriptor < 0)
        {
            outOfFiles = Marshal.GetLastSystemError() is Errno.ProcessFiles or Errno.SystemFiles or Errno.OutOfMemory or Errno.NoBufferSpace;
            return false;
        }
        remote = TransportAddress.ReadSockaddr(name);
        length = (uint)TransportAddress.SockaddrIn6Length;
        if (Libc.GetSocketName(descriptor, name, &length) == 0) local = TransportAddress.ReadSockaddr(name);
        Set(descriptor, Libc.LevelTcp, Libc.TcpNoDelay, 1);
        Set(descriptor, Libc.LevelTcp, Libc.TcpUserTimeout, UserTimeoutMilliseconds);
        Set(descriptor, Libc.LevelTcp, Libc.TcpNotSentLowWater, UnsentBytes);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0) return;
        Libc.Close(_descriptor);
        _descriptor = -1;
    }

    private void Bind(IPAddress address, int port)
    {
        // Connections of a process that has just ended must not keep the next one from listening.
        Set(_descriptor, Libc.LevelSocket, Libc.SocketReuseAddress, 1);
        if (IsIPv6) Set(_descriptor, Libc.LevelIpv6, Libc.Ipv6Only, 0);
        var name = stackalloc byte[TransportAddress.SockaddrIn6Length];
        var length = (uint)(IsIPv6 ? TransportAddress.SockaddrIn6Length : TransportAddress.SockaddrInLength);
        var wanted = TransportAddress.From(address, port);
        if (IsIPv6) wanted.WriteSockaddrIn6(name);
        else wanted.WriteSockaddrIn(name);
        // The error number first: whatever writes the message may call the system itself.
        if (Libc.Bind(_descriptor, name, length) != 0) throw new NativeException(errno: Marshal.GetLastSystemError(), operation: $"cannot bind TCP port {port}");
        if (Libc.Listen(_descriptor, Backlog) != 0) throw new NativeException(errno: Marshal.GetLastSystemError(), operation: $"cannot listen on TCP port {port}");
        if (Libc.GetSocketName(_descriptor, name, &length) != 0) throw NativeException.FromErrno("cannot read the socket's address");
        LocalAddress = TransportAddress.ReadSockaddr(name);
    }

    private static void Set(int descriptor, int level, int option, int value) => Libc.SetSocketOption(descriptor, level, option, &value, sizeof(int));
}
