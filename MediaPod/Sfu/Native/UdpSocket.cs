using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Conference.MediaPod.Sfu.Native;

/// <summary>
/// One non-blocking UDP socket: a worker's port. Owned by one thread after opening. Receives through <see cref="ReceiveBatch"/>,
/// sends through <see cref="SendBatch"/>; both carry the local address of each datagram.
/// </summary>
public sealed unsafe class UdpSocket : IDisposable
{
    private int _descriptor;
    private uint _lastOverflow;

    private UdpSocket(int descriptor, bool isIPv6)
    {
        _descriptor = descriptor;
        IsIPv6 = isIPv6;
    }

    /// <summary>For <see cref="Epoll.Add"/>.</summary>
    public int Descriptor => _descriptor;

    /// <summary>An AF_INET6 socket, which carries IPv4 too unless bound to one IPv6 address; else plain AF_INET.</summary>
    public bool IsIPv6 { get; }

    /// <summary>What the socket is bound to, with its real port.</summary>
    public TransportAddress LocalAddress { get; private set; }

    /// <summary>What the kernel granted, in bytes of payload and its own overhead (it doubles what is asked).</summary>
    public int ReceiveBufferBytes { get; private set; }

    /// <summary>What the kernel granted, in bytes of payload and its own overhead.</summary>
    public int SendBufferBytes { get; private set; }

    /// <summary>The kernel knows UDP_SEGMENT (Linux 4.18). A device may still not: <see cref="SendBatch"/> finds out.</summary>
    public bool SupportsSegmentation { get; private set; }

    /// <summary>Datagrams that the kernel dropped because the receive buffer was full (SO_RXQ_OVFL), as of the last datagram received.</summary>
    public long KernelDrops { get; private set; }

    /// <summary>Opens and binds.</summary>
    /// <exception cref="NativeException">The port is taken, the address is not ours, or the process may open no more files.</exception>
    public static UdpSocket Open(UdpSocketOptions options)
    {
        var anyAddress = options.Address is null || options.Address.Equals(IPAddress.IPv6Any);
        var wantIPv6 = anyAddress || options.Address!.AddressFamily == AddressFamily.InterNetworkV6;
        var socket = wantIPv6 ? TryCreate(isIPv6: true) : null;
        if (socket is null && wantIPv6 && !anyAddress)
            throw new NativeException($"cannot open a UDP socket for {options.Address}", Errno.FamilyNotSupported);
        socket ??= TryCreate(isIPv6: false) ?? throw NativeException.FromErrno("cannot open a UDP socket");
        try
        {
            socket.Configure(options);
            if (!socket.TryBind(options, out var errno))
            {
                // IPv6 may be compiled in and yet switched off (net.ipv6.conf.all.disable_ipv6): then only IPv4 binds.
                if (!anyAddress || !socket.IsIPv6 || errno is not (Errno.AddressNotAvailable or Errno.FamilyNotSupported))
                    throw new NativeException($"cannot bind UDP {options.Address?.ToString() ?? "port"} {options.Port}", errno);
                socket.Dispose();
                return Open(options with { Address = IPAddress.Any });
            }
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_descriptor < 0) return;
        Libc.Close(_descriptor);
        _descriptor = -1;
    }

    internal void NoteOverflow(uint kernelCounter)
    {
        KernelDrops += unchecked(kernelCounter - _lastOverflow); // the kernel's counter wraps at 2^32
        _lastOverflow = kernelCounter;
    }

    private static UdpSocket? TryCreate(bool isIPv6)
    {
        var family = isIPv6 ? Libc.AddressFamilyInet6 : Libc.AddressFamilyInet;
        var descriptor = Libc.Socket(family, Libc.SocketDatagram | Libc.SocketNonBlocking | Libc.SocketCloseOnExec, 0);
        return descriptor < 0 ? null : new UdpSocket(descriptor, isIPv6);
    }

    private void Configure(UdpSocketOptions options)
    {
        if (IsIPv6)
        {
            Set(Libc.LevelIpv6, Libc.Ipv6Only, 0, "dual-stack");
            Set(Libc.LevelIpv6, Libc.Ipv6ReceivePacketInfo, 1, "IPV6_RECVPKTINFO");
            TrySet(Libc.LevelIpv6, Libc.Ipv6MtuDiscover, 0);
        }
        else
        {
            Set(Libc.LevelIp, Libc.IpPacketInfo, 1, "IP_PKTINFO");
        }
        // A path with a smaller MTU (a VPN) then gets fragments instead of nothing: there is no path MTU discovery in WebRTC.
        TrySet(Libc.LevelIp, Libc.IpMtuDiscover, 0);
        TrySet(Libc.LevelSocket, Libc.SocketReceiveOverflow, 1);
        ReceiveBufferBytes = SizeBuffer(Libc.SocketReceiveBufferForce, Libc.SocketReceiveBuffer, options.ReceiveBufferBytes);
        SendBufferBytes = SizeBuffer(Libc.SocketSendBufferForce, Libc.SocketSendBuffer, options.SendBufferBytes);
        SupportsSegmentation = Get(Libc.LevelUdp, Libc.UdpSegment) >= 0;
    }

    private bool TryBind(UdpSocketOptions options, out int errno)
    {
        var name = stackalloc byte[TransportAddress.SockaddrIn6Length];
        var wanted = TransportAddress.From(IsIPv6 ? options.Address ?? IPAddress.IPv6Any : IPv4Of(options.Address), options.Port);
        var length = (uint)(IsIPv6 ? TransportAddress.SockaddrIn6Length : TransportAddress.SockaddrInLength);
        if (IsIPv6) wanted.WriteSockaddrIn6(name);
        else wanted.WriteSockaddrIn(name);
        var bound = Libc.Bind(_descriptor, name, length);
        errno = bound == 0 ? 0 : Marshal.GetLastSystemError();
        if (bound != 0) return false;
        if (Libc.GetSocketName(_descriptor, name, &length) != 0) throw NativeException.FromErrno("cannot read the socket's address");
        LocalAddress = TransportAddress.ReadSockaddr(name);
        return true;
    }

    /// <summary>Where IPv6 is missing, "every address" means every IPv4 address.</summary>
    private static IPAddress IPv4Of(IPAddress? address) => address is null || address.Equals(IPAddress.IPv6Any) ? IPAddress.Any : address;

    private int SizeBuffer(int forced, int plain, int wanted)
    {
        // The forced option passes net.core.?mem_max where the process has CAP_NET_ADMIN.
        if (!TrySet(Libc.LevelSocket, forced, wanted)) TrySet(Libc.LevelSocket, plain, wanted);
        return Get(Libc.LevelSocket, plain);
    }

    private void Set(int level, int option, int value, string name)
    {
        if (!TrySet(level, option, value)) throw new NativeException(errno: Marshal.GetLastSystemError(), operation: $"cannot set {name} on the UDP socket");
    }

    private bool TrySet(int level, int option, int value) => Libc.SetSocketOption(_descriptor, level, option, &value, sizeof(int)) == 0;

    private int Get(int level, int option)
    {
        int value;
        uint length = sizeof(int);
        return Libc.GetSocketOption(_descriptor, level, option, &value, &length) == 0 ? value : -1;
    }
}
